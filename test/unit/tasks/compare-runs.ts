import type { Comparison } from '../../../src/protocol/panels/compare';
import { compareRuns as compareWith, type CompareRequest } from '../../../src/tasks/compare';

/** Compares runs with nothing withheld, unless the test is about that. */
export const compareRuns = ({
  minimumCellCount = 0,
  ...request
}: Omit<CompareRequest, 'minimumCellCount'> & { minimumCellCount?: number }): Promise<Comparison> =>
  compareWith({ ...request, minimumCellCount });
