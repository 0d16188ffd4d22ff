import { join } from 'node:path';
import { dateOf, dayOf } from './calendar';
import type { Codebook } from './codebook';
import { parameters } from './parameters';
import type { DiseaseProcess } from './process';
import { TsvFile } from './tsv-file';

const firstDay = dayOf(parameters.calendar.firstDay);
const lastDay = dayOf(parameters.calendar.lastDay);
const dateBytes = 10;
/** Upper bound of the bytes of one row, and so of one patient. */
const rowBytes = 64;
const patientBytes = parameters.visits.most * parameters.visits.mostCodes * rowBytes;

/** `records.tsv`, `labels.tsv` and `patients.tsv` of a study being written, patient by patient. */
export class StudyFiles {
  readonly #codeText: Buffer;
  readonly #codeAt: Int32Array;
  readonly #dateText = Buffer.from(
    Array.from({ length: lastDay - firstDay + 1 }, (_, i) => dateOf(firstDay + i)).join(''),
  );
  /** `\t1\t<priority>\t0\n` for every priority: present on admission, rank, no third party. */
  readonly #ends = Array.from({ length: parameters.visits.mostCodes }, (_, i) =>
    Buffer.from(`\t1\t${i + 1}\t0\n`),
  );

  private constructor(
    codebook: Codebook,
    private readonly records: TsvFile,
    private readonly labels: TsvFile,
    private readonly patients: TsvFile,
  ) {
    this.#codeText = Buffer.from(codebook.codes.join(''));
    this.#codeAt = new Int32Array(codebook.codes.length + 1);
    for (const [i, code] of codebook.codes.entries()) this.#codeAt[i + 1] = this.#codeAt[i]! + code.length;
    records.text('patient_id\tvadate\tvddate\tdiag\tpoa\tdiagnosis_priority\tthird_party_ind\n');
    labels.text('patient_id\tlabel\tindex_date\n');
    patients.text('patient_id\tbirth_date\tsex\n');
  }

  static async create(folder: string, codebook: Codebook): Promise<StudyFiles> {
    const opened: TsvFile[] = [];
    try {
      for (const name of ['records.tsv', 'labels.tsv', 'patients.tsv']) {
        opened.push(await TsvFile.create(join(folder, name)));
      }
    } catch (error) {
      for (const file of opened) await file.close();
      throw error;
    }
    return new StudyFiles(codebook, opened[0]!, opened[1]!, opened[2]!);
  }

  /** Adds the patient that the process has just simulated. Call {@link flush} between patients. */
  add(index: number, patient: DiseaseProcess): void {
    const id = patientId(index);
    const { history } = patient;
    this.patients.text(`${id}\t${dateOf(history.birthDay)}\t${history.sex}\n`);
    if (patient.label >= 0) {
      this.labels.text(`${id}\t${patient.label}\t${dateOf(history.admit[patient.indexVisit]!)}\n`);
    }
    for (let visit = 0; visit < history.count; visit++) this.#addVisit(id, patient, visit);
  }

  #addVisit(id: string, patient: DiseaseProcess, visit: number): void {
    const { records } = this;
    const { history, rows, rowStart } = patient;
    const start = rowStart[visit]!;
    const end = rowStart[visit + 1]!;
    const sharedFrom = records.length;
    records.text(`${id}\t`);
    this.#date(history.admit[visit]!);
    records.text('\t');
    this.#date(history.discharge[visit]!);
    records.text('\t');
    const sharedTo = records.length;
    for (let row = start; row < end; row++) {
      if (row > start) records.repeat(sharedFrom, sharedTo);
      const code = rows[row]!;
      records.slice(this.#codeText, this.#codeAt[code]!, this.#codeAt[code + 1]!);
      const ending = this.#ends[row - start]!;
      records.slice(ending, 0, ending.length);
    }
  }

  #date(day: number): void {
    const from = (day - firstDay) * dateBytes;
    this.records.slice(this.#dateText, from, from + dateBytes);
  }

  /** True when the next patient might not fit: await {@link flush} before it. */
  get full(): boolean {
    return this.records.free < patientBytes || this.patients.free < rowBytes || this.labels.free < rowBytes;
  }

  async flush(): Promise<void> {
    for (const file of [this.records, this.labels, this.patients]) await file.write();
  }

  /** Writes what is left and closes the files. */
  async finish(): Promise<void> {
    await this.flush();
    await this.close();
  }

  /** Closes the files as they are. */
  async close(): Promise<void> {
    for (const file of [this.records, this.labels, this.patients]) await file.close();
  }
}

/** Fixed width, so that ids sort as the patients were made and do not depend on how many there are. */
export function patientId(index: number): string {
  return `S${String(index + 1).padStart(8, '0')}`;
}
