import type { RunManifest } from '../protocol/run';

/**
 * What runs have in common that are seeds of one configuration: the same text for each of them. It holds everything
 * that was chosen for a run, and the version of the program and the device that computed it. Left out are
 *
 * - the seed, and what follows from it: the split, therefore also the vocabulary and the numbers of patients;
 * - the number of threads, which changes the order of sums and so last digits only, as another seed does and more.
 *
 * The version counts because another one may compute something else: a spread over seeds must not hold that.
 */
export function keyWithoutSeed(manifest: RunManifest): string {
  const { kind, dataset, device, codeVersion, config } = manifest;
  const settings = { ...config, seed: null, threads: null };
  const origin =
    manifest.kind === 'finetune'
      ? [manifest.labels.sha256, manifest.from, manifest.fromStep, manifest.like]
      : [manifest.exclude?.sha256 ?? null];
  return JSON.stringify([kind, dataset.contentHash, device, codeVersion, origin, settings], inOrder);
}

/** The order in which keys were written means nothing. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Puts seeds of one configuration together, each group where its first run stands. */
export function groupBySeed<T extends { readonly manifest: RunManifest }>(runs: readonly T[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const run of runs) {
    const key = keyWithoutSeed(run.manifest);
    const seeds = groups.get(key);
    // The same seed twice is no second seed, but the same run again: it stands alone.
    if (
      seeds !== undefined &&
      !seeds.some((other) => other.manifest.config.seed === run.manifest.config.seed)
    ) {
      seeds.push(run);
    } else groups.set(seeds === undefined ? key : `${key} ${groups.size}`, [run]);
  }
  return [...groups.values()];
}
