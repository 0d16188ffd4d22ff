import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { RandomStream } from '../../src/engine/random';
import { countElements } from '../../src/engine/shape';
import { pretrainingParameters } from '../../src/model/pretraining';
import { pretrainConfig } from '../../src/protocol/config';
import { adamwBytes, measureMachine, stepFlops } from './floor';

/**
 * `npm run bench [-- --quick] [-- --import]`: ratios measured in one run. Nothing is asserted; run it on a quiet
 * machine. Each measurement is a process of its own, so that peak memory is its own.
 */
const options = new Set(process.argv.slice(2));
const quick = options.has('--quick');
const python = '/usr/bin/python3';
const batch = 32;
const vocabulary = 82_603;
const size = { ...pretrainConfig.parse({}), vocabulary };
const folder = mkdtempSync(join(tmpdir(), 'medbert-bench-'));

const say = (text = ''): void => void process.stdout.write(`${text}\n`);

/** Runs a program that prints one JSON line last; undefined when it is not installed or fails. */
function measured<T>(program: string, args: readonly string[]): T | undefined {
  const { stdout, status } = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? (JSON.parse(stdout.trim().split('\n').at(-1)!) as T) : undefined;
}

interface Steps {
  patientsPerSecond: number;
  medianStepMs: number;
  meanStepMs: number;
  batchMs: number;
  timings: { masks: number; runtime: number; optimizer: number };
  peakRssMb: number;
}
interface Torch {
  patientsPerSecond: number;
  secondsPerStep: number;
}

/** Lengths with the paper's mean of about 15 codes and a long tail, cut at 512. */
function realisticLengths(count: number): number[] {
  const random = new RandomStream(7);
  return Array.from({ length: count }, () =>
    Math.max(3, Math.min(512, Math.round(Math.exp(2.3 + 0.95 * random.normal())))),
  );
}

const torchInstalled = spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0;

async function pretraining(
  title: string,
  lengths: readonly number[],
  steps: number,
  torchSteps: number,
): Promise<void> {
  const file = join(folder, `${title.replaceAll(' ', '-')}.txt`);
  writeFileSync(file, lengths.join('\n'));
  const machine = await measureMachine(2);
  const ours = measured<Steps>(process.execPath, [
    'dist/pretrain-steps.js',
    String(vocabulary),
    String(batch),
    String(steps),
    file,
  ])!;
  const parameters = pretrainingParameters(size).reduce((sum, { shape }) => sum + countElements(shape), 0);
  const flops = (stepFlops(size, lengths) * batch) / lengths.length;
  const [products, adamw] = [flops / machine.flops, adamwBytes(parameters) / machine.bandwidth];
  const floor = products + adamw;
  const mean = lengths.reduce((a, b) => a + b, 0) / lengths.length;
  say(
    `\n${title}: vocabulary ${vocabulary}, B=${batch}, mean ${mean.toFixed(1)} codes, ${steps} steps, 2 threads`,
  );
  say(
    `  ours             ${ours.patientsPerSecond.toFixed(0)} patients/s, ${ours.meanStepMs.toFixed(0)} ms a step (median ${ours.medianStepMs.toFixed(0)}), peak RSS ${ours.peakRssMb.toFixed(0)} MB`,
  );
  say(
    `  floor            ${(floor * 1000).toFixed(0)} ms = products ${(products * 1000).toFixed(0)} at ${(machine.flops / 1e9).toFixed(0)} GFLOP/s + AdamW ${(adamw * 1000).toFixed(0)} at ${(machine.bandwidth / 1e9).toFixed(1)} GB/s`,
  );
  say(`  ours / floor     ${(ours.meanStepMs / 1000 / floor).toFixed(2)}`);
  const each = (ms: number): string => (ms / steps).toFixed(1);
  const { masks, runtime, optimizer } = ours.timings;
  say(
    `  where it goes    forward+backward ${each(runtime)} ms, AdamW+rows ${each(optimizer)}, dropout masks ${each(masks)}, packing ${ours.batchMs.toFixed(1)}`,
  );
  if (!torchInstalled) return say('  PyTorch          not installed (python3-torch)');
  for (const tuned of [false, true]) {
    const args = [
      'test/bench/torch_pretrain.py',
      '--vocabulary',
      String(vocabulary),
      '--batch',
      String(batch),
      '--lengths-file',
      file,
      '--steps',
      String(torchSteps),
      '--threads',
      '2',
    ];
    const torch = measured<Torch>(python, tuned ? [...args, '--tuned'] : args);
    if (torch)
      say(
        `  PyTorch ${tuned ? 'tuned  ' : 'untuned'}  ${torch.patientsPerSecond.toFixed(1)} patients/s; ours is ${(ours.patientsPerSecond / torch.patientsPerSecond).toFixed(1)}×`,
      );
  }
}

interface Imported {
  rowsPerSecond: number;
  peakRssMb: number;
}

function importing(patients: number): void {
  const records = join(folder, 'records');
  const cli = (...args: string[]): number => {
    const { status } = spawnSync(process.execPath, ['dist/cli.js', ...args], { stdio: 'ignore' });
    return status ?? 1;
  };
  say(`\nImport of ${patients} sample patients`);
  if (cli('sample', '--patients', String(patients), '--seed', '1', '--out', records) !== 0)
    throw new Error('The sample could not be made.');
  const table = join(records, 'records.tsv');
  const ours = measured<Imported>(process.execPath, [
    'dist/import-records.js',
    records,
    join(folder, 'home'),
  ])!;
  say(`  file             ${(statSync(table).size / 2 ** 20).toFixed(0)} MB`);
  say(`  ours             ${ours.rowsPerSecond.toFixed(0)} rows/s, peak RSS ${ours.peakRssMb.toFixed(0)} MB`);
  // The published way loops over patients in Python: a tenth of the records is enough to know its rate.
  const part = join(folder, 'part.tsv');
  const text = readFileSync(table).subarray(0, Math.min(statSync(table).size, 60_000_000));
  writeFileSync(part, text.subarray(0, text.lastIndexOf(10) + 1));
  const pandas = measured<Imported>(python, ['test/bench/pandas_import.py', part]);
  if (!pandas) return say('  pandas           not installed (python3-pandas)');
  say(
    `  pandas           ${pandas.rowsPerSecond.toFixed(0)} rows/s, peak RSS ${pandas.peakRssMb.toFixed(0)} MB on the first ${(statSync(part).size / 2 ** 20).toFixed(0)} MB; ours is ${(ours.rowsPerSecond / pandas.rowsPerSecond).toFixed(1)}×`,
  );
}

async function main(): Promise<void> {
  if (!existsSync('dist/cli.js')) throw new Error('Run this through `npm run bench`.');
  try {
    say(
      `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} processors, Node ${process.version}`,
    );
    await pretraining(
      'realistic lengths',
      realisticLengths(batch * (quick ? 8 : 40)),
      quick ? 8 : 40,
      quick ? 2 : 8,
    );
    if (!quick) await pretraining('dense T=512', new Array<number>(batch * 2).fill(512), 5, 2);
    importing(quick ? 20_000 : 1_000_000);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
