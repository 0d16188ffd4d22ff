import { join } from 'node:path';
import { type PoolSplit, readPool } from '../ehr/predictions';
import type { CodeSequence } from '../explain/code-sequence';
import { riskOf } from '../explain/explained-model';
import type { IntegratedGradients } from '../explain/integrated-gradients';
import { stability } from '../explain/stability';
import { UserError } from '../protocol/errors';
import type { RiskGlance, SeedPrediction, SeedSpread } from '../protocol/explanation';
import { keyWithoutSeed } from '../runs/seed-groups';
import { listRuns, type RunView } from '../runs/store';
import { RunModel } from './explain-model';
import { attribute } from './explain-risk';
import { poolFile } from './seen-patients';

interface Sibling {
  readonly model: RunModel;
  readonly pool: ReadonlyMap<string, PoolSplit>;
}

/** Finished runs that differ from a run in their seed alone; opened when they are first needed, and kept. */
export class SeedRuns {
  private opened: Promise<{ siblings: Sibling[]; unreadable: string[] }> | undefined;

  constructor(
    private readonly home: string,
    private readonly run: RunView,
  ) {}

  /** The same patient under every seed. @param own what this run makes of the patient */
  async spread(glance: RiskGlance, own: IntegratedGradients, signal?: AbortSignal): Promise<SeedSpread> {
    const { siblings, unreadable } = await (this.opened ??= this.open());
    const sequence: CodeSequence<string> = {
      codes: glance.codes.map(({ code }) => code),
      visits: glance.codes.map(({ visit }) => visit),
      ranks: glance.codes.map(({ rank }) => rank),
    };
    const { risk, logit, part } = glance;
    const first = { run: this.run.id, seed: this.run.manifest.config.seed, risk, logit, part };
    const predictions: SeedPrediction[] = [first];
    const attributions = [own.attributions];
    const unable = [...unreadable];
    for (const { model, pool } of siblings) {
      const { id, manifest } = model.run;
      try {
        const other = await attribute(model, model.tokens(sequence), signal);
        attributions.push(other.attributions);
        predictions.push({
          ...{ run: id, seed: manifest.config.seed, logit: other.logit, risk: riskOf(other.logit) },
          part: pool.get(glance.patient) ?? null,
        });
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        unable.push(id);
      }
    }
    return {
      predictions,
      risk: spreadOf(predictions.map((prediction) => prediction.risk)),
      stability: stability(attributions),
      unreadable: unable,
    };
  }

  async close(): Promise<void> {
    const { opened } = this;
    this.opened = undefined;
    if (opened) for (const { model } of (await opened).siblings) await model.close();
  }

  private async open(): Promise<{ siblings: Sibling[]; unreadable: string[] }> {
    const siblings: Sibling[] = [];
    const unreadable: string[] = [];
    for (const run of siblingsOf(this.run, listRuns(this.home))) {
      try {
        siblings.push({ model: RunModel.open(run), pool: await readPool(join(run.folder, poolFile)) });
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        unreadable.push(run.id);
      }
    }
    return { siblings, unreadable };
  }
}

/** Finished runs of the same configuration with other seeds, each seed once (the newest run of it), by seed. */
export function siblingsOf(run: RunView, runs: ReturnType<typeof listRuns>): RunView[] {
  const key = keyWithoutSeed(run.manifest);
  const bySeed = new Map<number, RunView>();
  for (const other of runs) {
    if (other.damaged || other.id === run.id || other.state !== 'finished') continue;
    const { seed } = other.manifest.config;
    if (seed === run.manifest.config.seed || bySeed.has(seed)) continue;
    if (keyWithoutSeed(other.manifest) === key) bySeed.set(seed, other);
  }
  return [...bySeed.values()].sort((a, b) => a.manifest.config.seed - b.manifest.config.seed);
}

function spreadOf(risks: readonly number[]): SeedSpread['risk'] {
  if (risks.length < 2) return null;
  const mean = risks.reduce((sum, risk) => sum + risk, 0) / risks.length;
  return { low: Math.min(...risks), mean, high: Math.max(...risks) };
}
