import { firstCode } from '../protocol/vocabulary';

/** A code (vocabulary id) with the cosine of its embedding and another's. */
export interface Near {
  readonly id: number;
  readonly similarity: number;
}

/** Finds neighbours in a table of embeddings; norms are computed once. */
export class CodeSpace {
  private readonly norms: Float64Array;

  /** @param table [V, D] */
  constructor(
    private readonly table: Float32Array,
    private readonly width: number,
  ) {
    this.norms = Float64Array.from({ length: table.length / width }, (_, id) => Math.sqrt(this.dot(id, id)));
  }

  /** The codes whose embeddings point most nearly the same way, nearest first; neither itself nor special tokens. */
  nearest(id: number, count: number): Near[] {
    const near: Near[] = [];
    for (let other = firstCode; other < this.norms.length; other++) {
      if (other === id) continue;
      const norms = this.norms[id]! * this.norms[other]!;
      const similarity = norms === 0 ? 0 : this.dot(id, other) / norms;
      if (near.length === count && similarity <= near.at(-1)!.similarity) continue;
      // Of equal ones the smaller id comes first, which was met first.
      near.splice(near.findLastIndex((one) => one.similarity >= similarity) + 1, 0, {
        id: other,
        similarity,
      });
      if (near.length > count) near.pop();
    }
    return near;
  }

  private dot(a: number, b: number): number {
    const { table, width } = this;
    let sum = 0;
    for (let d = 0; d < width; d++) sum += table[a * width + d]! * table[b * width + d]!;
    return sum;
  }
}
