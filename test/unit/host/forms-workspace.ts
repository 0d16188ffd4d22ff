import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../../../src/host/host';
import { finetuneConfig, pretrainConfig } from '../../../src/protocol/config';
import type { RunFacts } from '../../../src/runs/run-facts';

/** What stands in the home folder of a {@link FormWorkspace}. */
export interface Study {
  datasets: readonly string[];
  runs: readonly RunFacts[];
  threads?: number;
}

/** What matters of a run to a form. */
export interface SomeRun {
  kind?: 'pretrain' | 'finetune';
  state?: RunFacts['state'];
  dataset?: string;
  exclude?: string | null;
  maxLength?: number;
}

/** A workspace folder with a study in it, and hosts of a window on it. */
export class FormWorkspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'forms-'));
  readonly labels = join(this.folder, 'study', 'labels.tsv');
  readonly memory = new Map<string, unknown>();

  constructor() {
    mkdirSync(join(this.folder, 'study'));
    writeFileSync(this.labels, 'patient_id\tlabel\tindex_date\nP1\t1\t2020-01-01\n');
    writeFileSync(join(this.folder, 'study', 'records.tsv'), 'patient\tadmit\n');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** A window that shows these datasets and runs (newest first). */
  hostWith({ datasets, runs, threads = 0 }: Study): Host {
    const { folder, memory } = this;
    const all = datasets.map((name) => ({
      name,
      folder: join(folder, '.medbert', 'datasets', name),
      description: {
        source: join(folder, name),
        contentHash: `hash of ${name}`,
        counts: { kept: { patients: 2000, visits: 9000, rows: 30_000, codes: 500 } },
      },
    }));
    return {
      home: join(folder, '.medbert'),
      workspaceFolder: folder,
      settings: { threads },
      memory: {
        get: (key: string) => memory.get(key),
        update: (key: string, value: unknown) =>
          Promise.resolve(memory.set(key, JSON.parse(JSON.stringify(value)))),
      },
      datasets: {
        all,
        refresh: () => undefined,
        find: (name: string) => all.find((one) => one.name === name),
      },
      runs: {
        readable: runs,
        refresh: () => Promise.resolve(),
        facts: (id: string) => runs.find((run) => run.id === id),
      },
    } as unknown as Host;
  }

  /** A run of the dataset `study`, finished unless told otherwise. */
  run(
    id: string,
    { kind = 'pretrain', state = 'finished', dataset = 'study', ...more }: SomeRun = {},
  ): RunFacts {
    const { folder, labels } = this;
    const { exclude = labels, maxLength = 512 } = more;
    const data = { name: dataset, contentHash: `hash of ${dataset}` };
    const manifest =
      kind === 'pretrain'
        ? {
            kind,
            exclude: exclude === null ? null : { file: exclude },
            config: pretrainConfig.parse({ maxLength }),
          }
        : { kind, labels: { file: labels }, from: 'p-1', config: finetuneConfig.parse({ maxLength }) };
    return {
      id,
      state,
      folder: join(folder, '.medbert', 'runs', id),
      manifest: { ...manifest, dataset: data, createdAt: '2026-11-22T10:00:00.000Z' },
      bestStep: 120,
      validLoss: 4.02,
      mlmAccuracy: 0.341,
      testAuroc: 0.854,
      testAurocCi95: [0.834, 0.874],
      validAuroc: 0.86,
      checkpoints: [{ step: 120 }],
    } as unknown as RunFacts;
  }
}
