import { meanSd } from '../metrics/paired';
import type { SeedGroup, TestFigures } from '../protocol/panels/compare';
import { groupBySeed } from '../runs/seed-groups';
import { distinguishingNames } from './compare-names';
import type { Tested } from './compare-figures';

/**
 * Seeds of one configuration, with mean and spread of their AUROC. A seed counts once: a second run of the same seed
 * is the same run again and says nothing of the spread.
 */
export function seedGroups(tested: readonly Tested[], figures: readonly TestFigures[]): SeedGroup[] {
  const measured = tested.map((run, i) => ({ ...run, auroc: figures[i]!.auroc.value }));
  const groups = groupBySeed(measured);
  // Names set a configuration apart from all others, also from those of a single run.
  const names = distinguishingNames(
    groups.map(([first]) => first!.manifest),
    false,
  );
  return groups.flatMap((members, g) => {
    if (members.length < 2) return [];
    const { mean, sd } = meanSd(members.map(({ auroc }) => auroc));
    return {
      name: names[g]!,
      runs: members.map(({ run }) => run),
      seeds: members.map(({ manifest }) => manifest.config.seed),
      mean,
      sd: sd!,
    };
  });
}
