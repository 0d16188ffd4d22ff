import { type OpenDataset, openDataset } from '../ehr/dataset';
import { readVisitDates } from '../ehr/visit-dates';
import {
  type AttentionMaps,
  headMean,
  headWeights,
  nestedWeights,
  received,
  wholeMean,
} from '../explain/attention-maps';
import { type CodeSequence, visitSums } from '../explain/code-sequence';
import { type AttendedPrediction, riskOf } from '../explain/explained-model';
import { headPatterns, patternsByChance } from '../explain/head-patterns';
import { rollout, rolloutReceived } from '../explain/rollout';
import { SmallCells } from '../ehr/cohort-report/small-cells';
import type { IntegratedGradients } from '../explain/integrated-gradients';
import type { CaseFile, Edit } from '../protocol/case-file';
import { throwIfCancelled, UserError } from '../protocol/errors';
import {
  type AttentionChoice,
  type AttentionSquare,
  type AttentionSummary,
  type Attributed,
  defaultExplainSettings,
  usualMinimumCellCount,
  type EncoderExplanation,
  type EncoderGlance,
  type ExplainSettings,
  type ExplainedCode,
  type Explanation,
  type Glance,
  type PatientEntry,
  type PatientGroup,
  type Replay,
  type WhatIf,
} from '../protocol/explanation';
import type { LongWork } from '../protocol/progress';
import { firstCode } from '../protocol/vocabulary';
import { readRun } from '../runs/store';
import { makeCase, replayCase, whatIf } from './explain-case';
import { checkPrediction, checkStillPredicts } from './explain-check';
import { checkFinite, RunModel } from './explain-model';
import { notesOf } from './explain-notes';
import { type RunPatient, RunPatients } from './explain-patients';
import { attribute, attributionOf, explainRisk } from './explain-risk';
import { SeedRuns } from './explain-seeds';
import { EmbeddingMaps } from './embedding-map';
import { checkSameDataset } from './provenance';

/** How a patient is asked for. */
interface Asking extends LongWork {
  /** Smaller counts of other patients are not told. */
  readonly minimumCellCount?: number;
}

/** A patient as the model reads the record. */
interface Opened {
  /** Once they were asked for. */
  gradients?: IntegratedGradients;
  readonly patient: RunPatient;
  readonly tokens: CodeSequence<number>;
  readonly attended: AttendedPrediction;
}

const guesses = 5;

/** A run of whom patients can be explained: everything read once, sessions kept until {@link close}. */
export class ExplainedRun {
  /** The patient that was asked for last: attention is asked for square by square. */
  private last: { readonly id: string; readonly opened: Promise<Opened> } | undefined;

  constructor(
    private readonly dataset: OpenDataset,
    private readonly model: RunModel,
    private readonly patients: RunPatients,
    private readonly seeds: SeedRuns,
  ) {}

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
  async glance(id: string, asking: Asking = {}): Promise<Glance> {
    const { minimumCellCount = usualMinimumCellCount } = asking;
    const { patient, tokens, attended } = await this.open(id);
    throwIfCancelled(asking.signal, 'The explanation');
    const { run, step } = this.model;
    const part = this.patients.pool.get(id) ?? null;
    const attention = summary(attended.attention, tokens);
    const rule = new SmallCells(minimumCellCount);
    const base = {
      version: 1 as const,
      ...{ run: run.id, step, dataset: this.dataset.name, patient: id, part, attention, cut: patient.cut },
      codes: this.codes(patient, tokens, rule),
      groups: this.groups(rule),
      minimumCellCount,
      visits: await this.visits(patient, attention),
      notes: notesOf(run, patient, tokens, part, this.patients.quality),
    };
    if (attended.logit === null) return { ...base, kind: 'pretrain' };
    const logit = checkFinite(attended.logit);
    const risk = riskOf(logit);
    checkPrediction(this.model, this.patients.scores.byPatient.get(id), risk);
    const { label, indexDate } = patient;
    const { quality } = this.patients;
    return {
      ...base,
      kind: 'finetune',
      risk,
      logit,
      label,
      indexDate,
      quality,
      ...this.percentile(id, risk),
    };
  }

  /** What every code of a patient does, without the proof of it. @throws UserError as {@link glance}, CancelledError */
  async attributed(id: string, asking: Asking = {}): Promise<Attributed> {
    const glance = await this.glance(id, asking);
    const { tokens } = await this.open(id);
    if (glance.kind === 'pretrain') return this.guessed(glance, tokens, asking);
    return { ...glance, attribution: attributionOf(this.model, tokens, await this.gradients(id, asking)) };
  }

  /** Everything about one patient. @throws UserError as {@link glance}, CancelledError */
  async explain(
    id: string,
    settings: ExplainSettings = defaultExplainSettings,
    asking: Asking = {},
  ): Promise<Explanation> {
    const attributed = await this.attributed(id, asking);
    if (attributed.kind === 'pretrain') return attributed;
    const { tokens } = await this.open(id);
    const own = await this.gradients(id, asking);
    return explainRisk({ model: this.model, tokens, attributed, own, seeds: this.seeds }, settings, asking);
  }

  /** Integrated gradients of the patient that was asked for last are kept: they are asked for one question later. */
  private async gradients(id: string, work: LongWork): Promise<IntegratedGradients> {
    const opened = await this.open(id);
    opened.gradients ??= await attribute(this.model, opened.tokens, work.signal);
    return opened.gradients;
  }

  private async guessed(
    glance: EncoderGlance,
    tokens: CodeSequence<number>,
    work: LongWork,
  ): Promise<EncoderExplanation> {
    const places = [...tokens.codes.keys()];
    const guessed = await this.model.masked!.guess(tokens, places, guesses, work.signal);
    const known = tokens.codes.map((code) => code >= firstCode);
    return {
      ...glance,
      guesses: guessed.map(({ top, probability, place }, t) => ({
        top: top.map(({ id: code, probability: p }) => ({ ...this.named(code), probability: p })),
        probability: known[t] ? probability : null,
        place: known[t] ? place : null,
      })),
      nearest: await this.allNearest(tokens.codes, work),
    };
  }

  /** One square of attention. @throws UserError when there is no such layer or head */
  async attention(id: string, choice: AttentionChoice): Promise<AttentionSquare> {
    const { attention: maps } = (await this.open(id)).attended;
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

  /** The risks of some patients, for lists and lines in an editor; null where {@link glance} would refuse. */
  async risks(
    ids: readonly string[],
    work: LongWork = {},
  ): Promise<({ risk: number; percentile: number | null } | null)[]> {
    const records = await this.patients.readAll(ids, work);
    const found = records.map(({ patient }) => patient && this.model.tokensOrNull(patient.sequence));
    const logits = await this.model.model.predict(
      found.filter((tokens) => tokens !== null),
      work,
    );
    let next = 0;
    return found.map((tokens, i) => {
      if (tokens === null) return null;
      const risk = riskOf(checkFinite(logits[next++]!));
      return { risk, percentile: this.percentile(ids[i]!, risk).percentile };
    });
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
    return nestedWeights((await this.open(id)).attended.attention);
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

  /** Others may wait for the same record, so that nobody cancels the reading of it. */
  private open(id: string): Promise<Opened> {
    if (this.last?.id === id) return this.last.opened;
    const opened = this.read(id);
    this.last = { id, opened };
    // What went wrong once is tried again.
    opened.catch(() => (this.last = this.last?.opened === opened ? undefined : this.last));
    return opened;
  }

  private async read(id: string): Promise<Opened> {
    const patient = await this.patients.read(id);
    const tokens = this.model.tokens(patient.sequence);
    return { patient, tokens, attended: await this.model.model.attend(tokens) };
  }

  private codes({ sequence }: RunPatient, tokens: CodeSequence<number>, rule: SmallCells): ExplainedCode[] {
    const { vocabulary } = this.model;
    const { frequency } = this.patients;
    return sequence.codes.map((code, t) => {
      const id = tokens.codes[t]!;
      return {
        code,
        description: this.patients.descriptions.get(code) ?? null,
        visit: sequence.visits[t]!,
        rank: sequence.ranks[t]!,
        known: id >= firstCode,
        count: id >= firstCode ? rule.count(vocabulary.counts[id]!) : 0,
        shares: sharesOf(frequency.of(code), frequency.patients, rule),
      };
    });
  }

  private groups(rule: SmallCells): PatientGroup[] {
    const { groups, frequency } = this.patients;
    return groups.map((name, g) => ({ name, patients: rule.count(frequency.patients[g]!) }));
  }

  private async visits(
    { id, sequence, indexDate }: RunPatient,
    { received: shares }: AttentionSummary,
  ): Promise<Glance['visits']> {
    const dates = await readVisitDates(this.dataset.folder, id, indexDate);
    const sums = visitSums(sequence, shares);
    // The visits of a cut patient are the last ones.
    return dates.slice(-sums.length).map((date, v) => ({ visit: v + 1, ...date, received: sums[v]! }));
  }

  private percentile(id: string, risk: number): { percentile: number | null; testPatients: number } {
    const { byPatient, test } = this.patients.scores;
    let [below, others] = [0, 0];
    for (const other of test) {
      if (other === id) continue;
      const score = byPatient.get(other)!;
      below += score < risk ? 1 : score === risk ? 0.5 : 0;
      others += 1;
    }
    return { percentile: others === 0 ? null : (100 * below) / others, testPatients: test.size };
  }

  private named(id: number): { code: string; description: string | null } {
    const code = this.model.vocabulary.names[id]!;
    return { code, description: this.patients.descriptions.get(code) ?? null };
  }

  /** Each code is looked for once; other questions come in between. */
  private async allNearest(
    codes: readonly number[],
    { signal }: LongWork,
  ): Promise<EncoderExplanation['nearest']> {
    const found = new Map<number, EncoderExplanation['nearest'][number]>();
    for (const id of new Set(codes)) {
      if (id < firstCode) continue;
      await new Promise((resolve) => setImmediate(resolve));
      throwIfCancelled(signal, 'The explanation');
      const near = this.model.space.nearest(id, guesses);
      found.set(
        id,
        near.map(({ id: other, similarity }) => ({ ...this.named(other), similarity })),
      );
    }
    return codes.map((id) => found.get(id) ?? []);
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

/** What may be told: a code of which one group has too few patients with or without it is told of none. */
function sharesOf(
  counts: readonly number[],
  patients: readonly number[],
  rule: SmallCells,
): readonly number[] | null {
  const isTold = counts.every((count, g) => patients[g]! > 0 && rule.mayTell(count, patients[g]!));
  return isTold ? counts.map((count, g) => count / patients[g]!) : null;
}

function summary(maps: AttentionMaps, tokens: CodeSequence<number>): AttentionSummary {
  const { layers, heads, length } = maps;
  const mean = wholeMean(maps);
  return {
    ...{ layers, heads },
    received: Array.from(received(mean, length)),
    rollout: Array.from(rolloutReceived(maps)),
    patterns: headPatterns(maps, tokens),
    chance: patternsByChance(tokens),
  };
}
