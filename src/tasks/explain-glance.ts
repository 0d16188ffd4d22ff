import { SmallCells } from '../ehr/cohort-report/small-cells';
import type { OpenDataset } from '../ehr/dataset';
import { readVisitDates } from '../ehr/visit-dates';
import { type AttentionMaps, received, wholeMean } from '../explain/attention-maps';
import { type CodeSequence, visitSums } from '../explain/code-sequence';
import { type AttendedPrediction, riskOf } from '../explain/explained-model';
import { headPatterns, patternsByChance } from '../explain/head-patterns';
import { rolloutReceived } from '../explain/rollout';
import { throwIfCancelled } from '../protocol/errors';
import {
  type AttentionSummary,
  type ExplainedCode,
  type Glance,
  type PatientGroup,
  usualMinimumCellCount,
} from '../protocol/explanation';
import type { LongWork } from '../protocol/progress';
import { firstCode } from '../protocol/vocabulary';
import { checkPrediction } from './explain-check';
import { checkFinite, type RunModel } from './explain-model';
import { notesOf } from './explain-notes';
import type { RunPatient, RunPatients } from './explain-patients';

/** How a patient is asked for. */
export interface Asking extends LongWork {
  /** Smaller counts of other patients are not told. */
  readonly minimumCellCount?: number;
}

/** A patient as the model reads the record. */
export interface Opened {
  readonly patient: RunPatient;
  readonly tokens: CodeSequence<number>;
  readonly attended: AttendedPrediction;
}

/** What is there of a patient at once: the record as a run reads it, prediction and attention. */
export class Glances {
  /** The patient that was asked for last: attention is asked for square by square. */
  private last: { readonly id: string; readonly opened: Promise<Opened> } | undefined;

  constructor(
    private readonly dataset: OpenDataset,
    private readonly model: RunModel,
    private readonly patients: RunPatients,
  ) {}

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

  /** Others may wait for the same record, so that nobody cancels the reading of it. */
  open(id: string): Promise<Opened> {
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
