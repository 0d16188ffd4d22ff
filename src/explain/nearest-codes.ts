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
      near.push({ id: other, similarity: norms === 0 ? 0 : this.dot(id, other) / norms });
    }
    return near.sort((a, b) => b.similarity - a.similarity || a.id - b.id).slice(0, count);
  }

  private dot(a: number, b: number): number {
    const { table, width } = this;
    let sum = 0;
    for (let d = 0; d < width; d++) sum += table[a * width + d]! * table[b * width + d]!;
    return sum;
  }
}
