import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { UserError } from '../../../src/protocol/errors';
import type { RiskGlance } from '../../../src/protocol/explanation';
import { claimRun } from '../../../src/runs/claim';
import { datasetFolder, runFolder } from '../../../src/runs/home';
import { currentProcess } from '../../../src/runs/process';
import type { ExplainedRun } from '../../../src/tasks/explain';
import { ExplainedRuns } from '../../../src/tasks/explained-runs';
import { type ExplainedStudy, makeExplainedStudy } from './explained-study';

let study: ExplainedStudy;
beforeAll(async () => {
  study = await makeExplainedStudy();
}, 180_000);
afterAll(() => study.remove());

const ask = <T>(
  runs: ExplainedRuns,
  run: string,
  question: (run: ExplainedRun) => T | Promise<T>,
): Promise<T> => runs.ask({ home: study.home, run }, {}, question);
const itself = (run: ExplainedRun): ExplainedRun => run;

it('keeps what was asked last, and opens the others anew', async () => {
  const runs = new ExplainedRuns();
  const [one, two] = study.runs;
  const first = await ask(runs, one, itself);
  expect(await ask(runs, one, itself)).toBe(first);
  await ask(runs, two, itself);
  expect(await ask(runs, one, itself)).toBe(first);
  await ask(runs, study.encoderRun, itself);
  await ask(runs, two, itself);
  expect(await ask(runs, one, itself)).not.toBe(first);
});

it('opens a run anew when something changed that it was read from, and not under a question', async () => {
  const runs = new ExplainedRuns();
  const [run] = study.runs;
  const patient = study.tested[0]!.id;
  const first = await ask(runs, run, async (opened) => {
    utimesSync(join(datasetFolder(study.home, study.dataset), 'dataset.json'), 1, 1);
    expect(await ask(runs, run, itself)).not.toBe(opened);
    // The first one was let go, and still answers the question that it was asked.
    expect((await opened.glance(patient)).patient).toBe(patient);
    return opened;
  });
  expect(await ask(runs, run, itself)).not.toBe(first);
});

it('stays open while the journal of its run grows, and is opened anew when the work on it ends', async () => {
  const runs = new ExplainedRuns();
  const [run] = study.runs;
  const folder = runFolder(study.home, run);
  const claim = claimRun(folder, currentProcess());
  const first = await ask(runs, run, itself);
  utimesSync(join(folder, 'events.jsonl'), 1, 1);
  expect(await ask(runs, run, itself)).toBe(first);
  claim.release();
  expect(await ask(runs, run, itself)).not.toBe(first);
});

it('tells how good a run is by its figures as they are now', async () => {
  const runs = new ExplainedRuns();
  const [run] = study.runs;
  const patient = study.tested[0]!.id;
  const quality = (): Promise<unknown> =>
    ask(runs, run, async (opened) => (await opened.glance(patient)) as RiskGlance).then(
      (glance) => glance.quality?.auroc,
    );
  const file = join(runFolder(study.home, run), 'metrics.json');
  const written = readFileSync(file, 'utf8');
  const metrics = JSON.parse(written) as { evaluation: { auroc: number } };
  expect(await quality()).toBe(metrics.evaluation.auroc);
  metrics.evaluation.auroc = 0.125;
  writeFileSync(file, JSON.stringify(metrics));
  expect(await quality()).toBe(0.125);
  writeFileSync(file, written);
});

it('finds those in whom the model reads a code', async () => {
  const runs = new ExplainedRuns();
  const [run] = study.runs;
  const { codes } = await ask(runs, run, (opened) => opened.glance(study.tested[0]!.id));
  const wanted = codes.at(-1)!.code;
  const found = await ask(runs, run, (opened) => opened.withCode(wanted));
  expect(found).toContain(study.tested[0]!.id);
  const entries = await ask(runs, run, (opened) => opened.entries());
  for (const { id } of study.tested.slice(0, 20)) {
    const read = await ask(runs, run, (opened) => opened.glance(id));
    const entry = entries.find(({ patient }) => patient === id)!;
    expect([entry.codes, entry.known]).toEqual([
      read.codes.length,
      read.codes.filter(({ known }) => known).length,
    ]);
    expect(found.includes(id), 'the same as one by one').toBe(read.codes.some(({ code }) => code === wanted));
  }
  expect(await ask(runs, run, (opened) => opened.withCode('ICD10_NONE'))).toEqual([]);
  const short = wanted.replace(/^ICD\d+_/, '').toLowerCase();
  const shortly = await ask(runs, run, (opened) => opened.withCode(short));
  expect(shortly, 'as chips show it').toEqual(expect.arrayContaining(found));
});

it('says what is missing, and tries again', async () => {
  const runs = new ExplainedRuns();
  const file = join(datasetFolder(study.home, study.dataset), 'dataset.json');
  const [run] = study.runs;
  await ask(runs, run, itself);
  rmSync(file);
  await expect(ask(runs, run, itself)).rejects.toThrow(UserError);
  await expect(ask(runs, run, itself)).rejects.toThrow(UserError);
});
