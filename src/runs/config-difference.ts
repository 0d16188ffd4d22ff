import type { ConfigDifference } from '../protocol/panels/compare';
import type { RunManifest } from '../protocol/run';

type Value = ConfigDifference['values'][number];

/**
 * In what runs were set up differently: where their data come from, what they were built on, and every key of their
 * configuration. A key counts among the runs that have it, so a fine-tuning run differs from its parent in what both
 * could choose and not in what only one kind of run has.
 */
export function configDifferences(manifests: readonly RunManifest[]): ConfigDifference[] {
  const settings = manifests.map(settingsOf);
  const keys = new Set(settings.flatMap((setting) => [...setting.keys()]));
  return [...keys]
    .map((key) => ({ key, values: settings.map((setting) => setting.get(key)) }))
    .filter(({ values }) => new Set(values.filter((value) => value !== undefined)).size > 1)
    .map(({ key, values }) => ({ key, values: values.map((value) => value ?? null) }));
}

/** Everything about a run that a person chose, by name, in the order it is best read in. */
function settingsOf(run: RunManifest): Map<string, Value> {
  const chosen = new Map<string, Value>([
    ['kind', run.kind === 'pretrain' ? 'pretraining' : 'fine-tuning'],
    ['dataset', run.dataset.name],
    ['dataset content', shortHash(run.dataset.contentHash)],
  ]);
  if (run.kind === 'finetune') {
    chosen.set('labels', fileName(run.labels.file));
    chosen.set('labels content', shortHash(run.labels.sha256));
    chosen.set('from', run.from);
    if (run.fromStep !== null) chosen.set('from step', run.fromStep);
    if (run.like !== null) chosen.set('like', run.like);
  } else {
    chosen.set('excluded labels', run.exclude === null ? 'none' : fileName(run.exclude.file));
    if (run.exclude !== null) chosen.set('excluded labels content', shortHash(run.exclude.sha256));
  }
  chosen.set('training patients', run.split.train);
  for (const [key, value] of Object.entries(run.config)) chosen.set(key, value as Value);
  // Absent means: as many as the epochs need.
  chosen.set('steps', run.config.steps ?? 'by epochs');
  chosen.set('device', run.device);
  chosen.set('version', run.codeVersion);
  return chosen;
}

/** Enough to tell two contents apart. */
function shortHash(hash: string): string {
  return hash.replace(/^\w+:/, '').slice(0, 8);
}

/** The last part of a path of either kind of system: runs may have been made elsewhere. */
function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
