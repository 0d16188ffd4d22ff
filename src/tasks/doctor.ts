import { mkdirSync, rmSync, statfsSync } from 'node:fs';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { withDuckDb } from '../ehr/duckdb';
import { CpuLearner } from '../engine/cpu-learner';
import { defaultAdamW } from '../engine/learner';
import { onnxruntimeCpu } from '../engine/runtimes/onnxruntime-cpu';
import { writeFileAtomic } from '../files/atomic';
import { finetuningParameters, finetuningProgram } from '../model/finetuning';
import { initialParameters } from '../model/parameters';
import { modelConfig } from '../protocol/config';
import { UserError } from '../protocol/errors';
import { packBatch } from '../training/batch';
import { codeVersion } from './version';

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** Whether the product cannot work without it. */
  readonly required: boolean;
  readonly detail: string;
}

/** Tries each thing that the product needs, really. */
export async function diagnose(home: string): Promise<Check[]> {
  return [
    {
      name: 'Med-BERT Explorer',
      ok: true,
      required: true,
      detail: `${codeVersion}, Node ${process.version}, ${process.platform} ${process.arch}`,
    },
    {
      name: 'processors and memory',
      ok: totalmem() > 4e9,
      required: false,
      detail: `${availableParallelism()} processors, ${gigabytes(freemem())} of ${gigabytes(totalmem())} memory free`,
    },
    await tried('home folder', () => tryHome(home)),
    await tried('records (DuckDB)', tryDuckDb),
    await tried('training (CPU)', tryTraining),
  ];
}

async function tried(name: string, attempt: () => Promise<string> | string): Promise<Check> {
  try {
    return { name, ok: true, required: true, detail: await attempt() };
  } catch (error) {
    const detail = error instanceof UserError ? error.explain() : String(error);
    return { name, ok: false, required: true, detail: detail.replaceAll('\n', ' ') };
  }
}

function tryHome(home: string): string {
  const existed = mkdirSync(home, { recursive: true }) === undefined;
  const probe = join(home, '.doctor');
  writeFileAtomic(probe, 'probe');
  rmSync(probe);
  const { bavail, bsize } = statfsSync(home);
  if (!existed) rmSync(home, { recursive: true });
  return `${home} can be written, ${gigabytes(bavail * bsize)} free`;
}

async function tryDuckDb(): Promise<string> {
  return withDuckDb({}, async (connection) => {
    const reader = await connection.runAndReadAll('select version() as version');
    return `DuckDB ${String(reader.getRows()[0]![0])}`;
  });
}

/** A few real training steps of a tiny model: the loss must fall. */
async function tryTraining(): Promise<string> {
  const size = {
    ...modelConfig.parse({ hidden: 16, layers: 1, heads: 2, intermediate: 8, maxLength: 8 }),
    vocabulary: 8,
  };
  const specs = finetuningParameters(size, 'ffl');
  const build = (groups: number) => finetuningProgram({ ...size, dropout: 0 }, 'ffl', groups);
  const learner = new CpuLearner(onnxruntimeCpu({ threads: 0 }), specs, build, defaultAdamW, 1);
  learner.restore({ parameters: initialParameters(specs, 1) });
  const codes = Int32Array.of(3, 4, 5, 6, 7, 3);
  const ones = new Int32Array(6).fill(1);
  const losses: number[] = [];
  for (let step = 0; step < 20; step++) {
    const batch = packBatch({ offsets: [0, 2, 6], ids: codes, ranks: ones, visits: ones }, [0, 1]);
    batch.feeds.set('label', Float32Array.from(batch.patients)).set('weight', Float32Array.of(0.5, 0.5));
    const { monitors } = await learner.learn([batch], 0.01);
    losses.push(monitors[0]!.get('loss')![0]!);
  }
  await learner.close();
  if (!(losses.at(-1)! < losses[0]!)) throw new Error('The loss of a small training did not fall.');
  return `onnxruntime trains: loss ${losses[0]!.toFixed(3)} → ${losses.at(-1)!.toFixed(3)} in 20 steps`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
