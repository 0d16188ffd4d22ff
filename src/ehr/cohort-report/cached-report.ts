import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainFileError, writeFileAtomic } from '../../files/atomic';
import { UserError } from '../../protocol/errors';
import type { CohortReport } from '../../protocol/panels/cohort';
import type { LongWork } from '../../protocol/progress';
import { openDataset } from '../dataset';
import { readLabels } from '../labels';
import { cohortReport } from './cohort-report';

export interface CachedReportOptions extends LongWork {
  /** Path of a labels file; null = the dataset alone. */
  readonly labels: string | null;
  readonly minimumCellCount: number;
  readonly maxLength: number;
  /** Computes anew what stands in the cache. */
  readonly afresh?: boolean;
  readonly now?: () => Date;
}

/** Rises whenever the same records give another report. */
const reportVersion = 2;

/**
 * The report of a dataset in a home folder, out of `cache/cohort` when the same records, labels and options were asked
 * for before. A damaged file of the cache is computed anew.
 *
 * @throws what `openDataset`, `readLabels` and `cohortReport` throw.
 */
export async function cachedCohortReport(
  home: string,
  name: string,
  options: CachedReportOptions,
): Promise<CohortReport> {
  const { minimumCellCount, maxLength, afresh = false, now = () => new Date(), progress, signal } = options;
  const dataset = openDataset(home, name);
  const labels = options.labels === null ? null : await readLabels(options.labels);
  const folder = join(home, 'cache', 'cohort');
  const { attrition, problems, rules, contentHash } = dataset;
  const made = { reportVersion, name, contentHash, attrition, problems, rules, minimumCellCount, maxLength };
  const key = createHash('sha256')
    .update(JSON.stringify({ ...made, labels: labels?.sha256 ?? null }))
    .digest('hex');
  const file = join(folder, `${key}.json`);
  const kept = afresh ? undefined : readReport(file, key);
  if (kept !== undefined) return kept;
  const report = await cohortReport(dataset, {
    labels,
    minimumCellCount,
    maxLength,
    now,
    ...(progress === undefined ? {} : { progress }),
    ...(signal === undefined ? {} : { signal }),
  });
  writeReport(folder, file, key, report);
  return report;
}

/** Undefined when there is none, or none that is whole. */
function readReport(file: string, key: string): CohortReport | undefined {
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as {
      key?: unknown;
      sha256?: unknown;
      report?: unknown;
    };
    const isWhole = kept.key === key && kept.sha256 === hashOf(kept.report);
    return isWhole ? (kept.report as CohortReport) : undefined;
  } catch {
    return undefined;
  }
}

/** A home that cannot be written to (a read-only share, a full disk) costs the cache only. */
function writeReport(folder: string, file: string, key: string, report: CohortReport): void {
  try {
    mkdirSync(folder, { recursive: true });
    writeFileAtomic(file, JSON.stringify({ key, sha256: hashOf(report), report }));
  } catch (error) {
    const explained = explainFileError(error, folder);
    if (!(explained instanceof UserError)) throw explained;
  }
}

function hashOf(report: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(report) ?? '')
    .digest('hex');
}
