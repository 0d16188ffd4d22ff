import { validationPatients } from '../validation-patients';
import type { Count } from '../../protocol/panels/cohort';
import type {
  CurveFigures,
  CurveMark,
  CurveRun,
  CurvesData,
  CurvesView,
  MainRun,
} from '../../protocol/panels/curves';
import { Breather } from '../breather';
import type { RunFacts } from '../run-facts';
import { groupBySeed } from '../seed-groups';
import { chartsOf, type Group, seedLines, valuesOf } from './chart-lines';
import { latestOfSeeds, type SeedFigure, sharedEnd } from './mean-line';
import { axisOf, latestAt, placeOf, placeOfStep, planOf, reachOf, type ShownRun } from './shown-run';

/** What the page shows beside the figures of the runs. */
export interface CurvesFrame {
  /** Colour of each entry, by its id; entries that have none get the next free one. */
  readonly series: Map<string, number>;
  readonly knownRuns: number;
  /** Parts of the line beside the name of the main run, in words. */
  readonly context: readonly string[];
  /** A stop was asked for. */
  readonly stopping: boolean;
  readonly locked: string | null;
  /** Smaller numbers of patients are not told. */
  readonly minimumCellCount: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * All that the page of the training curves draws.
 * @param runs at least one; the first is the main one
 */
export async function curvesData(
  runs: readonly ShownRun[],
  view: CurvesView,
  frame: CurvesFrame,
): Promise<CurvesData> {
  const main = runs[0]!;
  const groups = groupBySeed(runs.map((run) => ({ ...run, manifest: run.facts.manifest }))).map(
    (seeds): Group => ({ id: seeds[0]!.facts.id, seeds }),
  );
  const drawn = groups.filter(({ id }) => !view.hidden.includes(id));
  const shown = (drawn.length > 0 ? drawn : groups).flatMap(({ seeds }) => seeds);
  const extent = [0, Math.max(0, ...shown.map((run) => planOf(run, view.x)))] as const;
  const kinds = new Set(runs.map(({ facts }) => facts.manifest.kind));
  const range = view.range ?? extent;
  const { charts, points, decimated } = await chartsOf(drawn, kinds, view, range, new Breather());
  const { lastEventAt } = main.series;
  return {
    main: mainRun(main, view, frame),
    runs: groups.map((group) => entryOf(group, view, frame)),
    knownRuns: frame.knownRuns,
    x: view.x,
    range: view.range,
    cursor: view.cursor,
    extent,
    charts,
    marks: marksOf(main, view, range[1] - range[0] || 1),
    points,
    decimated,
    secondsSinceEvent: lastEventAt === undefined ? null : Math.max(0, (frame.now - lastEventAt) / 1000),
    locked: frame.locked,
  };
}

function mainRun(run: ShownRun, view: CurvesView, frame: CurvesFrame): MainRun {
  const { facts, series } = run;
  const { train } = series.tables;
  const steps = series.steps ?? facts.steps;
  const step = stepOf(run);
  const latest = (name: string): number | null => latestAt(train.step, train.values(name), null);
  return {
    id: facts.id,
    name: facts.id,
    kind: facts.manifest.kind,
    state: facts.state,
    stopping: frame.stopping,
    context: frame.context,
    step,
    steps,
    epoch: facts.state === 'running' ? reachOf(run, 'epoch') : facts.epoch,
    share: steps === null || steps === 0 ? null : Math.min(1, step / steps),
    etaSeconds:
      facts.expectedEnd === null ? null : Math.max(0, Math.round((facts.expectedEnd - frame.now) / 1000)),
    seconds: series.seconds,
    trainLoss: latestAt(train.step, train.smoothed('loss', view.smoothing), null),
    validLoss: facts.validLoss,
    bestStep: facts.bestStep,
    mlmAccuracy: facts.mlmAccuracy,
    losAuroc: facts.losAuroc,
    auroc: facts.validAuroc,
    minimumCellCount: frame.minimumCellCount,
    validationPatients: told(validationPatients(facts.manifest), frame),
    test:
      facts.testAuroc === null || facts.testAurocCi95 === null || facts.testPatients === null
        ? null
        : { auroc: facts.testAuroc, ci95: facts.testAurocCi95, n: told(facts.testPatients, frame) },
    learningRate: latest('learningRate'),
    patientsPerSecond: facts.patientsPerSecond,
    tokensPerSecond: facts.tokensPerSecond,
    problem: problemOf(facts),
    checkpoint: facts.checkpoints.at(-1)?.step ?? null,
  };
}

function told(patients: number, { minimumCellCount }: CurvesFrame): Count {
  return patients > 0 && patients < minimumCellCount ? 'small' : patients;
}

function entryOf(group: Group, view: CurvesView, frame: CurvesFrame): CurveRun {
  const { id, seeds } = group;
  const [first] = seeds;
  const facts = first!.facts;
  // The entry is at work as long as one of its seeds is.
  const state = seeds.map((run) => run.facts).sort((a, b) => urgency(a) - urgency(b))[0]!;
  const begun = seeds.filter((run) => reachOf(run, 'step') > 0);
  const figures = figuresOf(group, begun, view);
  return {
    id,
    name: facts.id,
    kind: facts.manifest.kind,
    seeds: seeds.length,
    begun: begun.length,
    meanEnd: meanEndOf(group, view),
    series: seriesOf(id, frame.series),
    state: state.state,
    step: Math.max(...seeds.map(stepOf)),
    steps: first!.series.steps ?? facts.steps,
    seconds: Math.max(...seeds.map((run) => run.series.seconds)),
    problem: firstLine(problemOf(state)),
    atCursor: each(figures, ({ mean }) => mean),
    seedRange:
      seeds.length === 1 ? null : each(figures, ({ low, high, of }) => (of < 2 ? null : [low, high])),
  };
}

type Known = SeedFigure & { readonly of: number };

/** What the list says of an entry; nothing beyond the end of its run, or of the first of its seeds to end. */
function figuresOf(group: Group, begun: readonly ShownRun[], view: CurvesView): CurveFigures<Known> {
  const { x, cursor } = view;
  const isBeyond = cursor !== null && cursor > Math.min(...begun.map((run) => reachOf(run, x)));
  const figure = (name: string, split: 'train' | 'validation'): Known | null => {
    if (isBeyond) return null;
    const lines = group.seeds.length === 1 ? [] : seedLines(group, name, split, view);
    if (lines.length > 1) {
      const found = latestOfSeeds(lines, cursor);
      return found === undefined ? null : { ...found, of: lines.length };
    }
    const values = group.seeds.map((run) => figureAt(run, name, split, view));
    const known = values.find((value) => value !== null);
    return known === undefined ? null : { mean: known, low: known, high: known, of: 1 };
  };
  return {
    trainLoss: figure('loss', 'train'),
    validLoss: figure('loss', 'validation'),
    mlmAccuracy: figure('mlmAccuracy', 'validation'),
    losAuroc: figure('losAuroc', 'validation'),
    auroc: figure('auroc', 'validation'),
  };
}

function each<Figure, Result>(
  figures: CurveFigures<Figure>,
  of: (figure: Figure) => Result | null,
): CurveFigures<Result> {
  const told = (figure: Figure | null): Result | null => (figure === null ? null : of(figure));
  return {
    trainLoss: told(figures.trainLoss),
    validLoss: told(figures.validLoss),
    mlmAccuracy: told(figures.mlmAccuracy),
    losAuroc: told(figures.losAuroc),
    auroc: told(figures.auroc),
  };
}

/** Where the leading line of an entry ends short of its longest seed. */
function meanEndOf(group: Group, view: CurvesView): number | null {
  if (group.seeds.length === 1) return null;
  const validated = seedLines(group, 'loss', 'validation', view);
  return sharedEnd(validated.length > 0 ? validated : seedLines(group, 'loss', 'train', view));
}

/** The journal is read more often than the list of runs, so it knows better how far a run at work is. */
function stepOf(run: ShownRun): number {
  return run.facts.state === 'running' ? reachOf(run, 'step') : run.facts.step;
}

/** The latest figure at the cursor. */
function figureAt(
  run: ShownRun,
  name: string,
  split: 'train' | 'validation',
  { x, cursor, smoothing }: CurvesView,
): number | null {
  return latestAt(axisOf(run, split, x), valuesOf(run, name, split, smoothing), cursor);
}

function marksOf(main: ShownRun, view: CurvesView, width: number): CurveMark[] {
  const { series, facts } = main;
  const marks: CurveMark[] = [];
  let pixel = -1;
  for (const moment of series.checkpoints) {
    const x = placeOf(moment, view.x);
    const at = Math.floor((x / width) * view.pixels);
    // Two marks on one pixel cannot be told apart.
    if (at === pixel) marks.pop();
    pixel = at;
    marks.push({ kind: 'checkpoint', x, step: moment.step });
  }
  for (const moment of series.resumed) {
    marks.push({ kind: 'resumed', x: placeOf(moment, view.x), step: moment.step });
  }
  const steps = series.steps ?? facts.steps;
  if (steps !== null) {
    const step = Math.round(facts.manifest.config.warmup * steps);
    const x = placeOfStep(main, step, view.x);
    if (step > 0 && x !== undefined) marks.push({ kind: 'warm-up', x, step });
  }
  return marks;
}

/** Keeps the colour of an entry as long as the panel is open. */
function seriesOf(id: string, series: Map<string, number>): number {
  const known = series.get(id);
  if (known !== undefined) return known;
  const taken = new Set(series.values());
  let free = 0;
  while (taken.has(free)) free += 1;
  series.set(id, free);
  return free;
}

const order = ['running', 'queued', 'failed', 'interrupted', 'stopped', 'finished'];

function urgency({ state }: RunFacts): number {
  return order.indexOf(state);
}

function problemOf({ state, endingMessage }: RunFacts): string | null {
  return state === 'failed' || state === 'interrupted' ? endingMessage : null;
}

function firstLine(text: string | null): string | null {
  return text?.split('\n')[0] ?? null;
}
