import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CodeFrequency } from '../ehr/code-frequency';
import type { OpenDataset } from '../ehr/dataset';
import { type Labels, readLabels } from '../ehr/labels';
import { type PoolSplit, readPool, readPredictions } from '../ehr/predictions';
import { loadSequences, type PatientSequences } from '../ehr/sequences';
import { withEnoughCodes } from '../ehr/shortening';
import { readDescriptions } from '../ehr/visit-dates';
import { type CodeSequence, keepLastCodes } from '../explain/code-sequence';
import { UserError } from '../protocol/errors';
import type { PatientEntry, PatientGroup, RiskGlance } from '../protocol/explanation';
import type { LongWork } from '../protocol/progress';
import type { RunView } from '../runs/store';
import { readResults } from '../runs/summary';
import { checkSameLabels } from './provenance';
import { poolFile } from './seen-patients';

/** A patient as a run reads the record: censored at the index date where there is one, and cut. */
export interface RunPatient {
  readonly id: string;
  readonly sequence: CodeSequence<string>;
  /** Codes in front of the sequence that are too many for the model. */
  readonly cut: number;
  readonly label: 0 | 1 | null;
  readonly indexDate: string | null;
}

/** Scores of a finished run by patient, and those of its test patients. */
interface Scores {
  readonly byPatient: ReadonlyMap<string, number>;
  readonly test: ReadonlySet<string>;
}

const noScores: Scores = { byPatient: new Map(), test: new Set() };
/** Later than any record: nothing is hidden. */
const endOfTime = '9999-12-31';

/** The patients of a run's dataset, as the run reads them. Read once and kept. */
export class RunPatients {
  private constructor(
    private readonly dataset: OpenDataset,
    private readonly maxLength: number,
    private readonly labels: Labels | null,
    private readonly sequences: PatientSequences,
    readonly pool: ReadonlyMap<string, PoolSplit>,
    readonly scores: Scores,
    /** How well the run tells its test patients apart; null before it has finished. */
    readonly quality: RiskGlance['quality'],
    readonly descriptions: ReadonlyMap<string, string>,
  ) {}

  /** @throws UserError when the labels changed since the run was made, or a file is damaged */
  static async open(
    { folder, manifest, state }: RunView,
    dataset: OpenDataset,
    work: LongWork,
  ): Promise<RunPatients> {
    const labels = manifest.kind === 'finetune' ? await readRunLabels(manifest.labels.file) : null;
    if (manifest.kind === 'finetune') checkSameLabels(manifest.labels, labels);
    const sequences = await loadSequences(dataset, labels === null ? work : { ...work, labels });
    const predicted = manifest.kind === 'finetune' && state === 'finished';
    return new RunPatients(
      dataset,
      manifest.config.maxLength,
      labels,
      sequences,
      await readPool(join(folder, poolFile)),
      predicted ? await readScores(folder) : noScores,
      predicted ? qualityOf(folder) : null,
      await readDescriptions(dataset.folder),
    );
  }

  /** Everybody of whom the run can be asked without looking beyond its labels, in binary order of ids. */
  entries(isKnown: (code: string) => boolean): PatientEntry[] {
    const { patients, offsets, codes, codeNames } = this.sequences;
    const known = Uint8Array.from(codeNames, (name) => (isKnown(name) ? 1 : 0));
    const read = (p: number): Int32Array =>
      codes.subarray(Math.max(offsets[p]!, offsets[p + 1]! - this.maxLength), offsets[p + 1]!);
    return patients.map((patient, p) => ({
      patient,
      part: this.pool.get(patient) ?? null,
      label: this.labels?.byPatient.get(patient)?.label ?? null,
      risk: this.scores.byPatient.get(patient) ?? null,
      codes: read(p).length,
      known: read(p).reduce((sum, code) => sum + known[code]!, 0),
    }));
  }

  /** Those of {@link entries} in whom the model reads a code, with or without its system: `ICD10_I50.9`, `I50.9`. */
  withCode(name: string): string[] {
    const { patients, offsets, codes, codeNames } = this.sequences;
    const [written, ending] = [name.toUpperCase(), `_${name.toUpperCase()}`];
    const isMeant = codeNames.map(
      (code) => code.toUpperCase() === written || code.toUpperCase().endsWith(ending),
    );
    if (!isMeant.includes(true)) return [];
    return patients.filter((_, p) => {
      const end = offsets[p + 1]!;
      return codes.subarray(Math.max(offsets[p]!, end - this.maxLength), end).some((code) => isMeant[code]);
    });
  }

  /** By whom a fine-tuned run tells its patients apart; a pretraining run does not. */
  get groups(): readonly PatientGroup['name'][] {
    return this.labels === null ? ['patients'] : ['cases', 'controls'];
  }

  /** How frequent codes are among those with enough codes, in the order of {@link groups}. Counted once. */
  get frequency(): CodeFrequency {
    const groupOf = (id: string): number => (this.labels?.byPatient.get(id)?.label === 0 ? 1 : 0);
    if (this.counted !== undefined) return this.counted;
    const used = withEnoughCodes(this.sequences, this.dataset.rules.minCodes);
    return (this.counted = new CodeFrequency(used, this.maxLength, this.groups.length, groupOf));
  }
  private counted: CodeFrequency | undefined;

  /**
   * The patient as the run reads the record. One without a label is read whole: there is no day before which to look.
   *
   * @throws UserError when the dataset does not hold the patient, or nothing lies before the index date
   */
  async read(id: string, work: LongWork = {}): Promise<RunPatient> {
    const [found] = await this.readAll([id], work);
    if (found!.patient) return found!.patient;
    if (found!.why === 'nothing-before') {
      throw new UserError(
        'Nothing of this patient lies before the index date, so there is nothing to explain.',
        { advice: 'Choose another patient.' },
      );
    }
    throw new UserError(`The dataset ${this.dataset.name} holds no such patient.`, {
      advice: 'Check how the id is written. An import leaves out patients with too few codes or wrong dates.',
    });
  }

  /** Some patients at once: who has no label in the run costs one reading of the dataset for all of them. */
  async readAll(
    ids: readonly string[],
    work: LongWork = {},
  ): Promise<({ patient: RunPatient } | { patient: null; why: 'nothing-before' | 'not-there' })[]> {
    const places = ids.map((id) => placeOf(this.sequences.patients, id));
    const strangers = ids.filter((id, i) => places[i]! < 0 && !this.labels?.byPatient.has(id));
    const whole = this.labels === null ? new Map() : await this.readWhole(strangers, work);
    return ids.map((id, i) => {
      const label = this.labels?.byPatient.get(id);
      if (places[i]! >= 0) {
        const sequence = sequenceOf(this.sequences, places[i]!);
        return { patient: this.cut(id, sequence, label?.label ?? null, label?.indexDate ?? null) };
      }
      const sequence = whole.get(id);
      if (sequence !== undefined) return { patient: this.cut(id, sequence, null, null) };
      return { patient: null, why: label === undefined ? 'not-there' : 'nothing-before' };
    });
  }

  private cut(
    id: string,
    whole: CodeSequence<string>,
    label: 0 | 1 | null,
    indexDate: string | null,
  ): RunPatient {
    const sequence = keepLastCodes(whole, this.maxLength);
    return { id, sequence, cut: whole.codes.length - sequence.codes.length, label, indexDate };
  }

  /** Whole records of those whom the dataset holds. */
  private async readWhole(
    ids: readonly string[],
    work: LongWork,
  ): Promise<ReadonlyMap<string, CodeSequence<string>>> {
    if (ids.length === 0) return new Map();
    const byPatient = new Map(ids.map((id) => [id, { label: 0, indexDate: endOfTime } as const]));
    const found = await loadSequences(this.dataset, { ...work, labels: { file: '', sha256: '', byPatient } });
    return new Map(found.patients.map((id, p) => [id, sequenceOf(found, p)]));
  }
}

/** @throws UserError saying what the labels are needed for when they are no longer where the run found them */
async function readRunLabels(file: string): Promise<Labels> {
  if (existsSync(file)) return readLabels(file);
  throw new UserError('The labels that the run was made with are no longer there.', {
    file,
    advice: 'They tell the index dates before which the model reads. Bring the file back to this place.',
  });
}

function sequenceOf(
  { codes, visits, ranks, offsets, codeNames }: PatientSequences,
  patient: number,
): CodeSequence<string> {
  const [start, end] = [offsets[patient]!, offsets[patient + 1]!];
  return {
    codes: Array.from(codes.subarray(start, end), (code) => codeNames[code]!),
    visits: Array.from(visits.subarray(start, end)),
    ranks: Array.from(ranks.subarray(start, end)),
  };
}

/** Place of an id among sorted ones; −1 = not among them. */
function placeOf(sorted: readonly string[], id: string): number {
  let [low, high] = [0, sorted.length - 1];
  const wanted = Buffer.from(id);
  while (low <= high) {
    const middle = (low + high) >> 1;
    const order = Buffer.compare(Buffer.from(sorted[middle]!), wanted);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

function qualityOf(folder: string): RiskGlance['quality'] {
  const evaluation = readResults(folder)?.evaluation;
  return evaluation === undefined ? null : { auroc: evaluation.auroc, ci95: evaluation.aurocCi95 };
}

/** What a finished run predicted. @throws UserError when the file is missing or damaged */
export async function readScores(folder: string): Promise<Scores> {
  const { patient, score, split } = await readPredictions(join(folder, 'predictions.parquet'));
  return {
    byPatient: new Map(patient.map((id, i) => [id, score[i]!])),
    test: new Set(patient.filter((_, i) => split[i] === 'test')),
  };
}
