import type { DuckDBConnection } from '@duckdb/node-api';
import type { ImportProblem } from '../../protocol/dataset';
import { plausibleDays } from '../../protocol/plausible-days';
import { queryRow } from '../duckdb';
import { refuseDuplicates } from '../duplicates';
import { splitHeader } from '../header';
import { rowOfPlace, sqlPlace } from '../place';
import { readFirstLine } from '../source-file';
import { loadTable } from '../table';
import type { FoundFile, RecordFormat, RoleTable, Source, Staged } from './format';

const codeColumns = Array.from({ length: 10 }, (_, index) => `ICD9_DGNS_CD_${index + 1}`);
// Not the codes: a claims file that lost a column of codes must be missed by name, not by silence.
const marks = {
  claims: ['DESYNPUF_ID', 'CLM_ID', 'NCH_BENE_DSCHRG_DT'],
  beneficiaries: ['DESYNPUF_ID', 'BENE_BIRTH_DT'],
} as const;

/**
 * CMS DE-SynPUF inpatient claims, any number of samples, with or without beneficiary summaries. A visit is
 * a claim; its segments belong together. A code's rank is its segment and column.
 */
export const synpuf: RecordFormat = {
  name: 'synpuf',
  recognisedBy: 'inpatient claims of CMS DE-SynPUF (columns DESYNPUF_ID, CLM_ID, ICD9_DGNS_CD_1 …) as .csv',
  plausible: plausibleDays.synpuf,
  find,
  stage,
};

async function find(source: Source): Promise<readonly FoundFile[] | null> {
  const found: FoundFile[] = [];
  for (const file of source.files.filter(({ name }) => /\.csv(?:\.gz)?$/i.test(name))) {
    const role = roleOf(await readFirstLine(file));
    if (role !== null) found.push({ role, file, delimiter: ',', leastColumns: 20 });
  }
  return found.some(({ role }) => role === 'claims') ? found : null;
}

function roleOf(header: string): keyof typeof marks | null {
  const columns = new Set(splitHeader(header, ',').map((column) => column.toUpperCase()));
  const roles = ['claims', 'beneficiaries'] as const;
  return roles.find((role) => marks[role].every((mark) => columns.has(mark))) ?? null;
}

async function stage(connection: DuckDBConnection, tables: readonly RoleTable[]): Promise<Staged> {
  const claims = numbersOf(tables, 'claims');
  for (const number of claims) {
    await loadTable(connection, tables[number]!, `claims_${number}`, {
      patient: { from: 'DESYNPUF_ID', key: true },
      visit: { from: 'CLM_ID', key: true },
      segment: { from: 'SEGMENT' },
      admit: { from: 'CLM_ADMSN_DT', date: 'YYYYMMDD' },
      discharge: { from: 'NCH_BENE_DSCHRG_DT', date: 'YYYYMMDD' },
      ...Object.fromEntries(codeColumns.map((column, index) => [`code_${index + 1}`, { from: column }])),
    });
  }
  const codes = codeColumns.map((_, index) => `code_${index + 1}`).join(', ');
  await connection.run(`
    CREATE TEMP VIEW claims AS ${union(claims, 'claims')};
    CREATE TEMP VIEW stays AS
      SELECT place, patient, visit, admit, discharge, admit AS start,
        coalesce(discharge < admit, false) AS reversed
      FROM claims;
    CREATE TEMP TABLE diagnoses AS
      SELECT place, patient, visit, 'ICD9_' || trim(code) AS code, segment AS rank1, position AS rank2, '' AS rank3
      FROM (
        SELECT place, patient, visit, segment, unnest([${codes}]) AS code,
          unnest(range(1, ${codeColumns.length + 1}))::VARCHAR AS position
        FROM claims)
      WHERE trim(code) <> ''`);
  await refuseDuplicates(connection, tables, 'claims', 'patient, visit, segment', 'claim');
  const people = await stagePeople(connection, tables);
  const bulky = ['diagnoses', ...claims.map((number) => `claims_${number}`)];
  return { tables, hasDescriptions: false, bulky, ...people };
}

function numbersOf(tables: readonly RoleTable[], role: string): number[] {
  return tables.flatMap((table, number) => (table.role === role ? [number] : []));
}

function union(numbers: readonly number[], stem: string): string {
  return numbers
    .map((number) => `SELECT ${sqlPlace(number)} AS place, * FROM ${stem}_${number}`)
    .join(' UNION ALL ');
}

/**
 * A beneficiary has one row in the summary of each year: twice in one file is an error, and where years
 * disagree, the first file counts.
 */
async function stagePeople(
  connection: DuckDBConnection,
  tables: readonly RoleTable[],
): Promise<Pick<Staged, 'people' | 'problems'>> {
  const numbers = numbersOf(tables, 'beneficiaries');
  if (numbers.length === 0) return { people: null, problems: [] };
  for (const number of numbers) {
    await loadTable(connection, tables[number]!, `beneficiaries_${number}`, {
      patient: { from: 'DESYNPUF_ID', key: true },
      birth_date: { from: 'BENE_BIRTH_DT', date: 'YYYYMMDD' },
      sex_code: { from: 'BENE_SEX_IDENT_CD' },
    });
  }
  await connection.run(`
    CREATE TEMP VIEW beneficiaries AS
      SELECT *, CASE sex_code WHEN '1' THEN 'M' WHEN '2' THEN 'F' ELSE sex_code END AS sex
      FROM (${union(numbers, 'beneficiaries')});
    CREATE TEMP TABLE people AS
      SELECT min(place) AS place, patient, arg_min(birth_date, place) AS birth_date, arg_min(sex, place) AS sex
      FROM beneficiaries GROUP BY patient`);
  await refuseDuplicates(connection, tables, 'beneficiaries', yearKey(tables), 'beneficiary of one year');
  const first = tables[numbers[0]!]!;
  return { people: first, problems: await disagreements(connection, tables) };
}

/** SQL that tells summaries of different years apart: the year in the file's name, or else the file. */
function yearKey(tables: readonly RoleTable[]): string {
  const years = tables.map(({ file }, number) => {
    const year = /(?:^|[^0-9])((?:19|20)\d\d)_Beneficiary/i.exec(file.name)?.[1];
    return `WHEN ${number} THEN ${year ?? -number}`;
  });
  return `patient, (CASE place >> 40 ${years.join(' ')} END)`;
}

async function disagreements(
  connection: DuckDBConnection,
  tables: readonly RoleTable[],
): Promise<ImportProblem[]> {
  const { count, places } = await queryRow(
    connection,
    `SELECT count(*) AS count, min(later.place, 10) AS places
     FROM beneficiaries AS later JOIN people USING (patient)
     WHERE later.birth_date IS DISTINCT FROM people.birth_date OR later.sex IS DISTINCT FROM people.sex`,
  );
  if (count === 0) return [];
  const first = Number((places as number[])[0]);
  const table = tables[Math.floor(first / 2 ** 40)]!;
  const rows = (places as number[])
    .filter((place) => Math.floor(place / 2 ** 40) === Math.floor(first / 2 ** 40))
    .map((place) => rowOfPlace(table, place));
  return [
    {
      kind: 'conflicting-demographics',
      message: 'Birth date or sex differs from an earlier summary; the earlier one was kept.',
      file: table.file.name,
      count: Number(count),
      rows,
    },
  ];
}
