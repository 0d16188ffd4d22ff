import type { RunManifest } from '../../protocol/run';

/**
 * What runs have in common that differ in their seed only: the same text for each of them. The seed decides the
 * split, therefore also vocabulary and numbers of patients; how many threads compute, and which version of the
 * program, changes last digits only.
 */
export function keyWithoutSeed(manifest: RunManifest): string {
  const { kind, dataset, device, config } = manifest;
  const settings = Object.entries({ ...config, seed: null, threads: null }).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const origin =
    manifest.kind === 'finetune'
      ? [manifest.labels.sha256, manifest.from, manifest.fromStep, manifest.like]
      : [manifest.exclude?.sha256 ?? null];
  return JSON.stringify([kind, dataset.contentHash, device, origin, settings]);
}

/** Puts runs together that differ in their seed only, each group where its first run stands. */
export function groupBySeed<T extends { readonly manifest: RunManifest }>(runs: readonly T[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const run of runs) {
    const key = keyWithoutSeed(run.manifest);
    const seeds = groups.get(key);
    // The same seed twice is no second seed, but the same run again.
    if (
      seeds !== undefined &&
      !seeds.some((other) => other.manifest.config.seed === run.manifest.config.seed)
    ) {
      seeds.push(run);
    } else groups.set(seeds === undefined ? key : `${key} ${groups.size}`, [run]);
  }
  return [...groups.values()];
}
