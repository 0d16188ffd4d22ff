import type { DuckDBConnection } from '@duckdb/node-api';
import type { LongWork } from '../protocol/progress';
import { withDataset } from './damage';
import { DatasetEvents, datasetTables } from './events';
import { Histogram, type Distribution } from './histogram';
import { prolongedStayDays } from './sequences';

/**
 * What a cohort looks like, as in the paper's table of its cohorts. A count between 1 and `minimumCellCount` − 1
 * is null, so is a share that would give such a count away, and everything but `minimumCellCount` is null when
 * there are fewer patients than that. `suppressed` tells these nulls from what the records do not say.
 */
export interface CohortStatistics {
  readonly patients: number | null;
  readonly visits: number | null;
  /** Diagnosis rows: a code counts once a visit. */
  readonly rows: number | null;
  readonly distinctCodes: number | null;
  readonly visitsPerPatient: Distribution | null;
  /** Diagnosis rows per patient. */
  readonly codesPerPatient: Distribution | null;
  readonly codesPerVisit: Distribution | null;
  /** Share of diagnosis rows coded in ICD-10. */
  readonly icd10Share: number | null;
  /** Share of the distinct codes that are of ICD-10. */
  readonly icd10CodeShare: number | null;
  /** Years (365.25 days) from birth to the last discharge, over patients whose birth date is known. */
  readonly age: Distribution | null;
  /** Patients whose birth date is known. */
  readonly ageKnown: number | null;
  /** Among patients whose sex is known. */
  readonly maleShare: number | null;
  /** Patients whose sex is known. */
  readonly sexKnown: number | null;
  /** Share of patients with any stay longer than 7 days. */
  readonly prolongedStayShare: number | null;
  /** Year of the first admission. */
  readonly firstYear: number | null;
  /** Year of the last discharge. */
  readonly lastYear: number | null;
  readonly minimumCellCount: number;
  /** Keys whose value is null because of `minimumCellCount`. */
  readonly suppressed: readonly string[];
}

/**
 * Computes the statistics of a dataset in one pass over its events.
 *
 * @throws UserError on a damaged dataset, CancelledError on abort.
 */
export async function cohortStatistics(
  dataset: { readonly folder: string },
  options: LongWork & { readonly minimumCellCount: number },
): Promise<CohortStatistics> {
  const { signal, minimumCellCount } = options;
  return withDataset(
    dataset.folder,
    { memoryLimit: '1GB', ...(signal === undefined ? {} : { signal }) },
    async (connection) => {
      const events = await DatasetEvents.open(connection, dataset.folder);
      const tally = new Tally();
      for await (const rows of events.read({ ...options, phase: 'counting visits and codes' })) {
        for (let i = 0; i < rows.length; i++) {
          tally.add(rows.patient[i]!, rows.visit[i]!, rows.admit[i]!, rows.discharge[i]!);
        }
      }
      tally.finish();
      const people = await countPeople(connection, dataset.folder);
      const systems = await countIcd10(connection, dataset.folder);
      return disclose(
        tally,
        people,
        { ...systems, rows: events.rows, distinctCodes: events.codeNames.length },
        minimumCellCount,
      );
    },
  );
}

/** Counts visits and codes while the rows pass by in order. */
class Tally {
  readonly visitsPerPatient = new Histogram();
  readonly codesPerPatient = new Histogram();
  readonly codesPerVisit = new Histogram();
  prolongedPatients = 0;
  firstAdmit = Number.POSITIVE_INFINITY;
  lastDischarge = Number.NEGATIVE_INFINITY;
  private patient = -1;
  private visit = 0;
  private visits = 0;
  private codes = 0;
  private codesOfVisit = 0;
  private isProlonged = false;

  add(patient: number, visit: number, admit: number, discharge: number): void {
    if (patient !== this.patient) {
      this.finish();
      this.patient = patient;
      this.startVisit(visit);
    } else if (visit !== this.visit) {
      this.codesPerVisit.add(this.codesOfVisit);
      this.startVisit(visit);
    }
    this.codes += 1;
    this.codesOfVisit += 1;
    if (discharge - admit > prolongedStayDays) this.isProlonged = true;
    if (admit < this.firstAdmit) this.firstAdmit = admit;
    if (discharge > this.lastDischarge) this.lastDischarge = discharge;
  }

  /** Closes the last patient. */
  finish(): void {
    if (this.visits === 0) return;
    this.codesPerVisit.add(this.codesOfVisit);
    this.visitsPerPatient.add(this.visits);
    this.codesPerPatient.add(this.codes);
    if (this.isProlonged) this.prolongedPatients += 1;
    this.visits = 0;
    this.codes = 0;
    this.isProlonged = false;
  }

  private startVisit(visit: number): void {
    this.visit = visit;
    this.visits += 1;
    this.codesOfVisit = 0;
  }
}

interface People {
  readonly men: number;
  readonly women: number;
  /** Patients with a known birth date. */
  readonly born: number;
  readonly age: Distribution;
}

async function countPeople(connection: DuckDBConnection, folder: string): Promise<People> {
  const { events, patients } = datasetTables(folder);
  const result = await connection.run(
    `WITH last_visits AS (SELECT patient_id, max(discharge) AS discharge FROM ${events} GROUP BY patient_id),
          people AS (SELECT sex, (discharge - birth_date) / 365.25 AS age
                     FROM ${patients} JOIN last_visits USING (patient_id))
     SELECT count(*) FILTER (sex = 'M')::INTEGER, count(*) FILTER (sex = 'F')::INTEGER, count(age)::INTEGER,
            avg(age), median(age), stddev_samp(age)
     FROM people`,
  );
  const [men, women, born, mean, median, sd] = (await result.getRows())[0] as [
    number,
    number,
    number,
    number,
    number,
    number | null,
  ];
  return { men, women, born, age: { mean, median, sd } };
}

async function countIcd10(
  connection: DuckDBConnection,
  folder: string,
): Promise<{ icd10Rows: number; icd10Codes: number }> {
  const result = await connection.run(
    `SELECT count(*)::INTEGER, count(DISTINCT code)::INTEGER
     FROM ${datasetTables(folder).events} WHERE system = 'ICD10'`,
  );
  const [icd10Rows, icd10Codes] = (await result.getRows())[0] as [number, number];
  return { icd10Rows, icd10Codes };
}

interface CodeCounts {
  readonly rows: number;
  readonly distinctCodes: number;
  readonly icd10Rows: number;
  readonly icd10Codes: number;
}

/** Puts the figures together and withholds what is told by too few patients. */
function disclose(tally: Tally, people: People, codes: CodeCounts, minimum: number): CohortStatistics {
  const patients = tally.visitsPerPatient.total;
  const sexed = people.men + people.women;
  const suppressed: string[] = [];
  const isSmall = (count: number): boolean => count > 0 && count < minimum;
  /** The value, unless one of the counts that it tells is small. */
  const unlessSmall = <T>(key: string, value: T | null, ...counts: number[]): T | null => {
    if (value === null || !counts.concat(patients).some(isSmall)) return value;
    suppressed.push(key);
    return null;
  };
  const count = (key: string, value: number): number | null => unlessSmall(key, value, value);
  const share = (key: string, part: number, whole: number): number | null =>
    unlessSmall(key, whole === 0 ? null : part / whole, part, whole - part);
  return {
    patients: count('patients', patients),
    visits: count('visits', tally.codesPerVisit.total),
    rows: count('rows', codes.rows),
    distinctCodes: count('distinctCodes', codes.distinctCodes),
    visitsPerPatient: unlessSmall('visitsPerPatient', tally.visitsPerPatient.distribution()),
    codesPerPatient: unlessSmall('codesPerPatient', tally.codesPerPatient.distribution()),
    codesPerVisit: unlessSmall('codesPerVisit', tally.codesPerVisit.distribution()),
    icd10Share: share('icd10Share', codes.icd10Rows, codes.rows),
    icd10CodeShare: share('icd10CodeShare', codes.icd10Codes, codes.distinctCodes),
    age: unlessSmall('age', people.born === 0 ? null : people.age, people.born),
    ageKnown: unlessSmall('ageKnown', people.born, people.born, patients - people.born),
    maleShare: share('maleShare', people.men, sexed),
    sexKnown: unlessSmall('sexKnown', sexed, sexed, patients - sexed),
    prolongedStayShare: share('prolongedStayShare', tally.prolongedPatients, patients),
    firstYear: unlessSmall('firstYear', yearOf(tally.firstAdmit)),
    lastYear: unlessSmall('lastYear', yearOf(tally.lastDischarge)),
    minimumCellCount: minimum,
    suppressed,
  };
}

function yearOf(epochDays: number): number {
  return new Date(epochDays * 86_400_000).getUTCFullYear();
}
