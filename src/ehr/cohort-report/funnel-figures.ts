import type { AttritionStep } from '../../protocol/dataset';
import type { Count, FunnelFigure } from '../../protocol/panels/cohort';
import type { FunnelStep } from '../label-funnel';
import type { SmallCells } from './small-cells';

/**
 * One funnel from the records to the patients of the report: the steps of the import, then those of the labels.
 *
 * @param labels the label funnel; its first step counts labels, also of patients whom the import left out, and so
 * stands beside the chain
 */
export function funnelFigures(
  attrition: readonly AttritionStep[],
  labels: readonly FunnelStep[] | null,
  rule: SmallCells,
): { funnel: FunnelFigure[]; labelled: Count | null; isDatasetTold: boolean } {
  const ofLabels = labels?.slice(1) ?? [];
  const steps = [
    ...attrition.map(({ step, patients }) => ({ step, patients })),
    ...ofLabels.map(({ step, patients }, i) => ({ step: i === 0 ? 'with a label' : step, patients })),
  ];
  const told = rule.chain(steps.map(({ patients }) => patients));
  const cases = [...attrition.map(() => null), ...tellableCases(ofLabels, rule)];
  return {
    funnel: steps.map(({ step }, i) => ({
      step,
      patients: told[i]!,
      removed: i === 0 ? null : removed(told[i - 1]!, told[i]!),
      cases: typeof told[i] === 'number' ? cases[i]! : null,
    })),
    labelled: labels === null ? null : labelled(labels, told[attrition.length]!, rule),
    isDatasetTold: typeof told[attrition.length - 1] === 'number',
  };
}

function removed(before: Count, after: Count): Count {
  if (typeof before === 'number' && typeof after === 'number') return before - after;
  // Only a step that costs a few patients hides the number before it.
  return before === 'withheld' && typeof after === 'number' ? 'small' : 'withheld';
}

/** Cases of each step, where neither cases nor controls sink by a few to the next step that tells. */
function tellableCases(steps: readonly FunnelStep[], rule: SmallCells): (number | null)[] {
  const cases = rule.chain(steps.map(({ positives }) => positives));
  const controls = rule.chain(steps.map(({ patients, positives }) => patients - positives));
  return cases.map((count, i) =>
    typeof count === 'number' && typeof controls[i] === 'number' ? count : null,
  );
}

function labelled(labels: readonly FunnelStep[], known: Count, rule: SmallCells): Count {
  const count = labels[0]!.patients;
  if (rule.isSmall(count)) return 'small';
  const lost = count - labels[1]!.patients;
  return typeof known === 'number' && rule.isSmall(lost) ? 'withheld' : count;
}
