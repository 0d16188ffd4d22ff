import { RandomStream } from '../engine/random';
import type { DeletionCurve, DeletionTest } from '../protocol/explanation';
import type { LongWork } from '../protocol/progress';
import { type CodeSequence, removeCodes } from './code-sequence';
import { type Predict, riskOf } from './explained-model';

export interface DeletionOptions extends LongWork {
  /** K: so many codes are removed at most; one always stays. */
  readonly largest: number;
  readonly randomOrders: number;
  readonly seed: number;
}

/**
 * The deletion test: codes are removed one after another, first those that an explanation ranks first, and the
 * prediction is watched; against as many removed at random. What really carries a prediction takes it along.
 *
 * @param logit of the whole patient
 * @param orders codes (their places) by falling importance; signed for attributions, so that what raises the risk goes
 * first and the curve falls
 * @returns null for a patient of one code
 */
export async function deletionTest<Name extends string>(
  patient: CodeSequence<number>,
  logit: number,
  orders: Readonly<Record<Name, readonly number[]>>,
  predict: Predict,
  { largest, randomOrders, seed, ...work }: DeletionOptions,
): Promise<DeletionTest<Name> | null> {
  const T = patient.codes.length;
  const K = Math.min(largest, T - 1);
  if (K < 1) return null;
  const shuffled = Array.from({ length: randomOrders }, (_, i) =>
    Array.from(new RandomStream(seed, 0xde1e, i).shuffle(Int32Array.from({ length: T }, (_, t) => t))),
  );
  const named = Object.entries(orders) as [Name, readonly number[]][];
  const all = [...named.map(([, order]) => order), ...shuffled];
  const logits = await curves(patient, logit, all, K, predict, work);
  const random = logits.slice(named.length).map(measured);
  const entries = named.map(([name], i) => [name, against(measured(logits[i]!), random)]);
  return {
    removed: Array.from({ length: K + 1 }, (_, k) => k),
    curves: Object.fromEntries(entries) as Record<Name, DeletionCurve>,
    random: {
      orders: randomOrders,
      seed,
      risk: spread(random.map(({ risk }) => risk)),
      logit: spread(random.map((curve) => curve.logit)),
      area: mean(random.map(({ area }) => area)),
      logitArea: mean(random.map(({ logitArea }) => logitArea)),
      change: mean(random.map(({ change }) => change)),
    },
  };
}

/** Logits of each order with its first 0 … K codes removed. A set of codes is computed once, whoever removes it. */
async function curves(
  patient: CodeSequence<number>,
  logit: number,
  orders: readonly (readonly number[])[],
  K: number,
  predict: Predict,
  work: LongWork,
): Promise<number[][]> {
  const known = new Map<string, { removed: ReadonlySet<number>; logit: number }>();
  const keys = orders.map((order) =>
    Array.from({ length: K }, (_, k) => {
      const removed = order.slice(0, k + 1);
      const key = [...removed].sort((a, b) => a - b).join();
      if (!known.has(key)) known.set(key, { removed: new Set(removed), logit: NaN });
      return key;
    }),
  );
  const wanted = [...known.values()];
  const logits = await predict(
    wanted.map(({ removed }) => removeCodes(patient, removed)),
    work,
  );
  wanted.forEach((entry, i) => (entry.logit = logits[i]!));
  return keys.map((ofOrder) => [logit, ...ofOrder.map((key) => known.get(key)!.logit)]);
}

type Measured = Omit<DeletionCurve, 'belowRandom' | 'changeAboveRandom'>;

function measured(logit: readonly number[]): Measured {
  const risk = logit.map(riskOf);
  const change = mean(logit.slice(1).map((z) => Math.abs(z - logit[0]!)));
  return { risk, logit: [...logit], area: area(risk), logitArea: area(logit), change };
}

/** Mean height of a curve by trapezoids: its area with the axis from 0 to K taken as 1. */
function area(curve: readonly number[]): number {
  const ends = (curve[0]! + curve.at(-1)!) / 2;
  return (curve.slice(1, -1).reduce((sum, y) => sum + y, 0) + ends) / (curve.length - 1);
}

function against(curve: Measured, random: readonly Measured[]): DeletionCurve {
  const share = (beaten: (other: Measured) => number): number => mean(random.map(beaten));
  return {
    ...curve,
    belowRandom: share((other) => beats(other.logitArea, curve.logitArea)),
    changeAboveRandom: share((other) => beats(curve.change, other.change)),
  };
}

/** 1 where a is the larger one, ½ where both are equal. */
function beats(a: number, b: number): number {
  return a > b ? 1 : a === b ? 0.5 : 0;
}

/** Mean, 5th and 95th percentile of some curves at each k. */
function spread(curves: readonly (readonly number[])[]): DeletionTest<string>['random']['risk'] {
  const at = (k: number): number[] => curves.map((curve) => curve[k]!).sort((a, b) => a - b);
  const columns = Array.from({ length: curves[0]?.length ?? 0 }, (_, k) => at(k));
  return {
    mean: columns.map(mean),
    low: columns.map((values) => quantile(values, 0.05)),
    high: columns.map((values) => quantile(values, 0.95)),
  };
}

/** Linear between order statistics. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const next = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return sorted[below]! + (place - below) * (next - sorted[below]!);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
