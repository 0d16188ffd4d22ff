import { join } from 'node:path';
import { type PoolSplit, readPool } from '../ehr/predictions';
import type { CodeSequence } from '../explain/code-sequence';
import { riskOf } from '../explain/explained-model';
import type { IntegratedGradients } from '../explain/integrated-gradients';
import { stability } from '../explain/stability';
import { throwIfCancelled, UserError } from '../protocol/errors';
import type { RiskGlance, SeedChange, SeedPrediction, SeedSpread } from '../protocol/explanation';
import { fileTimes, resultFiles } from '../runs/file-times';
import { runFolder } from '../runs/home';
import { keyWithoutSeed } from '../runs/seed-groups';
import { manifestFile, newestFirst, readManifest, runIds, type RunView, viewRun } from '../runs/store';
import { predictEdited } from './explain-case';
import { checkStillPredicts } from './explain-check';
import { checkFinite, RunModel } from './explain-model';
import { readScores, type RunPatients } from './explain-patients';
import { attribute, knownPlaces } from './explain-risk';
import { poolFile } from './seen-patients';

interface Sibling {
  readonly model: RunModel;
  readonly pool: ReadonlyMap<string, PoolSplit>;
}

interface Siblings {
  readonly key: string;
  readonly siblings: readonly Sibling[];
  /** Runs that would belong here but cannot be read, or no longer predict what they predicted. */
  readonly unreadable: readonly string[];
}

/**
 * Finished runs that differ from a run in their seed alone. They are opened when they are first needed, checked as
 * the run itself is, and kept until one of them changes, comes or goes.
 */
export class SeedRuns {
  private opened: Siblings | undefined;
  /** One question after another: nobody asks siblings that are being closed. */
  private turn: Promise<unknown> = Promise.resolve();
  /** By id and time of run.json, which never changes in place: what a run has in common with its seeds. */
  private readonly keys = new Map<string, string>();

  /** @param patients of the run, which are those of its seeds: dataset and labels are the same */
  constructor(
    private readonly home: string,
    private readonly run: RunView,
    private readonly patients: RunPatients,
  ) {}

  /** The same patient under every seed. @param own what this run makes of the patient */
  spread(glance: RiskGlance, own: IntegratedGradients, signal?: AbortSignal): Promise<SeedSpread> {
    return this.inTurn(async () => {
      throwIfCancelled(signal, 'The explanation');
      return this.compare(await this.current(), glance, own, signal);
    });
  }

  /** What edits change under every other seed; those that cannot say are left out. */
  changes(patient: CodeSequence<string>, edited: CodeSequence<string>): Promise<SeedChange[]> {
    return this.inTurn(async () => {
      const changes: SeedChange[] = [];
      for (const { model } of (await this.current()).siblings) {
        const { id, manifest } = model.run;
        try {
          const [before, after] = (await predictEdited(model, patient, edited)).map(riskOf);
          changes.push({ run: id, seed: manifest.config.seed, before: before!, after: after! });
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
        }
      }
      return changes;
    });
  }

  close(): Promise<void> {
    return this.inTurn(() => this.letGo());
  }

  private async compare(
    { siblings, unreadable }: Siblings,
    glance: RiskGlance,
    own: IntegratedGradients,
    signal: AbortSignal | undefined,
  ): Promise<SeedSpread> {
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
    const known = knownPlaces(glance);
    for (const { model, pool } of siblings) {
      const { id, manifest } = model.run;
      try {
        const other = await attribute(model, model.tokens(sequence), signal);
        checkFinite(other.logit);
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
      stability: stability(attributions.map((values) => known.map((t) => values[t]!))),
      unreadable: unable,
    };
  }

  private async current(): Promise<Siblings> {
    const runs = siblingsOf(this.run, this.relatives());
    const key = runs.map(({ folder }) => `${folder} ${fileTimes(resultFiles(folder))}`).join('\n');
    if (this.opened?.key === key) return this.opened;
    await this.letGo();
    return (this.opened = { key, ...(await this.open(runs)) });
  }

  /** Runs of the same configuration, whatever their state, newest first; all others are read once. */
  private relatives(): RunView[] {
    const own = keyWithoutSeed(this.run.manifest);
    const found = runIds(this.home).flatMap((id) => {
      const folder = runFolder(this.home, id);
      try {
        const name = `${id} ${fileTimes([join(folder, manifestFile)])}`;
        const key = this.keys.get(name) ?? keyWithoutSeed(readManifest(folder));
        this.keys.set(name, key);
        return key === own ? [viewRun(folder, id)] : [];
      } catch (error) {
        // A folder that cannot be read is no seed of anything; the tree tells of it.
        if (error instanceof UserError) return [];
        throw error;
      }
    });
    return found.sort(newestFirst);
  }

  private async open(runs: readonly RunView[]): Promise<Omit<Siblings, 'key'>> {
    const siblings: Sibling[] = [];
    const unreadable: string[] = [];
    for (const run of runs) {
      let model: RunModel | undefined;
      try {
        model = RunModel.open(run);
        const { byPatient } = await readScores(run.folder);
        await checkStillPredicts(model, this.patients, byPatient);
        siblings.push({ model, pool: await readPool(join(run.folder, poolFile)) });
      } catch (error) {
        await model?.close();
        if (!(error instanceof UserError)) throw error;
        unreadable.push(run.id);
      }
    }
    return { siblings, unreadable };
  }

  private async letGo(): Promise<void> {
    const { opened } = this;
    this.opened = undefined;
    for (const { model } of opened?.siblings ?? []) await model.close();
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }
}

/**
 * Finished runs of the same configuration with other seeds, each seed once (the newest run of it), by seed.
 * @param runs newest first
 */
export function siblingsOf(run: RunView, runs: readonly RunView[]): RunView[] {
  const key = keyWithoutSeed(run.manifest);
  const bySeed = new Map<number, RunView>();
  for (const other of runs) {
    if (other.id === run.id || other.state !== 'finished') continue;
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
