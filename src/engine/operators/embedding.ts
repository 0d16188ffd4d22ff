import type { Value } from '../graph';
import { ShapeError } from '../shape';

/**
 * Rows of a table: table [V, D], ids [N] → [N, D].
 * Its gradient is not a [V, D] tensor but the pair (ids, dy), which the learner adds row by row:
 * see `rows` in differentiate.ts.
 */
export function gatherRows(table: Value, ids: Value): Value {
  if (table.shape.length !== 2 || ids.shape.length !== 1 || ids.dtype === 'float32') {
    throw new ShapeError(
      'gatherRows',
      [table.shape, ids.shape],
      'expected a table [V, D] and integer ids [N]',
    );
  }
  const shape = [ids.shape[0]!, table.shape[1]!];
  return table.graph.add('gatherRows', [table, ids], {}, [{ dtype: 'float32', shape }])[0]!;
}
