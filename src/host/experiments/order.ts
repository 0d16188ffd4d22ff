import type { RunState } from '../../protocol/run';
import type { RunFacts } from '../../runs/run-facts';
import { byNumber } from '../../runs/run-order';

/** In which order runs stand beside each other; pretraining always before fine-tuning. */
export type RunOrder = 'newest' | 'name' | 'best' | 'state';
export const runOrders: readonly RunOrder[] = ['newest', 'name', 'best', 'state'];

/** An order that was kept; whatever else was kept in its place is the newest first. */
export function parseOrder(kept: unknown): RunOrder {
  return runOrders.find((order) => order === kept) ?? 'newest';
}

/** What a person has to look at comes first. */
const stateRank: Readonly<Record<RunState, number>> = {
  running: 0,
  queued: 1,
  interrupted: 2,
  failed: 3,
  stopped: 4,
  finished: 5,
};

/** Compares two runs for sorting; runs that are alike stand newest first. */
export function comparison(order: RunOrder): (a: RunFacts, b: RunFacts) => number {
  const first = {
    newest: () => 0,
    name: (a: RunFacts, b: RunFacts) => byNumber(a.id, b.id),
    best: (a: RunFacts, b: RunFacts) => score(b) - score(a),
    state: (a: RunFacts, b: RunFacts) => stateRank[a.state] - stateRank[b.state],
  }[order];
  return (a, b) => kindRank(a) - kindRank(b) || first(a, b) || newest(a, b);
}

function newest(a: RunFacts, b: RunFacts): number {
  const [one, other] = [a.manifest.createdAt, b.manifest.createdAt];
  // ISO moments of one form sort like their letters.
  return one === other ? byNumber(b.id, a.id) : one < other ? 1 : -1;
}

function kindRank({ manifest }: RunFacts): number {
  return manifest.kind === 'pretrain' ? 0 : 1;
}

/**
 * The larger the better. Fine-tuning: AUROC on test patients, else on validation patients; pretraining: the validation
 * loss. Runs without a figure come last, finitely, so that differences are numbers.
 */
function score(run: RunFacts): number {
  if (run.manifest.kind === 'finetune') return run.testAuroc ?? run.validAuroc ?? -Number.MAX_VALUE;
  return run.validLoss === null ? -Number.MAX_VALUE : -run.validLoss;
}
