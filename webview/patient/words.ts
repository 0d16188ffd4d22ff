import type {
  AttentionChoice,
  AttentionSummary,
  ExplainedCode,
  HeadPattern,
} from '../../src/protocol/explanation';

/** A code as a chip has room for it: without the name of its system, which is told beside it. */
export function shortCode(code: string): string {
  return code.replace(/^(ICD9|ICD10)(CM|PCS)?_/i, '');
}

/** `ICD-9`, `ICD-10`, or nothing for another system. */
export function systemOf(code: string): string | undefined {
  const system = /^ICD(9|10)/i.exec(code)?.[1];
  return system === undefined ? undefined : `ICD-${system}`;
}

/** A description cut at a word; whoever points at the chip reads all of it. */
export function cutAtWord(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most - 1);
  const space = cut.lastIndexOf(' ');
  return `${(space > most / 2 ? cut.slice(0, space) : cut).replace(/[\s,;:(]+$/, '')}…`;
}

/** A code with its description, for sentences that are spoken or pointed at. */
export function fullName({ code, description }: Pick<ExplainedCode, 'code' | 'description'>): string {
  return description === null ? code : `${code}, ${description}`;
}

/** What a square of attention shows: `Layer 6 · head 3`. */
export function choiceName(choice: AttentionChoice): string {
  switch (choice.kind) {
    case 'head':
      return `Layer ${choice.layer + 1} · head ${choice.head + 1}`;
    case 'mean':
      return choice.layer === null ? 'Mean of all heads' : `Mean of layer ${choice.layer + 1}`;
    case 'rollout':
      return 'Rollout';
  }
}

/** The kinds of reading that a head is measured by; `within` leaves the code itself out. */
export const readings = [
  { key: 'self', label: 'itself', words: 'the code itself' },
  { key: 'sameCode', label: 'same code', words: 'the same code elsewhere' },
  { key: 'within', label: 'own visit', words: 'other codes of the same visit' },
  { key: 'previousVisit', label: 'visit before', words: 'the visit before' },
  { key: 'firstRank', label: 'first priority', words: 'the first codes of visits' },
] as const;

export type Reading = (typeof readings)[number]['key'];

/** Share of attention that goes to each kind of reading. */
export function sharesOf(pattern: Omit<HeadPattern, 'layer' | 'head'>): Record<Reading, number> {
  const { self, sameCode, withinVisit, previousVisit, firstRank } = pattern;
  return { self, sameCode, within: Math.max(0, withinVisit - self), previousVisit, firstRank };
}

/** What a head looks at, said only where it is measured: well above what reading all codes alike would give. */
export function headFinding(pattern: HeadPattern, chance: AttentionSummary['chance']): string {
  const shares = sharesOf(pattern);
  const even = sharesOf(chance);
  const [best] = readings
    .map(({ key, words }) => ({
      words,
      share: shares[key],
      above: shares[key] - even[key],
      lift: shares[key] / (even[key] || 1e-9),
    }))
    .filter(({ share, lift }) => share >= 0.2 && lift >= 1.5)
    .sort((a, b) => b.above - a.above);
  const name = `Layer ${pattern.layer + 1} · head ${pattern.head + 1}`;
  if (best === undefined) return `${name} reads no kind of code more than others`;
  return `${name} looks at ${best.words}: ${Math.round(100 * best.share)}\u00a0% of its attention`;
}
