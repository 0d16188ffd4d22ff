import { type OpenDataset, openDataset } from '../ehr/dataset';
import { headMean, headWeights, nestedWeights, wholeMean } from '../explain/attention-maps';
import type { IntegratedGradients } from '../explain/integrated-gradients';
import { rollout } from '../explain/rollout';
import type { CaseFile, Edit } from '../protocol/case-file';
import { UserError } from '../protocol/errors';
import {
  type AttentionChoice,
  type AttentionSquare,
  type Attributed,
  defaultExplainSettings,
  type ExplainSettings,
  type Explanation,
  type Glance,
  type PatientEntry,
  type Replay,
  type WhatIf,
} from '../protocol/explanation';
import type { LongWork } from '../protocol/progress';
import { firstCode } from '../protocol/vocabulary';
import { readRun } from '../runs/store';
import { makeCase, replayCase, whatIf } from './explain-case';
import { checkStillPredicts } from './explain-check';
import { explainEncoder } from './explain-encoder';
import { type Asking, Glances, type Opened } from './explain-glance';
import { RunModel } from './explain-model';
import { RunPatients } from './explain-patients';
import { attribute, attributionOf, explainRisk } from './explain-risk';
import { SeedRuns } from './explain-seeds';
import { EmbeddingMaps } from './embedding-map';
import { checkSameDataset } from './provenance';

/** A run of whom patients can be explained: everything read once, sessions kept until {@link close}. */
export class ExplainedRun {
  /** Of patients that were asked for a moment ago: attributions are asked for again with their proof. */
  private readonly gradients = new WeakMap<Opened, IntegratedGradients>();
  private readonly glances: Glances;

  constructor(
    dataset: OpenDataset,
    private readonly model: RunModel,
    private readonly patients: RunPatients,
    private readonly seeds: SeedRuns,
  ) {
    this.glances = new Glances(dataset, model, patients);
  }

  /** Codes or patients on a plane. */
  get maps(): EmbeddingMaps {
    return (this.drawn ??= new EmbeddingMaps(this.model, this.patients));
  }
  private drawn: EmbeddingMaps | undefined;

  /** Patients to choose from. */
  entries(): PatientEntry[] {
    return this.patients.entries((code) => this.model.vocabulary.id(code) >= firstCode);
  }

  /** Those of them in whom the model reads a code. */
  withCode(code: string): string[] {
    return this.patients.withCode(code);
  }

  /**
   * Prediction and attention of a patient: one run of the model.
   * @throws UserError when the dataset does not hold the patient, or the model knows no code of the record
   */
  glance(id: string, asking: Asking = {}): Promise<Glance> {
    return this.glances.glance(id, asking);
  }

  /** What every code of a patient does, without the proof of it. @throws UserError as {@link glance}, CancelledError */
  async attributed(id: string, asking: Asking = {}): Promise<Attributed> {
    const glance = await this.glance(id, asking);
    const opened = await this.glances.open(id);
    if (glance.kind === 'pretrain') {
      return explainEncoder(this.model, glance, opened.tokens, this.patients.descriptions, asking);
    }
    const gradients = await this.gradientsOf(opened, asking);
    return { ...glance, attribution: attributionOf(this.model, opened.tokens, gradients) };
  }

  /** Everything about one patient. @throws UserError as {@link glance}, CancelledError */
  async explain(
    id: string,
    settings: ExplainSettings = defaultExplainSettings,
    asking: Asking = {},
  ): Promise<Explanation> {
    const attributed = await this.attributed(id, asking);
    if (attributed.kind === 'pretrain') return attributed;
    const opened = await this.glances.open(id);
    const { model, seeds } = this;
    const own = await this.gradientsOf(opened, asking);
    return explainRisk({ model, tokens: opened.tokens, attributed, own, seeds }, settings, asking);
  }

  /** One square of attention. @throws UserError when there is no such layer or head */
  async attention(id: string, choice: AttentionChoice): Promise<AttentionSquare> {
    const { attention: maps } = (await this.glances.open(id)).attended;
    const { layers, heads, length } = maps;
    const within = (value: number, size: number): boolean =>
      Number.isInteger(value) && value >= 0 && value < size;
    const layer = choice.kind === 'rollout' ? null : choice.layer;
    if (
      (layer !== null && !within(layer, layers)) ||
      (choice.kind === 'head' && !within(choice.head, heads))
    ) {
      throw new UserError(`The model has layers 0 to ${layers - 1} and heads 0 to ${heads - 1}.`);
    }
    const weights =
      choice.kind === 'rollout'
        ? rollout(maps)
        : choice.kind === 'head'
          ? headWeights(maps, choice.layer, choice.head).slice()
          : choice.layer === null
            ? wholeMean(maps)
            : headMean(maps, choice.layer);
    return { length, weights };
  }

  /** A patient after edits. @throws UserError for an edit that cannot be made */
  async whatIf(id: string, edits: readonly Edit[], withSeeds = false): Promise<WhatIf> {
    const { sequence } = await this.patients.read(id);
    const result = await whatIf(this.model, sequence, edits);
    if (!withSeeds) return result;
    const edited = {
      codes: result.codes.map(({ code }) => code),
      visits: result.codes.map(({ visit }) => visit),
      ranks: result.codes.map(({ rank }) => rank),
    };
    const { id: run, manifest } = this.model.run;
    const own = { run, seed: manifest.config.seed, before: result.before.risk, after: result.after.risk };
    return { ...result, seeds: [own, ...(await this.seeds.changes(sequence, edited))] };
  }

  /** Every weight of attention by layer, head, reading and read code `[L][H][T][T]`. */
  async allAttention(id: string): Promise<number[][][][]> {
    return nestedWeights((await this.glances.open(id)).attended.attention);
  }

  /** The same as a case file. @param withId keep the patient's id in it */
  async makeCase(id: string, edits: readonly Edit[], withId: boolean, now: () => Date): Promise<CaseFile> {
    const patient = (await this.patients.read(id)).sequence;
    return makeCase({ model: this.model, patient, edits, id: withId ? id : null, now });
  }

  /** Computes a case again, and holds the record of the patient against it where it names one. */
  async replay(given: CaseFile): Promise<Replay> {
    if (given.patient === null) return replayCase(this.model, given, null);
    const [found] = await this.patients.readAll([given.patient]);
    return replayCase(this.model, given, found!.patient?.sequence);
  }

  async close(): Promise<void> {
    await this.model.close();
    await this.seeds.close();
  }

  private async gradientsOf(opened: Opened, { signal }: LongWork): Promise<IntegratedGradients> {
    const gradients = this.gradients.get(opened) ?? (await attribute(this.model, opened.tokens, signal));
    this.gradients.set(opened, gradients);
    return gradients;
  }
}

/**
 * Opens a run for explanations: its best checkpoint, vocabulary, dataset and patients.
 *
 * @throws UserError when one of them is missing, damaged or another than the run was made with
 */
export async function openExplained(home: string, given: string, work: LongWork = {}): Promise<ExplainedRun> {
  const run = readRun(home, given);
  const dataset = openDataset(home, run.manifest.dataset.name);
  checkSameDataset(run.manifest, dataset);
  const model = RunModel.open(run);
  try {
    const patients = await RunPatients.open(run, dataset, work);
    await checkStillPredicts(model, patients, patients.scores.byPatient);
    return new ExplainedRun(dataset, model, patients, new SeedRuns(home, run, patients));
  } catch (error) {
    await model.close();
    throw error;
  }
}
