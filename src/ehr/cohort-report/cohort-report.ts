import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CohortReport, CohortScope, ProblemFigure } from '../../protocol/panels/cohort';
import type { LongWork } from '../../protocol/progress';
import type { OpenDataset } from '../dataset';
import { withDataset } from '../damage';
import { queryRows, sqlPathToRead, sqlText } from '../duckdb';
import { checkLabels } from '../label-funnel';
import type { Labels } from '../labels';
import { prolongedStayDays } from '../sequences';
import { codeFigures } from './code-figures';
import { countCohort, type CountedCohort } from './count-cohort';
import { disclosedHistogram, disclosedYears, evenBins, type Shape } from './distributions';
import { funnelFigures } from './funnel-figures';
import { GroupTally } from './group-tally';
import { SmallCells } from './small-cells';
import { standardisedDifferences, tableOne, type Tallies } from './table-one';
import type { ValueCounts } from './tallies';

export interface CohortReportOptions extends LongWork {
  /** Numbers of patients from 1 to below this are not told. */
  readonly minimumCellCount: number;
  /** Codes of a patient that the model will see; more are cut. */
  readonly maxLength: number;
  readonly labels: Labels | null;
  readonly now: () => Date;
}

/**
 * Computes what the cohort panel shows, in one pass over the events: of the dataset, and with labels of the patients
 * that fine-tuning would use, censored strictly before their index dates.
 *
 * @throws UserError on a damaged dataset, or on labels that do not fit it; CancelledError on abort.
 */
export async function cohortReport(
  dataset: OpenDataset,
  options: CohortReportOptions,
): Promise<CohortReport> {
  const { labels, minimumCellCount, maxLength } = options;
  options.progress?.({ phase: 'looking at the dataset', done: 0 });
  const rule = new SmallCells(minimumCellCount);
  const checked = labels === null ? null : await checkLabels(labels, dataset);
  const { isDatasetTold, ...funnel } = funnelFigures(dataset.attrition, checked?.funnel ?? null, rule);
  const counted = await countCohort(dataset.folder, { ...options, minCodes: dataset.rules.minCodes });
  const describe = (codes: readonly string[]): Promise<ReadonlyMap<string, string>> =>
    readDescriptions(dataset.folder, codes);
  const { all, cohort } = tellableTallies(counted, isDatasetTold, rule);
  const scope = (part: ScopeTallies | null): Promise<CohortScope> | null =>
    part === null ? null : describeScope(part, counted.codeNames, describe, maxLength, rule);
  return {
    version: 1,
    dataset: dataset.name,
    contentHash: dataset.contentHash,
    minimumCellCount,
    maxLength,
    computedAt: options.now().toISOString(),
    rows: counted.rows,
    all: await scope(all),
    cohort: await scope(cohort),
    ...funnel,
    problems: dataset.problems.map(({ kind, message, file, count }): ProblemFigure => ({
      kind,
      message,
      file,
      rows: rule.count(count),
    })),
  };
}

/** The patients of a scope, and who is left of the dataset without them. */
interface ScopeTallies extends Tallies {
  readonly outside: GroupTally | null;
}

function tellableTallies(
  { inside, outside, cohort }: CountedCohort,
  isDatasetTold: boolean,
  rule: SmallCells,
): { all: ScopeTallies | null; cohort: ScopeTallies | null } {
  const dataset = GroupTally.join(inside, outside);
  const isEmptyOrSmall = ({ patients }: GroupTally): boolean => patients === 0 || rule.isSmall(patients);
  const groups = cohort === null ? null : ([cohort.cases, cohort.controls] as const);
  const used = groups === null ? null : GroupTally.join(...groups);
  const isCohortTold = used !== null && !isEmptyOrSmall(used);
  const isAllTold = isDatasetTold && !isEmptyOrSmall(dataset);
  return {
    all: isAllTold
      ? { all: dataset, groups: null, within: null, outside: isCohortTold ? outside : null }
      : null,
    cohort: isCohortTold
      ? {
          all: used,
          groups: groups!.some(isEmptyOrSmall) ? null : groups,
          within: isAllTold ? dataset : null,
          outside: null,
        }
      : null,
  };
}

type Quantity = 'visitsPerPatient' | 'codesPerVisit' | 'sequenceLength' | 'lengthOfStay' | 'gaps';
/** A day, a week, two, a month, a quarter, half a year, a year, two. */
const gapStarts = [0, 1, 7, 14, 30, 90, 180, 365, 730];

async function describeScope(
  tallies: ScopeTallies,
  codeNames: readonly string[],
  describe: (codes: readonly string[]) => Promise<ReadonlyMap<string, string>>,
  maxLength: number,
  rule: SmallCells,
): Promise<CohortScope> {
  const { all, groups, outside } = tallies;
  const histogram = (quantity: Quantity, shape: (counts: ValueCounts) => Shape): CohortScope[Quantity] =>
    disclosedHistogram(
      {
        all: all[quantity],
        groups: groups === null ? null : [groups[0][quantity], groups[1][quantity]],
        outside: outside?.[quantity] ?? null,
      },
      shape(all[quantity]),
      rule,
    );
  const rows = tableOne(tallies, rule);
  return {
    groups: rows,
    differences: standardisedDifferences(rows),
    visitsPerPatient: histogram('visitsPerPatient', (counts) => evenBins(counts, 1)),
    codesPerVisit: histogram('codesPerVisit', (counts) => evenBins(counts, 1)),
    sequenceLength: histogram('sequenceLength', (counts) => evenBins(counts, 1, maxLength)),
    lengthOfStay: histogram('lengthOfStay', () => stayShape),
    gaps: histogram('gaps', () => ({ starts: gapStarts })),
    years: disclosedYears(all, outside, rule),
    codes: await codeFigures(tallies, codeNames, describe, rule),
  };
}

/** Days 0 to 27 one by one, then four weeks and more. */
const stayShape: Shape = {
  starts: Array.from({ length: 29 }, (_, day) => day),
  limit: prolongedStayDays,
  zeroApart: true,
};

async function readDescriptions(
  folder: string,
  codes: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const file = join(folder, 'descriptions.parquet');
  if (!existsSync(file) || codes.length === 0) return new Map();
  return withDataset(folder, {}, async (connection) => {
    const list = codes.map(sqlText).join(', ');
    const rows = await queryRows(
      connection,
      `SELECT code, description FROM read_parquet(${sqlPathToRead(file)}) WHERE code IN (${list})`,
    );
    return new Map(rows.map((row) => [String(row['code']), String(row['description'])]));
  });
}
