import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  discard,
  explainFileError,
  partialPath,
  publishFolder,
  removeStalePartials,
  writeFileAtomic,
} from '../files/atomic';
import type { AttritionStep, DatasetDescription, ImportProblem, SourceFormat } from '../protocol/dataset';
import { throwIfCancelled, UserError } from '../protocol/errors';
import type { LongWork } from '../protocol/progress';
import { hashDataset } from './content-hash';
import { writeDescriptions, writeEvents, writeExcluded, writePatients } from './dataset-files';
import { checkDatasetName, datasetsFolder } from './dataset';
import { queryRow, withDuckDb, type DuckDbOptions } from './duckdb';
import { detectFormat, openSource } from './formats/detect';
import type { FoundFile, RecordFormat, RoleTable } from './formats/format';
import { readHeader } from './header';
import { makeHistories, readRecords, type HistoryRules } from './histories';
import { readDemographics } from './people';
import { Phases } from './phases';
import { diagnosisProblems, repeatProblems, stayProblems } from './problems';
import { checkText, fileBytes } from './source-file';

/** A million patients with 15 million rows then stay well under 3 GB of the whole process. */
const defaultMemoryLimit = '1200MB';

/** What to import, and by which rules. */
export interface ImportOptions extends LongWork {
  /** File or folder of records. */
  readonly source: string;
  /** Name of the dataset: it goes to `<home>/datasets/<name>/`. */
  readonly name: string;
  readonly home: string;
  readonly format: SourceFormat | 'auto';
  /** Patients with fewer distinct codes are left out; 3 when absent, as in the paper. */
  readonly minCodes?: number;
  /**
   * What a stay with a missing, reversed or implausible date costs: the `patient` (the paper leaves out
   * patients with inconsistent records; the default), or only the `visit`. The paper's rule looks at whole
   * histories, so a record after a patient's index date can cost the patient; `visit` avoids that.
   */
  readonly inconsistent?: 'patient' | 'visit';
  /**
   * `normalise` writes `ICD9_4280` as `ICD9_428.0` (default); `keep` leaves codes as they are written, for
   * parity with the published script.
   */
  readonly dots?: 'normalise' | 'keep';
  /** Replaces a dataset of this name; otherwise one that is there already is an error. */
  readonly overwrite?: boolean;
  readonly now: () => Date;
  /** What DuckDB may hold in memory, such as `1200MB` (the default); the process takes up to twice that. */
  readonly memoryLimit?: string;
  readonly threads?: number;
}

/**
 * Imports records into a dataset: whole, or not at all. Nothing is dropped or changed without a line in
 * `problems` and `attrition`.
 *
 * Throws a UserError, with file and row, on records that cannot be read as their format, CancelledError on
 * abort; both leave nothing behind.
 */
export async function importRecords(options: ImportOptions): Promise<DatasetDescription> {
  checkDatasetName(options.name);
  const final = join(datasetsFolder(options.home), options.name);
  refuseExisting(final, options);
  const source = await openSource(options.source);
  const { format, files } = await detectFormat(source, options.format);
  const tables = await checkFiles(files, options);
  const partial = makePartial(options.home, final);
  try {
    const description = await writeDataset(options, format, tables, partial);
    throwIfCancelled(options.signal, 'The import');
    refuseExisting(final, options);
    publishFolder(partial, final, { replace: options.overwrite === true });
    return description;
  } catch (error) {
    discard(partial);
    throw error;
  }
}

function refuseExisting(final: string, options: ImportOptions): void {
  if (options.overwrite === true || !existsSync(final)) return;
  throw new UserError(`There is a dataset ${options.name} already.`, {
    file: final,
    advice: 'Choose another name, or import with overwrite.',
  });
}

/** Reads every file once from end to end before anything is made of it. */
async function checkFiles(files: readonly FoundFile[], options: ImportOptions): Promise<RoleTable[]> {
  let total = 0;
  for (const { file } of files) total += await fileBytes(file);
  let done = 0;
  const tables: RoleTable[] = [];
  for (const { role, file, delimiter, leastColumns } of files) {
    const onBytes = (bytes: number): void => {
      done += bytes;
      options.progress?.({ phase: 'checking files', done, total, unit: 'bytes' });
    };
    const check = await checkText(file, onBytes, options.signal);
    tables.push({
      role,
      file,
      check,
      delimiter,
      header: readHeader(file, check.header, delimiter, leastColumns),
    });
  }
  return tables;
}

function makePartial(home: string, final: string): string {
  const datasets = datasetsFolder(home);
  try {
    mkdirSync(datasets, { recursive: true });
    removeStalePartials(datasets, '.');
    const partial = partialPath(final);
    mkdirSync(partial);
    return partial;
  } catch (error) {
    throw explainFileError(error, datasets);
  }
}

async function writeDataset(
  options: ImportOptions,
  format: RecordFormat,
  tables: readonly RoleTable[],
  partial: string,
): Promise<DatasetDescription> {
  const rules: HistoryRules = {
    minCodes: options.minCodes ?? 3,
    inconsistent: options.inconsistent ?? 'patient',
    dots: options.dots ?? 'normalise',
    earliestDate: format.plausible[0],
    latestDate: format.plausible[1],
  };
  const tempDirectory = join(partial, 'spill');
  const made = await withDuckDb({ ...duckDbOptions(options), tempDirectory }, (connection) =>
    Phases.during(connection, options.progress, (phases) =>
      makeDataset(connection, format, tables, rules, partial, phases),
    ),
  );
  rmSync(tempDirectory, { recursive: true, force: true });
  const { minCodes, earliestDate, latestDate } = rules;
  const description: DatasetDescription = {
    version: 1,
    name: options.name,
    format: format.name,
    source: options.source,
    importedAt: options.now().toISOString(),
    ...made,
    rules: { minCodes, earliestDate, latestDate },
  };
  writeFileAtomic(join(partial, 'dataset.json'), `${JSON.stringify(description, null, 2)}\n`);
  return description;
}

function duckDbOptions({ memoryLimit, threads, signal }: ImportOptions): DuckDbOptions {
  return {
    memoryLimit: memoryLimit ?? defaultMemoryLimit,
    ...(threads === undefined ? {} : { threads }),
    ...(signal === undefined ? {} : { signal }),
  };
}

type Made = Pick<DatasetDescription, 'contentHash' | 'counts' | 'attrition' | 'problems'>;

async function makeDataset(
  connection: DuckDBConnection,
  format: RecordFormat,
  tables: readonly RoleTable[],
  rules: HistoryRules,
  folder: string,
  phases: Phases,
): Promise<Made> {
  phases.begin('reading records');
  const staged = await format.stage(connection, tables);
  await readRecords(connection, rules, phases.begin);
  phases.begin('looking for problems');
  const problems: ImportProblem[] = [
    ...staged.problems,
    ...(await stayProblems(connection, tables, rules)),
    ...(await diagnosisProblems(connection, tables)),
  ];
  await dropAll(connection, staged.bulky);
  const sourceCodes = await countCodes(connection, 'codes WHERE problem IS NULL OR problem > 0');
  const attrition = await makeHistories(connection, rules, phases.begin);
  refuseEmpty(attrition, tables);
  problems.push(...(await repeatProblems(connection, tables)));
  problems.push(...(await readDemographics(connection, staged)));
  const rows = attrition.at(-1)!.rows;
  phases.begin('hashing the dataset');
  const contentHash = await hashDataset(connection, (done) => phases.rows(done, rows));
  phases.begin('writing the dataset');
  await writeEvents(connection, folder);
  await writePatients(connection, folder);
  await writeExcluded(connection, folder);
  if (staged.hasDescriptions) await writeDescriptions(connection, folder, rules.dots);
  const counts = {
    source: { ...sizes(attrition[0]!), codes: sourceCodes },
    kept: { ...sizes(attrition.at(-1)!), codes: await countCodes(connection, 'kept_codes') },
  };
  return { contentHash, counts, attrition, problems: onceEach(problems) };
}

/** Where stays and diagnoses are one table, both tell of the same rows. */
function onceEach(problems: readonly ImportProblem[]): ImportProblem[] {
  const key = ({ kind, file }: ImportProblem): string => `${kind} ${file}`;
  return problems.filter(
    (problem, index) => problems.findIndex((other) => key(other) === key(problem)) === index,
  );
}

async function dropAll(connection: DuckDBConnection, tables: readonly string[]): Promise<void> {
  for (const table of tables) await connection.run(`DROP TABLE ${table}`);
}

async function countCodes(connection: DuckDBConnection, from: string): Promise<number> {
  return Number((await queryRow(connection, `SELECT count(*) AS codes FROM ${from}`))['codes']);
}

function sizes({ patients, visits, rows }: AttritionStep): Omit<AttritionStep, 'step'> {
  return { patients, visits, rows };
}

function refuseEmpty(attrition: readonly AttritionStep[], tables: readonly RoleTable[]): void {
  if (attrition.at(-1)!.patients > 0) return;
  const steps = attrition.map(({ step, patients }) => `${step}: ${patients.toLocaleString('en')}`).join('; ');
  throw new UserError(`No patient is left after the exclusions (${steps}).`, {
    file: tables[0]!.file.name,
    advice: 'Lower the number of codes that a patient needs, or mend the records.',
  });
}
