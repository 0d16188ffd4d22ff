import type { RunManifest, RunState } from '../../protocol/run';
import type { ListedRun } from '../../runs/run-facts';

/** Which runs the tree shows. */
export interface RunFilter {
  /**
   * Words that must all occur in what is known of a run: id, dataset, state, kind, head, parent, device. `a|b` is
   * either of two; `layers=2` a setting with exactly that value.
   */
  readonly text: string;
  /** States to show; empty = all. */
  readonly states: readonly RunState[];
}

export const noFilter: RunFilter = { text: '', states: [] };

export const runStates: readonly RunState[] = [
  'running',
  'queued',
  'finished',
  'stopped',
  'failed',
  'interrupted',
];

/** A filter that was kept; whatever else was kept in its place is none. */
export function parseFilter(kept: unknown): RunFilter {
  if (typeof kept !== 'object' || kept === null) return noFilter;
  const { text, states } = kept as Partial<Record<keyof RunFilter, unknown>>;
  const known = Array.isArray(states) ? runStates.filter((state) => states.includes(state)) : [];
  return { text: typeof text === 'string' ? text : '', states: known };
}

export function isFiltering({ text, states }: RunFilter): boolean {
  return text.trim() !== '' || states.length > 0;
}

/** The filter as a question that every run answers. */
export function runMatcher({ text, states }: RunFilter): (run: ListedRun) => boolean {
  const terms = text.toLowerCase().split(/\s+/).filter(Boolean).map(parseTerm);
  return (run) => {
    if (run.damaged)
      return states.length === 0 && terms.every((term) => matches(term, damagedTraits(run.id)));
    if (states.length > 0 && !states.includes(run.state)) return false;
    if (terms.length === 0) return true;
    const { words, settings } = traitsOf(run.manifest);
    // A run whose process is gone is shown as failed.
    const state = run.state === 'interrupted' ? 'interrupted failed' : run.state;
    const traits = { words: `${words} ${state}`, settings };
    return terms.every((term) => matches(term, traits));
  };
}

/** What is known of a run, in small letters: words to find parts of, and settings as `key=value`. */
interface Traits {
  readonly words: string;
  readonly settings: ReadonlySet<string>;
}
type Term = readonly string[];

function parseTerm(word: string): Term {
  return word.split('|').filter(Boolean);
}

function matches(term: Term, { words, settings }: Traits): boolean {
  return term.some((one) => (one.includes('=') ? settings.has(one) : words.includes(one)));
}

function damagedTraits(id: string): Traits {
  return { words: `${id.toLowerCase()} damaged`, settings: new Set() };
}

/** A manifest never changes, so what is known from it is put together once. */
const known = new WeakMap<RunManifest, Traits>();

function traitsOf(manifest: RunManifest): Traits {
  const present = known.get(manifest);
  if (present !== undefined) return present;
  const finetune =
    manifest.kind === 'finetune' ? ['fine-tuning', manifest.config.head, manifest.from] : ['pretraining'];
  const words = [manifest.id, manifest.kind, manifest.dataset.name, manifest.device, ...finetune];
  const chosen = { ...manifest.config, ...(manifest.kind === 'finetune' ? { from: manifest.from } : {}) };
  const settings = Object.entries({ ...chosen, dataset: manifest.dataset.name, kind: manifest.kind });
  const traits = {
    words: words.join(' ').toLowerCase(),
    settings: new Set(settings.map(([key, value]) => `${key}=${String(value)}`.toLowerCase())),
  };
  known.set(manifest, traits);
  return traits;
}
