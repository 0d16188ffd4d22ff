import type { KeyHint } from '../footer';

/** Keys that are worth a place in the footer. */
export const hints: readonly KeyHint[] = [
  { keys: ['←', '→'], does: 'visit' },
  { keys: ['↑', '↓'], does: 'code' },
  { keys: ['[', ']'], does: 'head' },
  { keys: ['Del'], does: 'what if' },
  { keys: ['T'], does: 'table' },
];

/** Every key of the panel beside those of all panels. */
export const keys: readonly KeyHint[] = [
  { keys: ['←', '→'], does: 'code of the visit before, after' },
  { keys: ['↑', '↓'], does: 'code before, after' },
  { keys: ['[', ']'], does: 'head before, after' },
  { keys: ['{', '}'], does: 'layer before, after' },
  { keys: ['R'], does: 'rollout, or back' },
  { keys: ['+', '-', '0'], does: 'zoom the matrix' },
  { keys: ['M', 'Del'], does: 'what if masked, removed' },
  { keys: ['V', 'A'], does: 'what if moved, added' },
  { keys: ['U'], does: 'undo the last edit' },
  { keys: ['O'], does: 'open a case' },
  { keys: ['N', 'B'], does: 'next, previous patient' },
  { keys: ['/'], does: 'search patients' },
];
