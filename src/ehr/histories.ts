import type { DuckDBConnection } from '@duckdb/node-api';
import type { AttritionStep } from '../protocol/dataset';
import { makeCodeTable } from './code-table';
import type { DotRule } from './codes';
import { queryRow, sqlText } from './duckdb';

type Sizes = Omit<AttritionStep, 'step'>;

/** What decides which records become a patient's history. */
export interface HistoryRules {
  /** Patients with fewer distinct codes are left out. */
  readonly minCodes: number;
  /** Whether an inconsistent stay costs the patient or the visit. */
  readonly inconsistent: 'patient' | 'visit';
  readonly dots: DotRule;
  readonly earliestDate: string;
  readonly latestDate: string;
}

/**
 * Reads the staged records (`stays`, `diagnoses`) into integers: texts come back when the dataset is written.
 *
 * Leaves the temporary tables `patients(patient, patient_no)`, `codes` (see `code-table.ts`),
 * `visits(visit_id, patient_no, visit, admit, discharge, start, inconsistent)`, `visit_rows(visit_id, rows)`,
 * `coded(place, patient_no, visit_id, code_no, rank_no, problem, spaced)` in which a null tells what is missing, and
 * the view `stay_checks`: stays with `missing`, `reversed` and `implausible`.
 */
export async function readRecords(
  connection: DuckDBConnection,
  rules: HistoryRules,
  phase: (what: string) => void,
): Promise<void> {
  phase('finding patients and codes');
  await makeCodeTable(connection, rules.dots);
  await makeDictionaries(connection);
  phase('finding visits');
  await makeVisits(connection, rules);
  phase('joining diagnoses to visits');
  await connection.run(`
    CREATE TEMP TABLE coded AS
      SELECT diagnoses.place, patients.patient_no, visit_id, code_no, rank_no, problem, spaced
      FROM diagnoses
      JOIN codes ON diagnoses.code = codes.raw
      JOIN rankings USING (rank1, rank2, rank3)
      LEFT JOIN patients ON diagnoses.patient = patients.patient
      LEFT JOIN visits ON visits.patient_no = patients.patient_no
        AND visits.visit IS NOT DISTINCT FROM diagnoses.visit;
    CREATE TEMP TABLE visit_rows AS
      SELECT visit_id, count(*) AS rows FROM coded
      WHERE visit_id IS NOT NULL AND code_no IS NOT NULL GROUP BY visit_id`);
}

/**
 * Makes patient histories from what {@link readRecords} left, and tells what each rule left over.
 *
 * Leaves the temporary tables `histories(patient_index, visit, admit, discharge, code_index, priority)`, all
 * INTEGER (days since 1970) and sorted by patient, visit and priority, `numbered_visits`,
 * `kept_patients(patient_no, patient, visits, codes, patient_index)`, `kept_codes(code_no, code, system,
 * code_index)` and `repeated(place)`: diagnoses that were dropped because their visit has the code already.
 */
export async function makeHistories(
  connection: DuckDBConnection,
  rules: HistoryRules,
  phase: (what: string) => void,
): Promise<AttritionStep[]> {
  const consistent = 'visit_id IN (SELECT visit_id FROM consistent_visits)';
  const dates =
    rules.inconsistent === 'patient' ? 'patients with consistent dates only' : 'visits with consistent dates';
  const attrition = [
    { step: 'in the source', ...(await sourceSizes(connection)) },
    { step: 'diagnoses with a patient, an ICD code and a visit', ...(await visitSizes(connection, 'true')) },
    { step: dates, ...(await visitSizes(connection, consistent)) },
  ];
  phase('sorting diagnoses');
  await orderDiagnoses(connection);
  phase('numbering diagnoses');
  await rankDiagnoses(connection);
  attrition.push({
    step: 'each code once in a visit',
    ...(await numberedSizes(connection, 'ranked', 'visit_no')),
  });
  phase('choosing patients');
  await keepPatients(connection, rules.minCodes);
  const enough = `patients with at least ${rules.minCodes} distinct codes`;
  attrition.push({ step: enough, ...(await numberedSizes(connection, 'histories', 'visit')) });
  return attrition;
}

async function makeDictionaries(connection: DuckDBConnection): Promise<void> {
  // Ranks have few values: numbering their combinations once makes the great sort one over integers.
  const byValue = (rank: string): string => `TRY_CAST(${rank} AS DOUBLE) NULLS LAST, ${rank}`;
  await connection.run(`
    CREATE TEMP TABLE patients AS
      SELECT patient, (row_number() OVER (ORDER BY patient))::INTEGER AS patient_no
      FROM (SELECT patient FROM stays UNION SELECT patient FROM diagnoses) WHERE patient <> '';
    CREATE TEMP TABLE rankings AS
      SELECT *, (row_number() OVER (
        ORDER BY ${byValue('rank1')}, ${byValue('rank2')}, ${byValue('rank3')}))::INTEGER AS rank_no
      FROM (SELECT DISTINCT rank1, rank2, rank3 FROM diagnoses)`);
}

async function makeVisits(connection: DuckDBConnection, rules: HistoryRules): Promise<void> {
  const [first, last] = [rules.earliestDate, rules.latestDate].map((day) => `DATE ${sqlText(day)}`);
  const kept =
    rules.inconsistent === 'visit'
      ? 'NOT inconsistent'
      : 'patient_no NOT IN (SELECT patient_no FROM visits WHERE inconsistent)';
  await connection.run(`
    CREATE TEMP VIEW stay_checks AS
      SELECT *,
        admit IS NULL OR discharge IS NULL AS missing,
        NOT coalesce(admit BETWEEN ${first} AND ${last}, true)
          OR NOT coalesce(discharge BETWEEN ${first} AND ${last}, true) AS implausible
      FROM stays;
    CREATE TEMP TABLE visits AS
      SELECT (row_number() OVER ())::INTEGER AS visit_id, * FROM (
        SELECT patient_no, visit, min(admit) AS admit, max(discharge) AS discharge, min(start) AS start,
          bool_or(missing OR reversed OR implausible) AS inconsistent
        FROM stay_checks JOIN patients USING (patient) GROUP BY patient_no, visit);
    CREATE TEMP TABLE consistent_visits AS SELECT visit_id FROM visits WHERE ${kept}`);
}

async function orderDiagnoses(connection: DuckDBConnection): Promise<void> {
  await connection.run(`
    CREATE TEMP TABLE numbered_visits AS
      SELECT visit_id, patient_no, admit, discharge, (row_number() OVER (
        PARTITION BY patient_no ORDER BY start, discharge, visit))::INTEGER AS visit_no
      FROM visits SEMI JOIN consistent_visits USING (visit_id) SEMI JOIN visit_rows USING (visit_id);
    CREATE TEMP TABLE ordered AS
      SELECT numbered_visits.patient_no, visit_no, visit_id, code_no, place
      FROM coded JOIN numbered_visits USING (visit_id) WHERE code_no IS NOT NULL
      ORDER BY numbered_visits.patient_no, visit_no, rank_no, place;
    DROP TABLE coded`);
}

async function rankDiagnoses(connection: DuckDBConnection): Promise<void> {
  await connection.run(`
    CREATE TEMP TABLE occurrences AS
      SELECT *, rowid AS position,
        row_number() OVER (PARTITION BY visit_id, code_no ORDER BY rowid) AS occurrence
      FROM ordered;
    DROP TABLE ordered;
    CREATE TEMP TABLE repeated AS SELECT place FROM occurrences WHERE occurrence > 1;
    CREATE TEMP TABLE ranked AS
      SELECT patient_no, visit_no, visit_id, code_no,
        (row_number() OVER (PARTITION BY visit_id ORDER BY position))::INTEGER AS priority
      FROM occurrences WHERE occurrence = 1;
    DROP TABLE occurrences`);
}

async function keepPatients(connection: DuckDBConnection, minCodes: number): Promise<void> {
  await connection.run(`
    CREATE TEMP TABLE kept_patients AS
      SELECT patient_no, patient, visits, codes,
        (row_number() OVER (ORDER BY patient_no))::INTEGER - 1 AS patient_index
      FROM (
        SELECT patient_no, max(visit_no)::INTEGER AS visits, count(DISTINCT code_no)::INTEGER AS codes
        FROM ranked GROUP BY patient_no HAVING codes >= ${minCodes})
      JOIN patients USING (patient_no);
    CREATE TEMP TABLE kept_codes AS
      SELECT code_no, code, system, (row_number() OVER (ORDER BY code_no))::INTEGER - 1 AS code_index
      FROM (SELECT DISTINCT code_no FROM ranked SEMI JOIN kept_patients USING (patient_no))
      JOIN (SELECT code_no, any_value(code) AS code, any_value(system) AS system FROM codes GROUP BY code_no)
        USING (code_no);
    CREATE TEMP TABLE histories AS
      SELECT patient_index, ranked.visit_no AS visit, (admit - DATE '1970-01-01')::INTEGER AS admit,
        (discharge - DATE '1970-01-01')::INTEGER AS discharge, code_index, priority
      FROM ranked
      JOIN kept_patients USING (patient_no)
      JOIN kept_codes USING (code_no)
      JOIN numbered_visits USING (visit_id)
      ORDER BY patient_index, visit, priority;
    DROP TABLE ranked`);
}

async function sourceSizes(connection: DuckDBConnection): Promise<Sizes> {
  return readSizes(
    connection,
    `SELECT (SELECT count(*) FROM patients) AS patients,
       (SELECT count(*) FROM visits WHERE visit IS NOT NULL) AS visits,
       (SELECT count(*) FROM coded) AS rows`,
  );
}

/** Sizes of the usable rows in the visits that fulfil a condition. */
async function visitSizes(connection: DuckDBConnection, condition: string): Promise<Sizes> {
  return readSizes(
    connection,
    `SELECT count(DISTINCT patient_no) AS patients, count(visit) AS visits,
       coalesce(sum(rows), 0) AS rows
     FROM visits JOIN visit_rows USING (visit_id) WHERE ${condition}`,
  );
}

/** Sizes of a table of numbered diagnoses: each visit has one first code, each patient one first visit. */
async function numberedSizes(connection: DuckDBConnection, table: string, visit: string): Promise<Sizes> {
  return readSizes(
    connection,
    `SELECT count(*) FILTER (WHERE ${visit} = 1 AND priority = 1) AS patients,
       count(*) FILTER (WHERE priority = 1) AS visits, count(*) AS rows
     FROM ${table}`,
  );
}

async function readSizes(connection: DuckDBConnection, sql: string): Promise<Sizes> {
  const { patients, visits, rows } = await queryRow(connection, sql);
  return { patients: Number(patients), visits: Number(visits), rows: Number(rows) };
}
