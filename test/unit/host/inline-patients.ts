import type {
  Attribution,
  EncoderExplanation,
  ExplainedCode,
  ExplainedVisit,
  RiskExplanation,
  RiskGlance,
} from '../../../src/protocol/explanation';

/** A code of a patient, as a test tells it: day of discharge (and of admission, where it differs), code. */
export type ToldCode = readonly [discharge: string, code: string, admit?: string];

/** What a fine-tuned run says of a patient with these codes; a visit is everything with one day of discharge. */
export function riskGlance(
  patient: string,
  told: readonly ToldCode[],
  change: Partial<RiskGlance> = {},
): RiskGlance {
  const visits: ExplainedVisit[] = [];
  const codes: ExplainedCode[] = [];
  for (const [discharge, code, admit = discharge] of told) {
    const key = (visit: ExplainedVisit | undefined): boolean =>
      visit?.discharge === discharge && visit.admit === admit;
    if (!key(visits.at(-1))) visits.push({ visit: visits.length + 1, admit, discharge, received: 0 });
    const visit = visits.length;
    const rank = codes.filter((other) => other.visit === visit).length + 1;
    codes.push({
      code,
      description: `about ${code}`,
      visit,
      rank,
      known: true,
      count: 1234,
      shares: [0.341, 0.12],
    });
  }
  return {
    version: 1,
    kind: 'finetune',
    run: 'finetune-1',
    step: 300,
    dataset: 'claims',
    patient,
    part: 'test',
    codes,
    groups: [
      { name: 'cases', patients: 1200 },
      { name: 'controls', patients: 3000 },
    ],
    minimumCellCount: 10,
    visits,
    cut: 0,
    attention: {
      layers: 1,
      heads: 1,
      received: codes.map(() => 1 / codes.length),
      rollout: codes.map(() => 1 / codes.length),
      patterns: [],
      chance: { self: 0, sameCode: 0, withinVisit: 0, previousVisit: 0, firstRank: 0 },
    },
    notes: [],
    risk: 0.7312,
    logit: 1,
    label: 1,
    indexDate: null,
    percentile: 87.4,
    testPatients: 200,
    quality: { auroc: 0.82, ci95: [0.78, 0.86] },
    ...change,
  };
}

/** The same with attributions. */
export function riskExplanation(
  glance: RiskGlance,
  values: readonly number[],
  change: Partial<Attribution> = {},
): RiskExplanation {
  const attribution: Attribution = {
    method: 'integrated-gradients',
    baseline: '[MASK]',
    baselineTrained: true,
    values,
    visits: [],
    baselineLogit: 0,
    baselineRisk: 0.5,
    steps: 64,
    completenessError: 0.001,
    ...change,
  };
  const effects = { risk: values.map((value) => value / 10), logit: values };
  return {
    ...glance,
    attribution,
    occlusion: { masked: effects, removed: effects },
    deletion: null,
    agreement: { attention: null, rollout: null, occlusion: null, sentences: [] },
    seeds: { predictions: [], risk: null, stability: null, unreadable: [] },
  };
}

export function encoderExplanation(glance: RiskGlance): EncoderExplanation {
  return {
    ...glance,
    kind: 'pretrain',
    guesses: glance.codes.map(() => ({
      top: [{ code: 'ICD10_I10', description: null, probability: 0.31 }],
      probability: 0.02,
      place: 12,
    })),
    nearest: glance.codes.map(() => [{ code: 'ICD10_I11', description: null, similarity: 0.87 }]),
  };
}
