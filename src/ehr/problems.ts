import type { DuckDBConnection } from '@duckdb/node-api';
import type { ImportProblem } from '../protocol/dataset';
import { codeProblems } from './codes';
import { queryRow, queryRows } from './duckdb';
import type { HistoryRules } from './histories';
import { rowOfPlace, sqlFileOf } from './place';
import type { Table } from './table';

interface Kind {
  readonly kind: string;
  /** SQL: which rows of the relation have the problem. */
  readonly where: string;
  readonly message: string;
}

const blankPatient = 'The patient is empty. The rows were left out.';

/** Problems of the dates of stays, and stays without a usable diagnosis. Reads `stay_checks` and `visits`. */
export async function stayProblems(
  connection: DuckDBConnection,
  tables: readonly Table[],
  rules: HistoryRules,
): Promise<ImportProblem[]> {
  const lost = rules.inconsistent === 'patient' ? 'The patients were' : 'The visits were';
  const range = `${rules.earliestDate} to ${rules.latestDate}`;
  const dates = await collect(connection, tables, 'stay_checks', [
    {
      kind: 'missing-date',
      where: 'missing',
      message: `Admission or discharge date is empty. ${lost} left out.`,
    },
    {
      kind: 'discharge-before-admission',
      where: 'reversed',
      message: `Discharge lies before admission. ${lost} left out.`,
    },
    {
      kind: 'implausible-date',
      where: 'implausible',
      message: `A date lies outside ${range}. ${lost} left out.`,
    },
    { kind: 'blank-patient', where: "patient = ''", message: blankPatient },
  ]);
  return [...dates, ...(await emptyVisits(connection, tables))];
}

async function emptyVisits(connection: DuckDBConnection, tables: readonly Table[]): Promise<ImportProblem[]> {
  const { count } = await queryRow(
    connection,
    'SELECT count(visit) AS count FROM visits ANTI JOIN visit_rows USING (visit_id)',
  );
  if (count === 0) return [];
  return collect(
    connection,
    tables,
    `(SELECT min(place) AS place FROM stays
      JOIN patients USING (patient)
      JOIN visits ON visits.patient_no = patients.patient_no AND visits.visit = stays.visit
      ANTI JOIN visit_rows ON visits.visit_id = visit_rows.visit_id
      GROUP BY visits.visit_id)`,
    [
      {
        kind: 'visit-without-diagnosis',
        where: 'true',
        message: 'The visit has no usable diagnosis. It was left out.',
      },
    ],
  );
}

/** Problems of single diagnoses. Reads `coded`. */
export function diagnosisProblems(
  connection: DuckDBConnection,
  tables: readonly Table[],
): Promise<ImportProblem[]> {
  const code = (problem: (typeof codeProblems)[number]): string =>
    `problem = ${codeProblems.indexOf(problem)}`;
  return collect(connection, tables, 'coded', [
    { kind: 'blank-patient', where: 'patient_no IS NULL', message: blankPatient },
    {
      kind: 'diagnosis-without-admission',
      where: 'visit_id IS NULL AND patient_no IS NOT NULL',
      message: 'No admission of this patient belongs to the diagnosis. The rows were left out.',
    },
    { kind: 'blank-code', where: code('blank'), message: 'The code is empty. The rows were left out.' },
    {
      kind: 'unknown-code-system',
      where: code('unknown-system'),
      message: 'The code has neither ICD9_ nor ICD10_ before it. The rows were left out.',
    },
    {
      kind: 'unusual-code-shape',
      where: code('unusual-shape'),
      message: 'The code is not shaped like one of its classification. The rows were kept.',
    },
    {
      kind: 'white-space-in-code',
      where: 'spaced',
      message: 'White space stands inside the code. It was taken out, and the rows were kept.',
    },
    {
      kind: 'lost-leading-zero',
      where: code('lost-leading-zero'),
      message:
        'Leading zeros of ICD-9 codes seem to be cut off: a code has fewer than three digits before the dot, ' +
        'or no code of the source begins with 0. The rows were kept as they are.',
    },
  ]);
}

/** Diagnoses that their visit has already. Reads `repeated`. */
export function repeatProblems(
  connection: DuckDBConnection,
  tables: readonly Table[],
): Promise<ImportProblem[]> {
  return collect(connection, tables, 'repeated', [
    {
      kind: 'repeated-code',
      where: 'true',
      message:
        'The visit has the code already, with the same or a higher priority. The repeats were dropped.',
    },
  ]);
}

/** One problem for each kind and file that has rows of it. `relation` has a column `place`. */
export async function collect(
  connection: DuckDBConnection,
  tables: readonly Table[],
  relation: string,
  kinds: readonly Kind[],
): Promise<ImportProblem[]> {
  const columns = kinds.map(
    ({ where }, index) =>
      `count(*) FILTER (WHERE ${where}) AS count${index},
       min(place, 10) FILTER (WHERE ${where}) AS places${index}`,
  );
  const files = await queryRows(
    connection,
    `SELECT ${sqlFileOf('place')} AS file, ${columns.join(', ')} FROM ${relation} GROUP BY file ORDER BY file`,
  );
  return kinds.flatMap(({ kind, message }, index) =>
    files.flatMap((row) => {
      const count = Number(row[`count${index}`]);
      if (count === 0) return [];
      const table = tables[Number(row['file'])]!;
      // Several codes of one row are one row.
      const rows = [...new Set((row[`places${index}`] as number[]).map((place) => rowOfPlace(table, place)))];
      return [{ kind, message, file: table.file.name, count, rows }];
    }),
  );
}
