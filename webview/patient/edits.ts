import type { Edit } from '../../src/protocol/case-file';
import type { WhatIf } from '../../src/protocol/explanation';

/** What the edits did to a code of the patient. */
export type EditMark = 'masked' | 'removed' | 'moved';

/** A code as the patient's sequence has it. */
interface Placed {
  readonly code: string;
  readonly visit: number;
}
interface Token extends Placed {
  /** Place in the patient before the edits; −1 = added. */
  readonly origin: number;
  visit: number;
  masked: boolean;
}

/** What each edit did, in words, and which code it was about (−1 = an added one). */
export interface EditWords {
  readonly verb: string;
  readonly code: string;
  readonly where: string;
}

/** Follows edits one by one, as the model will be asked. */
export function followEdits(
  codes: readonly Placed[],
  edits: readonly Edit[],
): { readonly tokens: readonly Readonly<Token>[]; readonly words: readonly EditWords[] } {
  const tokens: Token[] = codes.map(({ code, visit }, origin) => ({ code, visit, origin, masked: false }));
  const words = edits.map((edit): EditWords => {
    if (edit.kind === 'add') {
      insert(tokens, { code: edit.code, visit: edit.visit, origin: -1, masked: false }, edit.place);
      return { verb: 'added', code: edit.code, where: `to visit ${edit.visit}` };
    }
    const token = tokens[edit.at];
    if (token === undefined) return { verb: edit.kind, code: '?', where: '' };
    const { code, visit } = token;
    if (edit.kind === 'mask') {
      token.masked = true;
      return { verb: 'masked', code, where: `in visit ${visit}` };
    }
    tokens.splice(edit.at, 1);
    if (edit.kind === 'remove') {
      closeGap(tokens, visit);
      return { verb: 'removed', code, where: `from visit ${visit}` };
    }
    insert(tokens, { ...token, visit: edit.visit }, edit.place);
    closeGap(tokens, visit);
    return { verb: 'moved', code, where: `from visit ${visit} to ${edit.visit}` };
  });
  return { tokens, words };
}

/**
 * What became of each code of the patient, by its place before the edits. None where our way of following the edits
 * does not give what the model was asked: then nothing is better than something wrong.
 */
export function editMarks(
  codes: readonly Placed[],
  edits: readonly Edit[],
  result: Pick<WhatIf, 'origins'> | null,
): ReadonlyMap<number, EditMark> {
  const { tokens } = followEdits(codes, edits);
  const origins = tokens.map(({ origin }) => origin);
  if (result !== null && origins.join() !== result.origins.join()) return new Map();
  const marks = new Map<number, EditMark>(codes.map((_, index) => [index, 'removed']));
  for (const { origin, masked } of tokens) {
    marks.delete(origin);
    if (masked) marks.set(origin, 'masked');
  }
  edits.forEach((edit, index) => {
    if (edit.kind !== 'move') return;
    const origin = followEdits(codes, edits.slice(0, index)).tokens[edit.at]?.origin ?? -1;
    if (origin >= 0 && !marks.has(origin)) marks.set(origin, 'moved');
  });
  return marks;
}

/** Codes stand by visit, inside it by place; a place beyond the end is the end. */
function insert(tokens: Token[], token: Token, place: number): void {
  const first = tokens.findIndex(({ visit }) => visit >= token.visit);
  const begin = first < 0 ? tokens.length : first;
  const size = tokens.filter(({ visit }) => visit === token.visit).length;
  tokens.splice(begin + Math.min(place - 1, size), 0, token);
}

/** A visit without codes is none: later ones count on from the one before. */
function closeGap(tokens: Token[], visit: number): void {
  if (tokens.some((token) => token.visit === visit)) return;
  for (const token of tokens) if (token.visit > visit) token.visit -= 1;
}
