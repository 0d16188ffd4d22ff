import { defineGradient } from '../gradient-rules';
import type { Value } from '../graph';
import { type Dim, ShapeError } from '../shape';

/**
 * Rows of a table: table [V, D], ids [N] → [N, D].
 * Its gradient is {@link scatterRows}, which is [V, D]. For a trained table that would be as large as the
 * vocabulary: there it stays the pair (ids, dy), which the learner adds row by row (`rows` in differentiate.ts).
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
defineGradient('gatherRows', ({ inputs: [table, ids] }, [dy], wanted) => [
  wanted[0] ? scatterRows(ids!, dy!, table!.shape[0]!) : undefined,
  undefined,
]);

/**
 * Sums rows into a table that is 0 elsewhere: ids [N], rows [N, D] → [V, D] with y[v] = Σ rows[n] over ids[n] = v.
 * Always in the same order. It is made of a one-hot matrix and costs its V·N numbers and V·N·D multiplications:
 * right for the codes of a batch, not for a vocabulary.
 */
export function scatterRows(ids: Value, rows: Value, V: Dim): Value {
  const [n, width] = rows.shape;
  if (rows.shape.length !== 2 || ids.shape.length !== 1 || ids.shape[0] !== n || ids.dtype === 'float32') {
    throw new ShapeError('scatterRows', [ids.shape, rows.shape], 'expected integer ids [N] and rows [N, D]');
  }
  return rows.graph.add('scatterRows', [ids, rows], { rows: V }, [
    { dtype: 'float32', shape: [V, width!] },
  ])[0]!;
}
defineGradient('scatterRows', ({ inputs: [ids] }, [dy]) => [undefined, gatherRows(dy!, ids!)]);
