import type { RunManifest } from '../protocol/run';
import { configDifferences } from '../runs/config-difference';
import { untrained } from './finetune';

/** Keys that a name tells in words of its own, or that only follow from others. */
const toldElsewhere = new Set([
  'kind',
  'dataset content',
  'labels content',
  'excluded labels content',
  'training patients',
  'from',
  'from step',
  'like',
  'head',
  'trainSize',
  'seed',
  'threads',
  'device',
  'version',
]);
/** A name is read at a glance; the table of differences tells the rest. */
const mostParts = 4;

/**
 * What sets each run apart from the others of its kind, in a few words: `untrained · 100 patients`. Runs that nothing
 * short tells apart are named by their ids.
 *
 * @param seeds whether the seed may be part of a name; without it names stand for groups and no id is used
 */
export function distinguishingNames(runs: readonly RunManifest[], seeds = true): string[] {
  const names = new Map<RunManifest, string>();
  for (const kind of ['finetune', 'pretrain'] as const) {
    const alike = runs.filter((run) => run.kind === kind);
    partsOfNames(alike, seeds).forEach((parts, i) => names.set(alike[i]!, parts.join(' · ')));
  }
  const taken = [...names.values()];
  return runs.map((run) => {
    const name = names.get(run)!;
    if (!seeds) return name === '' ? plainName(run) : name;
    const unique = name !== '' && taken.indexOf(name) === taken.lastIndexOf(name);
    return unique ? name : run.id;
  });
}

function partsOfNames(runs: readonly RunManifest[], seeds: boolean): string[][] {
  const differences = configDifferences(runs);
  const differing = new Set(differences.map(({ key }) => key));
  const others = differences.filter(({ key }) => !toldElsewhere.has(key));
  const parents = new Set(runs.flatMap((run) => (run.kind === 'finetune' ? run.from : [])));
  parents.delete(untrained);
  return runs.map((run, i) => {
    const parts: string[] = [];
    if (run.kind === 'finetune') {
      if (differing.has('head')) parts.push(run.config.head.toUpperCase());
      if (differing.has('from')) parts.push(encoderName(run.from, parents.size));
      if (differing.has('training patients') && differing.has('trainSize')) {
        parts.push(`${run.split.train.toLocaleString('en')} patients`);
      }
    }
    parts.push(...others.map(({ key, values }) => `${key} ${String(values[i] ?? '–')}`));
    if (seeds && differing.has('seed')) parts.push(`seed ${run.config.seed}`);
    return parts.length > mostParts ? [] : parts;
  });
}

/** For runs that nothing sets apart. */
function plainName(run: RunManifest): string {
  return run.kind === 'pretrain' ? 'pretraining' : `${run.config.head.toUpperCase()} · ${run.from}`;
}

function encoderName(from: string, parents: number): string {
  if (from === untrained) return 'untrained';
  return parents === 1 ? 'Med-BERT' : from;
}
