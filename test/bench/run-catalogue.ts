import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pretrainConfig } from '../../src/protocol/config';
import { RunCatalogue } from '../../src/runs/catalogue';
import { currentProcess } from '../../src/runs/process';
import { round, timed } from './timed';

/** What a tree of many runs costs the editor: `node run-catalogue.js [RUNS] [EVENTS]`. Prints one JSON line. */
const runs = Number(process.argv[2] ?? 1000);
const events = Number(process.argv[3] ?? 3000);
const live = 3;
const home = mkdtempSync(join(tmpdir(), 'medbert-bench-'));

const line = (seq: number, event: object): string =>
  `${JSON.stringify({ seq, time: new Date(Date.UTC(2026, 10, 1) + seq * 500).toISOString(), ...event })}\n`;

function report(seq: number): string {
  const epoch = seq / 300;
  const loss = 3 + 4 / (1 + seq / 400) + Math.sin(seq * 12.9898) / 10;
  const values = {
    loss,
    mlmLoss: loss * 0.91,
    losLoss: loss * 0.09,
    mlmAccuracy: 0.34 / loss,
    gradientNorm: 0.7,
    learningRate: 5e-5,
    patientsPerSecond: 541.2 + loss,
    tokensPerSecond: 8612.7 + loss,
  };
  return line(seq, { kind: 'metric', step: seq * 12, epoch, split: 'train', values });
}

/** A journal as training writes it: a validation and a checkpoint every hundred reports; the best is `behind` validations back. */
function journal(behind: number, ended: boolean): string {
  const lines = [line(0, { kind: 'started', step: 0, steps: events * 12, pid: 7 })];
  for (let seq = 1; seq < events; seq += 1) {
    const phase = seq % 100;
    if (phase === 98) {
      const values = {
        loss: 4.2,
        trainLoss: 4.1,
        mlmLoss: 3.9,
        mlmAccuracy: 0.31,
        losLoss: 0.3,
        losAuroc: 0.79,
      };
      lines.push(
        line(seq, { kind: 'metric', step: (seq - 1) * 12, epoch: seq / 300, split: 'validation', values }),
      );
    } else if (phase === 99) {
      const best = seq < events - behind * 100;
      const step = (seq - 2) * 12;
      lines.push(line(seq, { kind: 'checkpoint', step, folder: String(step).padStart(9, '0'), best }));
    } else lines.push(report(seq));
  }
  if (ended) lines.push(line(events, { kind: 'finished', step: events * 12, reason: 'completed' }));
  return lines.join('');
}

const ended = [0, 1, 2, 5].map((behind) => journal(behind, true));
const alive = journal(1, false);
for (let index = 0; index < runs; index += 1) {
  const id = `pretrain-20261101-${index + 1}`;
  const folder = join(home, 'runs', id);
  const isLive = index < live;
  const text = isLive ? alive : ended[index % ended.length]!;
  mkdirSync(join(folder, 'checkpoints', '000001000'), { recursive: true });
  mkdirSync(join(folder, 'checkpoints', '000002000'));
  const manifest = {
    version: 1,
    id,
    kind: 'pretrain',
    createdAt: new Date(Date.UTC(2026, 10, 1) + index * 1000).toISOString(),
    codeVersion: '0.1.0',
    device: 'onnxruntime-cpu',
    dataset: { name: 'claims-2019', contentHash: 'abc' },
    config: pretrainConfig.parse({ seed: index }),
    exclude: null,
    split: { train: 70_000, validation: 20_000, test: 10_000 },
    vocabulary: 82_603,
  };
  writeFileSync(join(folder, 'run.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(join(folder, 'events.jsonl'), text);
  if (isLive) writeFileSync(join(folder, 'process.json'), JSON.stringify(currentProcess()));
  else
    writeFileSync(
      join(folder, 'metrics.json'),
      JSON.stringify({ bestStep: 0, test: { loss: 4.1, losAuroc: 0.8 } }).replace(
        '"bestStep":0',
        `"bestStep":${bestStepOf(text)}`,
      ),
    );
}

function bestStepOf(text: string): number {
  const at = text.lastIndexOf('"best":true');
  return (JSON.parse(text.slice(text.lastIndexOf('\n', at) + 1, text.indexOf('\n', at))) as { step: number })
    .step;
}

const heap = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
};
const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

void (async () => {
  const before = heap();
  const catalogue = new RunCatalogue(home);
  const first = await timed(() => catalogue.refresh());
  // What was written a moment ago is looked at again until it has come to rest.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await catalogue.refresh();
  const withLive: number[] = [];
  for (let turn = 0; turn < 20; turn += 1) {
    for (let index = 0; index < live; index += 1) {
      const path = join(home, 'runs', `pretrain-20261101-${index + 1}`, 'events.jsonl');
      appendFileSync(path, report(events + turn));
    }
    withLive.push((await timed(() => catalogue.refresh())).ms);
  }
  const heapMb = round(heap() - before);
  for (let index = 0; index < live; index += 1) {
    const path = join(home, 'runs', `pretrain-20261101-${index + 1}`);
    rmSync(join(path, 'process.json'));
    appendFileSync(join(path, 'events.jsonl'), line(events + 99, { kind: 'stopped', step: 5 }));
  }
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await catalogue.refresh();
  const idle: number[] = [];
  for (let turn = 0; turn < 20; turn += 1) idle.push((await timed(() => catalogue.refresh())).ms);
  const sample = catalogue.runs.find((run) => !run.damaged && run.state === 'finished');
  process.stdout.write(
    `${JSON.stringify({
      runs,
      events,
      first,
      withLiveMs: middle(withLive),
      idleMs: middle(idle),
      heapMb,
      shown: catalogue.runs.length,
      sample: sample?.damaged === false ? [sample.step, sample.bestStep, sample.validLoss] : null,
    })}\n`,
  );
  rmSync(home, { recursive: true, force: true });
})();
