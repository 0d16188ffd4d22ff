import { appendFileSync, closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CurvesView } from '../../src/protocol/panels/curves';
import { RunCatalogue } from '../../src/runs/catalogue';
import { curvesCsv } from '../../src/runs/curves/curves-csv';
import { curvesData, type CurvesFrame } from '../../src/runs/curves/curves-data';
import { JournalSeries } from '../../src/runs/curves/journal-series';
import { pretrainConfig } from '../../src/protocol/config';
import { createRun } from '../../src/runs/store';
import { round, timed } from './timed';

/** What the curves of a very long run cost the editor: `node curve-series.js [REPORTS]`. Prints one JSON line. */
const reports = Number(process.argv[2] ?? 1_000_000);
const home = mkdtempSync(join(tmpdir(), 'medbert-bench-'));

const { id, folder } = createRun(home, {
  kind: 'pretrain',
  createdAt: '2026-11-01T00:00:00.000Z',
  codeVersion: '0.1.0',
  device: 'onnxruntime-cpu',
  dataset: { name: 'claims-2019', contentHash: 'abc' },
  config: pretrainConfig.parse({ steps: reports * 12 }),
  exclude: null,
  split: { train: 70_000, validation: 20_000, test: 10_000 },
  vocabulary: 82_603,
});
const path = join(folder, 'events.jsonl');

let seq = 0;
function line(event: object): string {
  const time = new Date(Date.UTC(2026, 10, 1) + seq * 500).toISOString();
  return `${JSON.stringify({ seq: seq++, time, ...event })}\n`;
}

function report(): string {
  const step = seq * 12;
  const loss = 3 + 4 / (1 + seq / 40_000) + Math.sin(seq * 12.9898) / 10;
  const values = {
    loss,
    mlmLoss: loss * 0.91,
    losLoss: loss * 0.09,
    mlmAccuracy: 0.34 / loss,
    gradientNorm: 0.7 + Math.cos(seq) / 10,
    learningRate: 5e-5 * (1 - seq / reports),
    patientsPerSecond: 541.2 + loss,
    tokensPerSecond: 8612.7 + loss,
  };
  return line({ kind: 'metric', step, epoch: step / 26_250, split: 'train', values });
}

function write(): void {
  const file = openSync(path, 'w');
  writeSync(file, line({ kind: 'started', step: 0, steps: reports * 12, pid: 7 }));
  let text = '';
  while (seq < reports) {
    text += report();
    if (seq % 1000 === 0) {
      const values = { loss: 4.2, mlmAccuracy: 0.31, losAuroc: 0.79 };
      const step = seq * 12;
      text += line({ kind: 'metric', step, epoch: step / 26_250, split: 'validation', values });
      text += line({ kind: 'checkpoint', step, folder: '000012000', best: true });
    }
    if (text.length > 1 << 20) {
      writeSync(file, text);
      text = '';
    }
  }
  writeSync(file, text);
  closeSync(file);
}

const memory = (): number => {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
};

void (async () => {
  write();
  const catalogue = new RunCatalogue(home);
  const list = await timed(() => catalogue.refresh());
  const facts = catalogue.get(id);
  if (facts === undefined || facts.damaged) throw new Error('The run cannot be read.');
  const before = memory();
  const series = new JournalSeries(folder);
  const first = await timed(() => series.follow());
  const whole: CurvesView = {
    x: 'step',
    range: null,
    pixels: 1200,
    smoothing: 0.6,
    bands: true,
    cursor: null,
    hidden: [],
  };
  const frame: CurvesFrame = {
    series: new Map(),
    knownRuns: 1,
    context: [],
    stopping: false,
    locked: null,
    minimumCellCount: 10,
    now: 0,
  };
  const draw = async (view: CurvesView): Promise<number> =>
    JSON.stringify(await curvesData([{ facts, series }], view, frame)).length;
  const firstDraw = await timed(() => draw(whole));
  const redraws: { ms: number; longestBlockMs: number }[] = [];
  for (let turn = 0; turn < 20; turn += 1) {
    appendFileSync(path, report());
    redraws.push(
      await timed(async () => {
        await series.follow();
        await draw(whole);
      }),
    );
  }
  redraws.sort((a, b) => a.ms - b.ms);
  const otherSmoothing = await timed(() => draw({ ...whole, smoothing: 0.9 }));
  const memoryMb = round(memory() - before);
  const csv = await timed(async () => {
    for (const piece of curvesCsv([{ facts, series }])) {
      if (piece.length > 0) await nextTurn();
    }
  });
  process.stdout.write(
    `${JSON.stringify({
      reports,
      journalMb: round(statSync(path).size / 2 ** 20),
      list,
      first,
      firstDraw,
      redraw: redraws[10],
      slowestRedraw: redraws.at(-1),
      otherSmoothing,
      csv,
      messageKb: round((await draw(whole)) / 1024),
      memoryMb,
    })}\n`,
  );
  rmSync(home, { recursive: true, force: true });
})();
