import type { RunFacts } from '../../runs/run-facts';

/** More would push the figures out of sight. */
const mostSettings = 2;

/**
 * What tells runs apart that stand beside each other: for each id the settings, at most two, in which the run departs
 * from what most of them have, such as `layers 2 · seed 7`. Nothing for a run that is like most, or stands alone.
 */
export function telling(siblings: readonly RunFacts[]): ReadonlyMap<string, string> {
  const told = new Map<string, string>();
  if (siblings.length < 2) return told;
  const settings = siblings.map(({ manifest }) => settingsOf(manifest));
  const keys = Object.keys(settings[0]!)
    .filter((key) => settings.some((setting) => setting[key] !== settings[0]![key]))
    .sort((a, b) => rank(a) - rank(b));
  const usual = new Map(keys.map((key) => [key, usualValue(settings.map((setting) => setting[key]))]));
  for (const [index, { id }] of siblings.entries()) {
    const own = settings[index]!;
    const special = keys.filter((key) => own[key] !== usual.get(key)?.value).slice(0, mostSettings);
    if (special.length > 0) told.set(id, special.map((key) => phrase(key, own[key])).join(' · '));
  }
  return told;
}

type Setting = Readonly<Record<string, unknown>>;

function settingsOf(manifest: RunFacts['manifest']): Setting {
  if (manifest.kind === 'pretrain') return { steps: undefined, ...manifest.config };
  const encoder = manifest.from === 'untrained' ? 'untrained' : 'pretrained';
  const labels = manifest.labels.file.split(/[\\/]/).at(-1);
  return { encoder, labels, steps: undefined, ...manifest.config };
}

/** The value that most have; undefined when every value is there once, so that none is usual. */
function usualValue(values: readonly unknown[]): { readonly value: unknown } | undefined {
  const counts = new Map<unknown, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most === undefined || most[1] < 2 ? undefined : { value: most[0] };
}

/** What people vary on purpose stands before what follows from it. */
const order = [
  'encoder',
  'labels',
  'head',
  'trainSize',
  'layers',
  'hidden',
  'learningRate',
  'seed',
  'steps',
  'epochs',
];

function rank(key: string): number {
  const at = order.indexOf(key);
  return at < 0 ? order.length : at;
}

function phrase(key: string, value: unknown): string {
  if (key === 'encoder' || key === 'labels' || key === 'head') return String(value);
  if (key === 'trainSize') return value === 0 ? 'trainSize all' : `trainSize ${String(value)}`;
  if (value === undefined) return `${key} by epochs`;
  if (typeof value === 'boolean') return value ? key : `no ${key}`;
  if (typeof value === 'number' && value > 0 && value < 0.01) return `${key} ${value.toExponential()}`;
  return `${key} ${String(value)}`;
}
