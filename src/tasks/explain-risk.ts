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
  RiskAttribution,
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

/** What an explanation is built on. */
export interface RiskGround {
  readonly model: RunModel;
  readonly tokens: CodeSequence<number>;
  readonly attributed: RiskAttribution;
  /** Where its attributions come from. */
  readonly own: IntegratedGradients;
  readonly seeds: SeedRuns;
}

/** Everything that costs many runs of the model, on top of the attributions. @throws CancelledError */
export async function explainRisk(
  { model, tokens, attributed, own, seeds }: RiskGround,
  settings: ExplainSettings,
  work: LongWork,
): Promise<RiskExplanation> {
  const { predict } = model.model;
  const compared = { ...attributed, seeds: await seeds.spread(attributed, own, work.signal) };
  const occlusion = occlusionEffects(
    attributed,
    await occlude(tokens, predict, inPhase(work, 'leaving out one code at a time')),
  );
  const { received, rollout } = attributed.attention;
  const removed = occlusion.removed?.logit ?? null;
  const orders = {
    attribution: fallingOrder(own.attributions),
    occlusion: fallingOrder(removed ?? []),
    attributionSize: fallingOrder(own.attributions.map(Math.abs)),
    attention: fallingOrder(received),
    rollout: fallingOrder(rollout),
  };
  const deletion = await deletionTest(tokens, attributed.logit, orders, predict, {
    largest: settings.largestDeletion,
    randomOrders: settings.randomOrders,
    seed: settings.seed,
    ...inPhase(work, 'testing by deletion'),
  });
  const rankings = { attribution: own.attributions, received, rollout, occlusion: removed };
  return {
    ...compared,
    occlusion,
    deletion,
    agreement: agreementOf(rankings, knownPlaces(attributed), deletion),
  };
}

/** Places of the codes that the model knows; all others are the same to it. */
export function knownPlaces({ codes }: Pick<RiskGlance, 'codes'>): number[] {
  return [...codes.keys()].filter((t) => codes[t]!.known);
}

/** The same work, whose reports say what is being done. */
function inPhase({ progress, signal }: LongWork, phase: string): LongWork {
  return {
    ...(progress && { progress: (report) => progress({ ...report, phase }) }),
    ...(signal && { signal }),
  };
}

/** What the whole patient has more than each edited one. */
function occlusionEffects(glance: RiskGlance, { masked, removed }: Occlusion): RiskExplanation['occlusion'] {
  const effects = (logits: Float64Array): OcclusionEffects => ({
    logit: Array.from(logits, (logit) => glance.logit - logit),
    risk: Array.from(logits, (logit) => glance.risk - riskOf(logit)),
  });
  return { masked: effects(masked), removed: removed && effects(removed) };
}

/** Attributions as they are told. */
export function attributionOf(
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
