import type { Count } from '../../src/protocol/panels/cohort';
import type { PairedAuroc } from '../../src/protocol/panels/compare';
import { count, signed } from '../format';

/** Two runs, the later (`row`) against the earlier. */
export interface Pair {
  readonly row: string;
  readonly column: string;
}

/** The pair that is spelled out: the picked one, else the one that differs most surely. */
export function shownPair(pairs: readonly PairedAuroc[], picked: Pair | null): PairedAuroc | undefined {
  const found = picked && pairs.find(({ row, column }) => row === picked.row && column === picked.column);
  if (found) return found;
  const surest = [...pairs].sort((a, b) => (a.result?.p ?? 2) - (b.result?.p ?? 2));
  return surest[0];
}

/** The pair that a key leads to; undefined for a key that leads nowhere. At the edge it stays. */
export function neighbour(order: readonly string[], from: Pair, key: string): Pair | undefined {
  let row = order.indexOf(from.row);
  let column = order.indexOf(from.column);
  const last = order.length - 1;
  switch (key.toLowerCase()) {
    case 'arrowleft':
      column = Math.max(0, column - 1);
      break;
    case 'arrowright':
      column = Math.min(row - 1, column + 1);
      break;
    case 'arrowup':
      row = Math.max(1, row - 1);
      column = Math.min(column, row - 1);
      break;
    case 'arrowdown':
      row = Math.min(last, row + 1);
      break;
    case 'home':
      column = 0;
      break;
    case 'end':
      column = row - 1;
      break;
    default:
      return undefined;
  }
  return { row: order[row]!, column: order[column]! };
}

/** How many patients a pair rests on, plainly where the test sets differ. */
export function sharedWords({ shared, rowPatients, columnPatients }: PairedAuroc): string {
  if (typeof shared === 'number' && shared === rowPatients && shared === columnPatients) {
    return `On the same ${count(shared)} test patients`;
  }
  const told = (patients: Count): string =>
    typeof patients === 'number' ? count(patients) : patients === 'small' ? 'few' : 'a withheld number of';
  return `The test sets differ: ${told(shared)} patients shared, of ${told(rowPatients)} and ${told(columnPatients)}`;
}

/** A difference of AUROC in points: × 100, signed. */
export function points(difference: number, decimals: number): string {
  return signed(100 * difference, decimals);
}
