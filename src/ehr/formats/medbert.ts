import type { DuckDBConnection } from '@duckdb/node-api';
import { UserError } from '../../protocol/errors';
import { plausibleDays } from '../../protocol/plausible-days';
import { refuseDuplicates } from '../duplicates';
import { splitHeader } from '../header';
import { sqlPlace } from '../place';
import { readFirstLine, type SourceFile } from '../source-file';
import { loadTable } from '../table';
import type { FoundFile, RecordFormat, RoleTable, Source, Staged } from './format';

const columnCount = 7;

/**
 * The published format of Med-BERT: tab-separated, with a header, columns by position: patient, admission,
 * discharge, diagnosis (`ICD9_428.0`), present on admission, priority, third-party indicator. A visit is
 * everything of a patient with one discharge date; its admission is the earliest of its rows.
 */
export const medbert: RecordFormat = {
  name: 'medbert',
  recognisedBy: 'a .tsv or .txt file with the seven columns of Med-BERT, or a folder with a records.tsv',
  plausible: plausibleDays.medbert,
  find,
  stage,
};

async function find(source: Source): Promise<readonly FoundFile[] | null> {
  const records = source.isFolder ? await recordsIn(source) : await recordsFile(source.files[0]!);
  if (records === null) return null;
  const found = [tsv('records', records, columnCount)];
  if (!source.isFolder) return found;
  for (const [role, columns] of [
    ['patients', 3],
    ['descriptions', 2],
  ] as const) {
    const file = topFile(source, `${role}.tsv`);
    if (file !== undefined) found.push(tsv(role, file, columns));
  }
  return found;
}

function tsv(role: string, file: SourceFile, leastColumns: number): FoundFile {
  return { role, file, delimiter: '\t', leastColumns };
}

async function recordsFile(file: SourceFile): Promise<SourceFile | null> {
  return isText(file) || (await hasSevenColumns(file)) ? file : null;
}

/** `records.tsv`, or else the only .tsv or .txt file with seven columns. */
async function recordsIn(source: Source): Promise<SourceFile | null> {
  const named = topFile(source, 'records.tsv');
  if (named !== undefined) return named;
  const candidates: SourceFile[] = [];
  for (const file of source.files) {
    if (!file.name.includes('/') && isText(file) && (await hasSevenColumns(file))) candidates.push(file);
  }
  if (candidates.length > 1) {
    throw new UserError(`The folder holds ${candidates.length} files that look like Med-BERT records.`, {
      file: source.path,
      advice: 'Import one of the files, or name the one to import records.tsv.',
    });
  }
  return candidates[0] ?? null;
}

function topFile(source: Source, name: string): SourceFile | undefined {
  return source.files.find((file) => file.name === name || file.name === `${name}.gz`);
}

function isText(file: SourceFile): boolean {
  return /\.(?:tsv|txt)(?:\.gz)?$/i.test(file.name);
}

async function hasSevenColumns(file: SourceFile): Promise<boolean> {
  return splitHeader(await readFirstLine(file), '\t').length === columnCount;
}

async function stage(connection: DuckDBConnection, tables: readonly RoleTable[]): Promise<Staged> {
  const records = tables.find((table) => table.role === 'records')!;
  refuseWidth(records);
  await loadTable(connection, records, 'records', {
    patient: { from: 0, key: true },
    admit: { from: 1, date: 'YYYY-MM-DD' },
    discharge: { from: 2, date: 'YYYY-MM-DD' },
    code: { from: 3 },
    poa: { from: 4 },
    priority: { from: 5 },
    third_party: { from: 6 },
  });
  await connection.run(`
    CREATE TEMP VIEW stays AS
      SELECT ${sqlPlace(0)} AS place, patient, discharge AS visit, admit, discharge, discharge AS start,
        coalesce(discharge < admit, false) AS reversed
      FROM records;
    CREATE TEMP VIEW diagnoses AS
      SELECT ${sqlPlace(0)} AS place, patient, discharge AS visit, code,
        poa AS rank1, third_party AS rank2, priority AS rank3
      FROM records`);
  const people = await stagePeople(connection, tables);
  const hasDescriptions = await stageDescriptions(connection, tables);
  return { tables, problems: [], hasDescriptions, bulky: ['records'], people };
}

function refuseWidth({ file, header }: RoleTable): void {
  if (header.length !== columnCount) {
    throw new UserError(`The table has ${header.length} columns, where this format has ${columnCount}.`, {
      file: file.name,
      row: 1,
      advice:
        'Columns, in this order: patient, admission date, discharge date, diagnosis, present on admission, ' +
        'priority, third-party indicator.',
    });
  }
  if (/^\d{4}-\d{2}-\d{2}$/.test(header[1]!) || /^\d{4}-\d{2}-\d{2}$/.test(header[2]!)) {
    throw new UserError('The first row is a record, where column names are needed.', {
      file: file.name,
      row: 1,
      advice: 'Put a row with the seven column names before the records.',
    });
  }
}

async function stagePeople(
  connection: DuckDBConnection,
  tables: readonly RoleTable[],
): Promise<RoleTable | null> {
  const number = tables.findIndex((table) => table.role === 'patients');
  const table = tables[number];
  if (table === undefined) return null;
  await loadTable(connection, table, 'patient_rows', {
    patient: { from: 'patient_id', key: true },
    birth_date: { from: 'birth_date', date: 'YYYY-MM-DD' },
    sex: { from: 'sex' },
  });
  await connection.run(
    `CREATE TEMP VIEW people AS SELECT ${sqlPlace(number)} AS place, patient, birth_date, sex FROM patient_rows`,
  );
  await refuseDuplicates(connection, tables, 'people', 'patient', 'patient');
  return table;
}

async function stageDescriptions(
  connection: DuckDBConnection,
  tables: readonly RoleTable[],
): Promise<boolean> {
  const table = tables.find(({ role }) => role === 'descriptions');
  if (table === undefined) return false;
  await loadTable(connection, table, 'descriptions', {
    code: { from: 'code' },
    description: { from: 'description' },
  });
  return true;
}
