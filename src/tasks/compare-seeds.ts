import { meanSd } from '../metrics/paired';
import type { SeedGroup, TestFigures } from '../protocol/panels/compare';
import type { FinetuneRun } from '../protocol/run';
import { distinguishingNames } from './compare-names';
import type { Tested } from './compare-figures';

/**
 * Runs that were set up alike but for their seeds, with mean and spread of their AUROC. A seed counts once: a second
 * run of the same seed is the same run again and says nothing of the spread.
 */
export function seedGroups(tested: readonly Tested[], figures: readonly TestFigures[]): SeedGroup[] {
  const groups = new Map<string, number[]>();
  tested.forEach(({ manifest }, i) => {
    const alike = setUp(manifest);
    const members = groups.get(alike) ?? [];
    const known = members.some((member) => tested[member]!.manifest.config.seed === manifest.config.seed);
    groups.set(alike, known ? members : [...members, i]);
  });
  const names = distinguishingNames(
    [...groups.values()].map(([first]) => tested[first!]!.manifest),
    false,
  );
  return [...groups.values()].flatMap((members, g) => {
    if (members.length < 2) return [];
    const { mean, sd } = meanSd(members.map((i) => figures[i]!.auroc.value));
    return {
      name: names[g]!,
      runs: members.map((i) => tested[i]!.run),
      seeds: members.map((i) => tested[i]!.manifest.config.seed),
      mean,
      sd: sd!,
    };
  });
}

/** Everything that was chosen for a run but its seed. Sizes that only follow from it and the seed are left out. */
function setUp({ config, dataset, labels, from, fromStep, like, codeVersion, device }: FinetuneRun): string {
  return JSON.stringify([
    { ...config, seed: 0 },
    dataset.contentHash,
    labels.sha256,
    from,
    fromStep,
    like,
    codeVersion,
    device,
  ]);
}
