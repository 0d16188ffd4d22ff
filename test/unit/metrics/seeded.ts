/** A small seeded generator for tests: uniform numbers in [0, 1) (Marsaglia's xorshift on 32 bits). */
export function seeded(seed: number): () => number {
  let state = (seed * 2654435761 + 1) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

/** Labels and probabilities with some signal; `grid` > 0 rounds the scores so that many are tied. */
export function study(n: number, seed: number, grid = 0): { labels: Uint8Array; scores: Float64Array } {
  const random = seeded(seed);
  for (let i = 0; i < 10; i++) random();
  const labels = Uint8Array.from({ length: n }, (_, i) => (i < 2 ? i : random() < 0.3 ? 1 : 0));
  const scores = Float64Array.from(labels, (label) => {
    const score = 0.02 + 0.7 * random() + 0.25 * label * random();
    return grid === 0 ? score : Math.round(score * grid) / grid;
  });
  return { labels, scores };
}
