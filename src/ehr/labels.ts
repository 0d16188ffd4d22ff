import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { explainFileError } from '../files/atomic';
import { UserError } from '../protocol/errors';
import { epochDay } from './epoch-day';
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
