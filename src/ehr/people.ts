import type { DuckDBConnection } from '@duckdb/node-api';
import type { ImportProblem } from '../protocol/dataset';
import { queryRow } from './duckdb';
import type { Staged } from './formats/format';
import { collect } from './problems';

/**
 * Makes the temporary table `demographics(patient, birth_date, sex)`: what the source knows of the kept
 * patients, with sex as `F` or `M`. Empty where the source has no patients file.
 */
export async function readDemographics(
  connection: DuckDBConnection,
  staged: Staged,
): Promise<ImportProblem[]> {
  if (staged.people === null) {
    await connection.run('CREATE TEMP TABLE demographics (patient VARCHAR, birth_date DATE, sex VARCHAR)');
    return [];
  }
  // Nobody is born in the future of their own first visit, nor lives 130 years.
  await connection.run(`
    CREATE TEMP TABLE person_checks AS
      SELECT people.place, patient, birth_date,
        CASE WHEN lower(trim(sex)) IN ('f', 'female') THEN 'F' WHEN lower(trim(sex)) IN ('m', 'male') THEN 'M' END AS sex,
        trim(sex) <> '' AS sex_given,
        birth_date > first_admit OR birth_date < first_admit - INTERVAL 130 YEAR AS implausible
      FROM people JOIN kept_patients USING (patient)
      JOIN (SELECT patient_no, min(admit) AS first_admit FROM numbered_visits GROUP BY patient_no)
        USING (patient_no);
    CREATE TEMP TABLE demographics AS
      SELECT patient, CASE WHEN NOT implausible THEN birth_date END AS birth_date, sex FROM person_checks`);
  const problems = await collect(connection, staged.tables, 'person_checks', [
    {
      kind: 'implausible-birth-date',
      where: 'implausible',
      message: 'The birth date lies after the first visit or 130 years before it. It was taken as unknown.',
    },
    {
      kind: 'unknown-sex',
      where: 'sex_given AND sex IS NULL',
      message: 'Sex is neither F nor M. It was taken as unknown.',
    },
  ]);
  const { count } = await queryRow(
    connection,
    'SELECT count(*) AS count FROM kept_patients ANTI JOIN people USING (patient)',
  );
  if (count === 0) return problems;
  return [
    ...problems,
    {
      kind: 'patient-without-demographics',
      message: 'Patients with records are not in the file of patients. Birth date and sex are unknown.',
      file: staged.people.file.name,
      count: Number(count),
      rows: [],
    },
  ];
}
