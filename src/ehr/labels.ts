import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { explainFileError } from '../files/atomic';
import { UserError } from '../protocol/errors';
import { sqlPathToRead, withDuckDb } from './duckdb';
import { epochDay } from './epoch-day';
import { datasetTables } from './events';
import { parquetLabelRows, textLabelRows, type LabelRow } from './label-rows';

/** What is to be predicted for one patient. */
export interface Label {
  readonly label: 0 | 1;
  /** `YYYY-MM-DD`. A model sees only what was discharged strictly before this day. */
  readonly indexDate: string;
}

/** A labels file as read, whole and valid. */
export interface Labels {
  readonly file: string;
  /** SHA-256 (hex) of the file's bytes. */
  readonly sha256: string;
  /** By patient id, in the order of the file. */
  readonly byPatient: ReadonlyMap<string, Label>;
}

/**
 * Reads labels from a tab-separated file with the header `patient_id`, `label`, `index_date` (any order, other
 * columns are ignored) or from parquet with those columns. In errors, parquet rows count as if a header were row 1.
 *
 * @throws UserError naming file and row: not readable, not UTF-8, a missing column, another delimiter, no rows,
 * a label other than 0 or 1, a date that is none, a patient that stands there twice, one class only.
 */
export async function readLabels(file: string): Promise<Labels> {
  const bytes = await readWhole(file);
  const isParquet = bytes.subarray(0, 4).toString('latin1') === 'PAR1';
  const rows = isParquet ? await parquetLabelRows(file) : textLabelRows(bytes, file);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { file, sha256, byPatient: collect(rows, file) };
}

/** Some ten million labels; more is another kind of file, given by mistake. */
const largestFile = 2 ** 28;

async function readWhole(file: string): Promise<Buffer> {
  try {
    const { size } = await stat(file);
    if (size > largestFile) {
      throw new UserError('The file is too large to be a labels file.', {
        file,
        advice: 'Give the file with patient_id, label and index_date, one row per labelled patient.',
      });
    }
    return await readFile(file);
  } catch (error) {
    throw explainFileError(error, file);
  }
}

function collect(rows: Iterable<LabelRow>, file: string): Map<string, Label> {
  const byPatient = new Map<string, Label>();
  let positives = 0;
  let row = 1;
  for (const { patient, label, indexDate } of rows) {
    row += 1;
    const fail = (what: string, advice: string): never => {
      throw new UserError(what, { file, row, advice });
    };
    if (patient === '') fail('The patient_id is blank.', 'Give every row its patient.');
    if (label !== '0' && label !== '1')
      fail('The label is neither 0 nor 1.', 'Write 1 for cases and 0 for controls.');
    if (epochDay(indexDate) === undefined) {
      fail('The index_date is not a date.', 'Write dates as YYYY-MM-DD, for example 2015-10-01.');
    }
    if (byPatient.has(patient)) {
      fail('This patient stands in an earlier row already.', 'Keep one row per patient.');
    }
    byPatient.set(patient, { label: label === '1' ? 1 : 0, indexDate });
    if (label === '1') positives += 1;
  }
  if (byPatient.size === 0) {
    throw new UserError('There are no labels below the header.', {
      file,
      advice: 'Give one row per patient.',
    });
  }
  if (positives === 0 || positives === byPatient.size) {
    throw new UserError(`Every label is ${positives === 0 ? 0 : 1}.`, {
      file,
      advice: 'A prediction task needs cases (1) and controls (0).',
    });
  }
  return byPatient;
}

/** What labels mean for a dataset. */
export interface LabelsReport {
  /** Patients with a label. */
  readonly labelled: number;
  /** Those with label 1. */
  readonly positives: number;
  /** Labelled patients without any record before their index date: no model can see anything of them. */
  readonly withoutHistory: number;
  /** Labelled patients of the source whom the import left out by its rules (too few codes, inconsistent dates). */
  readonly excluded: number;
}

/**
 * Checks labels against the patients of a dataset.
 *
 * @throws UserError when a labelled patient was not even in the dataset's source, or when no patient has any
 * record before the index date.
 */
export async function checkLabels(
  labels: Labels,
  dataset: { readonly folder: string },
): Promise<LabelsReport> {
  const firstDischarge = await firstDischarges(labels, dataset.folder);
  const leftOut = await excludedPatients(dataset.folder);
  const absent: number[] = [];
  let positives = 0;
  let withoutHistory = 0;
  let excluded = 0;
  let row = 1;
  for (const [patient, { label, indexDate }] of labels.byPatient) {
    row += 1;
    positives += label;
    const discharge = firstDischarge.get(patient);
    if (leftOut.has(patient)) excluded += 1;
    else if (discharge === undefined) absent.push(row);
    else if (discharge >= epochDay(indexDate)!) withoutHistory += 1;
  }
  const labelled = labels.byPatient.size;
  if (absent.length > 0) throw absentPatients(absent, labelled, labels.file);
  if (withoutHistory + excluded === labelled) {
    throw new UserError(
      excluded > 0
        ? 'No labelled patient of the dataset has a record before its index_date, so there is nothing to predict from.'
        : 'Every index_date lies before the first record of its patient, so there is nothing to predict from.',
      {
        file: labels.file,
        advice:
          'Check that the labels belong to this dataset and that the index dates are those of the outcome.',
      },
    );
  }
  return { labelled, positives, withoutHistory, excluded };
}

function absentPatients(rows: readonly number[], labelled: number, file: string): UserError {
  const first = rows.slice(0, 10).join(', ') + (rows.length > 10 ? ', …' : '');
  return new UserError(
    `${rows.length} of ${labelled} labelled patients are not in the dataset (rows ${first}).`,
    {
      file,
      row: rows[0]!,
      advice:
        rows.length === labelled
          ? 'Check that the labels belong to this dataset and write patient ids the same way.'
          : 'Remove these rows, or import all of their records.',
    },
  );
}

/** Patients of the source who are not in the dataset; none for a dataset that was made without that list. */
async function excludedPatients(folder: string): Promise<ReadonlySet<string>> {
  const file = join(folder, 'excluded.parquet');
  if (!existsSync(file)) return new Set();
  return withDuckDb({}, async (connection) => {
    const rows = await connection.run(`SELECT patient_id FROM read_parquet(${sqlPathToRead(file)})`);
    return new Set((await rows.getRows()).map(([patient]) => String(patient)));
  });
}

/** Day of the earliest discharge of each labelled patient that the dataset holds. */
async function firstDischarges(labels: Labels, folder: string): Promise<Map<string, number>> {
  const days = new Map<string, number>();
  await withDuckDb({}, async (connection) => {
    const rows = await connection.stream(
      `SELECT patient_id, (min(discharge) - DATE '1970-01-01')::INTEGER
       FROM ${datasetTables(folder).events} GROUP BY patient_id`,
    );
    for await (const chunk of rows) {
      const patients = chunk.getColumnValues(0);
      const discharges = chunk.getColumnValues(1);
      patients.forEach((patient, i) => {
        if (labels.byPatient.has(String(patient))) days.set(String(patient), Number(discharges[i]));
      });
    }
  });
  return days;
}
