import { SmallCells } from '../ehr/cohort-report/small-cells';
import { UserError, throwIfCancelled } from '../protocol/errors';
import { type ComparedRun, type Comparison, mostRuns, type TestFigures } from '../protocol/panels/compare';
import type { LongWork } from '../protocol/progress';
import type { RunManifest } from '../protocol/run';
import { configDifferences } from '../runs/config-difference';
import { findRun, readRun } from '../runs/store';
import { type RunSummary, summarizeRun } from '../runs/summary';
import { distinguishingNames } from './compare-names';
import { comparePairs } from './compare-pairs';
import { seedGroups } from './compare-seeds';
import { pretrainingFigures, readTested, type Tested, testFigures } from './compare-figures';

export interface CompareRequest extends LongWork {
  readonly home: string;
  /** Ids, or the beginnings of ids; two that mean the same run count once. */
  readonly runs: readonly string[];
  /** Numbers of patients from 1 to below this are not told. */
  readonly minimumCellCount: number;
}

/**
 * Chosen runs side by side: in what they were set up differently, their figures with intervals and curves, and every
 * pair on the patients that both tested. A run without figures (unfinished, damaged, deleted, with predictions that
 * cannot be measured) is listed with the reason and fails nothing.
 *
 * @throws UserError for no run or more than {@link mostRuns}; CancelledError when the signal fires
 */
export async function compareRuns(request: CompareRequest): Promise<Comparison> {
  const looks = lookAt(request.home, request.runs);
  const rule = new SmallCells(request.minimumCellCount);
  const tested: Tested[] = [];
  const tests: TestFigures[] = [];
  for (const [done, look] of looks.entries()) {
    request.progress?.({ phase: 'measuring', done, total: looks.length, unit: 'runs' });
    await breathe(request.signal);
    if (!isFinished(look) || look.manifest.kind !== 'finetune') continue;
    try {
      const run = await readTested(look.run, look.summary.folder, look.manifest);
      tests.push(testFigures(run, rule));
      tested.push(run);
    } catch (error) {
      look.problem = asProblem(error);
    }
  }
  const pairs = await comparePairs(tested, rule, (done, total) => {
    request.progress?.({ phase: 'comparing pairs', done, total, unit: 'pairs' });
    return breathe(request.signal);
  });
  const readable = looks.filter((look) => look.manifest !== null);
  const manifests = readable.map(({ manifest }) => manifest!);
  const names = new Map(
    distinguishingNames(manifests).map((name, i) => {
      const { run } = readable[i]!;
      // A copied folder still holds the id of its original.
      return [run, name === manifests[i]!.id ? run : name];
    }),
  );
  const column = new Map(readable.map(({ run }, i) => [run, i]));
  return {
    minimumCellCount: rule.minimum,
    runs: looks.map((look) => comparedRun(look, names.get(look.run) ?? look.run)),
    differences: configDifferences(manifests).map(({ key, values }) => ({
      key,
      values: looks.map(({ run }) => values[column.get(run) ?? -1] ?? null),
    })),
    tests,
    pretraining: looks.filter(isFinished).flatMap(({ summary }) => pretrainingFigures(summary, rule)),
    pairs,
    seeds: seedGroups(tested, tests),
  };
}

/** A run as its folder was when it was looked at; null where it could not be read. */
interface Look {
  readonly run: string;
  readonly manifest: RunManifest | null;
  readonly summary: RunSummary | null;
  problem: string | null;
}

function lookAt(home: string, given: readonly string[]): Look[] {
  const ids = new Set(given.map((run) => idOf(home, run)));
  if (ids.size === 0) throw new UserError('No run is chosen.', { advice: 'Choose two or more runs.' });
  if (ids.size > mostRuns) {
    throw new UserError(`${ids.size} runs are chosen; at most ${mostRuns} can be compared.`, {
      advice: 'Leave some out: more would make no readable picture.',
    });
  }
  return [...ids].map((run) => look(home, run));
}

/** A run that is gone keeps the name that it was asked by. */
function idOf(home: string, given: string): string {
  try {
    return findRun(home, given);
  } catch (error) {
    if (error instanceof UserError) return given;
    throw error;
  }
}

function look(home: string, run: string): Look {
  try {
    const { manifest, state } = readRun(home, run);
    const summary = summarizeRun(home, run);
    return { run, manifest, summary, problem: state === 'finished' ? null : `The run is ${state}.` };
  } catch (error) {
    return { run, manifest: null, summary: null, problem: asProblem(error) };
  }
}

function isFinished(look: Look): look is Look & { manifest: RunManifest; summary: RunSummary } {
  return look.problem === null && look.summary?.state === 'finished';
}

function comparedRun({ run, manifest, summary, problem }: Look, name: string): ComparedRun {
  const finetuned = manifest?.kind === 'finetune' ? manifest : null;
  return {
    run,
    name,
    state: summary?.state ?? 'unreadable',
    problem,
    kind: manifest?.kind ?? null,
    dataset: manifest?.dataset.name ?? null,
    head: finetuned?.config.head ?? null,
    from: finetuned?.from ?? null,
    seed: manifest?.config.seed ?? null,
    step: summary?.step ?? null,
    steps: summary?.steps ?? null,
    bestStep: summary?.bestStep ?? null,
  };
}

/** What a person can mend belongs to one run; everything else is a bug and ends the whole. */
function asProblem(error: unknown): string {
  if (error instanceof UserError) return error.explain();
  throw error;
}

/** Lets a cancel come in between two pieces of work. @throws CancelledError */
async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  throwIfCancelled(signal, 'The comparison');
}
