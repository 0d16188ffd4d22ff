import { onTestFinished } from 'vitest';
import type { Host } from '../../../src/host/host';
import { patientPanel } from '../../../src/host/panels/patient-panel';
import type { PanelSource } from '../../../src/host/panels/panel';
import { CancelledError } from '../../../src/protocol/errors';
import type { PatientEntry } from '../../../src/protocol/explanation';
import {
  initialView,
  type PatientAction,
  type PatientData,
  type PatientFilter,
  type PatientSubject,
  type PatientView,
} from '../../../src/protocol/panels/patient';
import type { PanelState } from '../../../src/protocol/panels/panel';

export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
/** The canary: it may be on the page and in the files that were asked for, and nowhere else. */
export const patient = 'CANARY-4711';
export const code = 'ICD10_CANARY';

interface Question {
  readonly name: string;
  readonly question: Record<string, unknown>;
  readonly signal: AbortSignal;
  readonly answer: (result: unknown) => void;
  readonly refuse: (error: unknown) => void;
  readonly progress: ((report: { phase: string; done: number; total?: number }) => void) | undefined;
}

/** A panel whose query worker is the test. */
export class Opened {
  readonly shown: PanelState<PatientData>[] = [];
  readonly asked: Question[] = [];
  readonly subjects: PatientSubject[] = [];
  readonly told: unknown[] = [];
  readonly source: PanelSource<PatientView, PatientAction>;
  facts: Record<string, unknown> | undefined = {
    bestStep: 7,
    manifest: { id: 'r', kind: 'finetune', dataset: { name: 'd' }, config: { head: 'ffl' }, from: 'p' },
  };
  contentHash: string | undefined = 'one';
  view = initialView;
  readonly #changed = new Set<() => void>();

  constructor(subject: PatientSubject = { run: 'r', patient }) {
    const onDidChange = (listener: () => void): { dispose: () => void } => {
      this.#changed.add(listener);
      return { dispose: () => this.#changed.delete(listener) };
    };
    const host = {
      ...{ home: '/home', workspaceFolder: '/', settings: { minimumCellCount: 2 } },
      datasets: {
        onDidChange,
        find: () =>
          this.contentHash === undefined ? undefined : { description: { contentHash: this.contentHash } },
      },
      runs: { onDidChange, refresh: () => Promise.resolve(), facts: () => this.facts },
      explain: {
        ask: (
          name: string,
          question: Record<string, unknown>,
          { signal, progress }: { signal: AbortSignal; progress?: Question['progress'] },
        ) =>
          new Promise((answer, refuse) => {
            this.asked.push({ name, question, signal, answer, refuse, progress });
            signal.addEventListener('abort', () => refuse(new CancelledError('It')));
          }),
      },
      log: { show: () => undefined },
      tell: (error: unknown) => void this.told.push(error),
    } as unknown as Host;
    const page = {
      show: (state: PanelState<PatientData>) => void this.shown.push(structuredClone(state)),
      setSubject: (next: PatientSubject) => void this.subjects.push(next),
      visible: true,
    };
    this.source = patientPanel.open(subject, page, host);
    onTestFinished(() => this.source.dispose());
  }

  async look(change: Partial<PatientView> = {}): Promise<void> {
    this.view = { ...this.view, ...change };
    this.source.look(this.view);
    await settled();
  }

  filter(change: Partial<PatientFilter>): Promise<void> {
    return this.look({ filter: { ...this.view.filter, ...change } });
  }

  async act(action: PatientAction): Promise<void> {
    void this.source.act(action);
    await settled();
  }

  /** The latest question of a name. */
  question(name: string): Question {
    const found = this.asked.filter((one) => one.name === name).at(-1);
    if (found === undefined) throw new Error(`Nobody asked ${name}`);
    return found;
  }

  async answer(name: string, result: unknown): Promise<void> {
    this.question(name).answer(result);
    await settled();
  }

  async refuse(name: string, error: unknown): Promise<void> {
    this.question(name).refuse(error);
    await settled();
  }

  async change(): Promise<void> {
    for (const listener of [...this.#changed]) listener();
    await settled();
  }

  get data(): PatientData {
    const state = this.shown.at(-1)!;
    if (state.kind !== 'ready') throw new Error(`The page is ${state.kind}`);
    return state.data;
  }

  /** Opened, with everything answered. */
  static async whole(): Promise<Opened> {
    const panel = new Opened();
    await panel.look();
    await panel.answer('patients', entries);
    await panel.answer('glance', glance);
    await panel.answer('attention', { length: 1, weights: new Float32Array([1]) });
    await panel.answer('attributed', attributed);
    await panel.answer('explain', explanation);
    return panel;
  }
}

export const entries: PatientEntry[] = [
  { patient: 'low', part: 'test', label: 0, risk: 0.1, codes: 3, known: 3 },
  { patient, part: 'test', label: 1, risk: 0.7, codes: 1, known: 1 },
  { patient: 'high', part: 'test', label: 0, risk: 0.9, codes: 8, known: 8 },
  { patient: 'missed', part: 'test', label: 1, risk: 0.3, codes: 5, known: 5 },
  { patient: 'trained', part: 'train', label: 1, risk: null, codes: 5, known: 5 },
];
export const glance = {
  ...{ kind: 'finetune', run: 'r', patient, risk: 0.7, codes: [{ code }], visits: [], notes: [] },
  attention: { layers: 6, heads: 4, received: [1] },
};
export const attributed = { ...glance, attribution: { values: [0.4] } };
export const explanation = { ...attributed, agreement: { sentences: [] } };
