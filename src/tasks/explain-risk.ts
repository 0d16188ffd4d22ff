import { agreementOf } from '../explain/agreement';
import { riskOf } from '../explain/explained-model';
import { type CodeSequence, visitSums } from '../explain/code-sequence';
import { deletionTest } from '../explain/deletion';
import { integratedGradients, type IntegratedGradients } from '../explain/integrated-gradients';
import { occlude, type Occlusion } from '../explain/occlusion';
import { fallingOrder } from '../explain/spearman';
import type {
  Attribution,
  ExplainSettings,
  OcclusionEffects,
  RiskExplanation,
  RiskGlance,
} from '../protocol/explanation';
import type { LongWork } from '../protocol/progress';
import { MASK } from '../protocol/vocabulary';
import type { RunModel } from './explain-model';
import type { SeedRuns } from './explain-seeds';
import { untrained } from './finetune';

/** Integrated gradients of the run's logit for a patient, from a baseline in which every code is [MASK]. */
export async function attribute(
  model: RunModel,
  tokens: CodeSequence<number>,
  signal?: AbortSignal,
): Promise<IntegratedGradients> {
  const baseline = tokens.codes.map(() => MASK);
  return integratedGradients(tokens, baseline, model.path!.along, signal === undefined ? {} : { signal });
}

/** What is there of an explanation while the rest is computed. */
export type PartialExplanation = RiskGlance & Partial<RiskExplanation>;

/** Long work that hands its parts on as they are finished, the quickest first. */
export interface StagedWork extends LongWork {
  readonly onPart?: (soFar: PartialExplanation) => void;
}

/** Everything that costs many runs of the model, on top of what a glance tells. @throws CancelledError */
export async function explainRisk(
  model: RunModel,
  tokens: CodeSequence<number>,
  glance: RiskGlance,
  seeds: SeedRuns,
  settings: ExplainSettings,
  { progress = () => undefined, onPart = () => undefined, signal }: StagedWork,
): Promise<RiskExplanation> {
  const { predict } = model.model;
  let done = 0;
  const finished = <Part extends PartialExplanation>(part: Part): Part => {
    progress({ phase: 'explaining the prediction', done: done++, total: 4, unit: 'parts' });
    onPart(part);
    return part;
  };
  finished(glance);
  const gradients = await attribute(model, tokens, signal);
  const attributed = finished({ ...glance, attribution: attributionOf(model, tokens, gradients) });
  const spread = await seeds.spread(glance, gradients, signal);
  const compared = finished({ ...attributed, seeds: spread });
  const occlusion = occlusionEffects(glance, await occlude(tokens, predict, signal));
  const occluded = finished({ ...compared, occlusion });
  const { received, rollout } = glance.attention;
  const removed = occlusion.removed?.logit ?? null;
  const orders = {
    attribution: fallingOrder(gradients.attributions),
    occlusion: fallingOrder(removed ?? []),
    attention: fallingOrder(received),
    rollout: fallingOrder(rollout),
  };
  const deletion = await deletionTest(tokens, glance.logit, orders, predict, {
    largest: settings.largestDeletion,
    randomOrders: settings.randomOrders,
    seed: settings.seed,
    ...(signal === undefined ? {} : { signal }),
  });
  const rankings = { attribution: gradients.attributions, received, rollout, occlusion: removed };
  return finished({ ...occluded, deletion, agreement: agreementOf(rankings, deletion) });
}

/** What the whole patient has more than each edited one. */
function occlusionEffects(glance: RiskGlance, { masked, removed }: Occlusion): RiskExplanation['occlusion'] {
  const effects = (logits: Float64Array): OcclusionEffects => ({
    logit: Array.from(logits, (logit) => glance.logit - logit),
    risk: Array.from(logits, (logit) => glance.risk - riskOf(logit)),
  });
  return { masked: effects(masked), removed: removed && effects(removed) };
}

function attributionOf(
  { run }: RunModel,
  tokens: CodeSequence<number>,
  { attributions, baselineLogit, steps, completenessError }: IntegratedGradients,
): Attribution {
  const { manifest } = run;
  return {
    method: 'integrated-gradients',
    baseline: '[MASK]',
    baselineTrained: manifest.kind === 'finetune' && manifest.from !== untrained,
    values: Array.from(attributions),
    visits: Array.from(visitSums(tokens, attributions)),
    baselineLogit,
    baselineRisk: riskOf(baselineLogit),
    steps,
    completenessError,
  };
}
