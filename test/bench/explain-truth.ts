/**
 * Do explanations find what the sample generator planted? For test patients of a run on a sample study: AUC and mean
 * rank of planted codes among all codes of the patient, by each ranking; deletion areas against random; the
 * completeness error of integrated gradients. Whichever wins.
 *
 *   npx esbuild test/bench/explain-truth.ts --bundle --platform=node --format=cjs --outfile=dist/bench-explain-truth.js \
 *     --external:onnxruntime-node --external:@duckdb/node-api && node dist/bench-explain-truth.js HOME RUN TRUTH.json [patients]
 */
import { readFileSync } from 'node:fs';
import { averageRanks } from '../../src/explain/spearman';
import { auroc } from '../../src/metrics/auroc';
import type { RiskExplanation } from '../../src/protocol/explanation';
import { openExplained } from '../../src/tasks/explain';

const [home, run, truthFile, wanted = '200'] = process.argv.slice(2) as [string, string, string, string?];
const truth = JSON.parse(readFileSync(truthFile, 'utf8')) as { task: { plantedCodes: string[] } };
const planted = new Set(truth.task.plantedCodes);

const rankings: Readonly<Record<string, (e: RiskExplanation) => readonly number[]>> = {
  'integrated gradients': (e) => e.attribution.values,
  '|integrated gradients|': (e) => e.attribution.values.map(Math.abs),
  'occlusion, masked': (e) => e.occlusion.masked.logit,
  'occlusion, removed': (e) => e.occlusion.removed!.logit,
  'attention received': (e) => e.attention.received,
  rollout: (e) => e.attention.rollout,
};

interface Tally {
  auc: number[];
  /** 0 = first of the patient's codes, 1 = last. */
  rank: number[];
}
const mean = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0) / x.length;
const error = (x: readonly number[]): number =>
  Math.sqrt(mean(x.map((v) => (v - mean(x)) ** 2)) / Math.max(1, x.length - 1));
const shown = (x: readonly number[]): string => `${mean(x).toFixed(3)} ± ${(1.96 * error(x)).toFixed(3)}`;

async function main(): Promise<void> {
  const explained = await openExplained(home, run);
  const tested = explained.entries().filter(({ part }) => part === 'test');
  const tallies = Object.fromEntries(
    Object.keys(rankings).map((name): [string, Tally] => [name, { auc: [], rank: [] }]),
  );
  const completeness: number[] = [];
  const steps = new Map<number, number>();
  const stability: number[] = [];
  const agreement: number[] = [];
  const deletion: Record<string, number[]> = {};
  const settings = { largestDeletion: 10, randomOrders: 30, seed: 1 };
  for (const { patient } of tested.slice(0, Number(wanted))) {
    const e = (await explained.explain(patient, settings)) as RiskExplanation;
    completeness.push(e.attribution.completenessError);
    steps.set(e.attribution.steps, (steps.get(e.attribution.steps) ?? 0) + 1);
    if (e.seeds.stability) stability.push(e.seeds.stability.mean);
    if (e.agreement.attention !== null) agreement.push(e.agreement.attention);
    for (const [name, curve] of Object.entries(e.deletion?.curves ?? {})) {
      (deletion[name] ??= []).push(curve.logitArea - e.deletion!.random.logitArea);
    }
    const labels = Uint8Array.from(e.codes, ({ code }) => Number(planted.has(code)));
    const positives = labels.reduce((a, b) => a + b, 0);
    if (positives === 0 || positives === labels.length) continue;
    for (const [name, values] of Object.entries(rankings)) {
      const scores = values(e);
      tallies[name]!.auc.push(auroc(labels, scores));
      const ranks = averageRanks(scores.map((score) => -score));
      const ofPlanted = Array.from(ranks).filter((_, t) => labels[t] === 1);
      tallies[name]!.rank.push((mean(ofPlanted) - 1) / (labels.length - 1));
    }
  }
  const rows = Object.entries(tallies).map(([name, { auc, rank }]) => ({
    ranking: name,
    'AUC of planted codes': shown(auc),
    'mean rank, 0 first – 1 last': shown(rank),
  }));
  const largest = Math.max(...completeness);
  const result = {
    patients: completeness.length,
    withPlanted: tallies['rollout']!.auc.length,
    rows,
    completeness: { mean: mean(completeness), largest, steps: Object.fromEntries(steps) },
    'deletion area − random (log-odds)': Object.fromEntries(
      Object.entries(deletion).map(([name, differences]) => [name, shown(differences)]),
    ),
    stability: stability.length > 0 ? shown(stability) : null,
    'ρ attention, |attribution|': shown(agreement),
  };
  process.stdout.write(`${JSON.stringify(result, null, 1)}\n`);
  await explained.close();
}
void main();
