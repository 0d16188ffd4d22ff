import type { Edit } from '../../src/protocol/case-file';
import { specialTokens, MASK } from '../../src/protocol/vocabulary';
import type { EditTrace, WhatIf } from '../../src/protocol/explanation';

/** What the edits did to a code of the patient. */
export type EditMark = 'masked' | 'removed' | 'moved';

/** What an edit did, in words. */
export interface EditWords {
  readonly verb: string;
  /** Null while nobody has said which one it is. */
  readonly code: string | null;
  readonly where: string;
}

const words: Readonly<
  Record<Edit['kind'], { readonly verb: string; readonly where: (trace: EditTrace) => string }>
> = {
  mask: { verb: 'masked', where: ({ from }) => `in visit ${from}` },
  remove: { verb: 'removed', where: ({ from }) => `from visit ${from}` },
  add: { verb: 'added', where: ({ to }) => `to visit ${to}` },
  move: { verb: 'moved', where: ({ from, to }) => `from visit ${from} to ${to}` },
};

/** What each edit did; of those that the model has not been asked yet, or refused, only what was wanted. */
export function editWords(edits: readonly Edit[], trace: readonly EditTrace[]): EditWords[] {
  return edits.map((edit, index) => {
    const { verb, where } = words[edit.kind];
    const told = trace[index];
    if (told !== undefined) return { verb, code: told.code, where: where(told) };
    return { verb, code: edit.kind === 'add' ? edit.code : null, where: '' };
  });
}

/** What became of each code of the patient, by its place before the edits. */
export function editMarks({ codes, origins, trace }: WhatIf, length: number): ReadonlyMap<number, EditMark> {
  const marks = new Map<number, EditMark>();
  for (const { kind, origin } of trace) if (kind === 'move' && origin >= 0) marks.set(origin, 'moved');
  for (let origin = 0; origin < length; origin++) {
    const at = origins.indexOf(origin);
    if (at < 0) marks.set(origin, 'removed');
    else if (codes[at]!.code === specialTokens[MASK]) marks.set(origin, 'masked');
  }
  return marks;
}
