import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { NewRunEvent } from '../../../src/protocol/journal';
import { RunCatalogue } from '../../../src/runs/catalogue';
import { writeCheckpoint } from '../../../src/runs/checkpoints';
import { claimRun } from '../../../src/runs/claim';
import { currentFigures } from '../../../src/runs/figures';
import { readJournal } from '../../../src/runs/journal';
import { currentProcess } from '../../../src/runs/process';
import { ProcessMemory } from '../../../src/runs/process-memory';
import { enqueue } from '../../../src/runs/queue';
import type { RunFacts } from '../../../src/runs/run-facts';
import { listRuns } from '../../../src/runs/store';
import { deadPid, scratchFolder } from './child-program';
import {
  checkpointed,
  finetuneRun,
  finished,
  makeRun,
  pretrainRun,
  started,
  stopped,
  trained,
  validated,
  writeEvents,
} from './run-folders';

const quiet = { appeared: [], vanished: [], changed: [], endedNow: [] };

async function factsOf(home: string, id: string): Promise<RunFacts> {
  const catalogue = new RunCatalogue(home);
  await catalogue.refresh();
  const facts = catalogue.get(id);
  if (facts === undefined || facts.damaged) throw new Error(`The run is damaged: ${facts?.problem}`);
  return facts;
}
/** Lets a file look as if it had been written long ago, so that nothing but a new time makes it be read again. */
function age(folder: string): void {
  for (const name of ['', 'events.jsonl', 'checkpoints']) {
    const path = join(folder, name);
    if (existsSync(path)) utimesSync(path, 1_700_000_000, 1_700_000_000);
  }
}

describe('the facts of a run', () => {
  it('are those of its folder', async () => {
    const home = scratchFolder();
    const { id, folder } = makeRun(home, finetuneRun, [
      started(),
      trained(100),
      validated(100, { loss: 0.6, auroc: 0.71 }),
      checkpointed(100),
      trained(200, { loss: 0.5, patientsPerSecond: 90 }),
      validated(200, { loss: 0.7, auroc: 0.7 }),
      checkpointed(200, false),
      { ...validated(100), split: 'test', values: { auroc: 0.8 } } as NewRunEvent,
      { kind: 'finished', step: 200, reason: 'early-stopping' },
    ]);
    writeCheckpoint(folder, 100, () => undefined);
    writeCheckpoint(folder, 200, () => undefined);
    const evaluation = {
      n: 50,
      positives: 20,
      auroc: 0.8,
      aurocCi95: [0.7, 0.9],
      aurocVariance: 0.002,
      auprc: 0.7,
      brier: 0.2,
      logLoss: 0.5,
      ece: 0.1,
      calibrationSlope: 1,
      calibrationIntercept: 0,
    };
    writeFileSync(join(folder, 'metrics.json'), JSON.stringify({ bestStep: 100, evaluation }));
    const at = Date.UTC(2026, 10, 20, 10);
    expect(await factsOf(home, id)).toMatchObject({
      id,
      folder,
      state: 'finished',
      endingMessage: 'Ended early: validation had stopped improving.',
      step: 200,
      steps: 1000,
      epoch: 2,
      startedAt: at,
      endedAt: at + 8000,
      lastEventAt: at + 8000,
      trainLoss: 0.5,
      bestStep: 100,
      validLoss: 0.6,
      validAuroc: 0.71,
      testAuroc: 0.8,
      testAurocCi95: [0.7, 0.9],
      patientsPerSecond: 95,
      etaSeconds: null,
      resumedFrom: null,
      error: null,
      bug: false,
      pid: null,
      checkpoints: [
        { step: 100, best: true, folder: join(folder, 'checkpoints', '000000100') },
        { step: 200, best: false, folder: join(folder, 'checkpoints', '000000200') },
      ],
    });
  });

  it('tell why it failed, and whether that is a bug', async () => {
    const home = scratchFolder();
    const { id } = makeRun(home, pretrainRun, [
      started(),
      { kind: 'failed', message: 'The disk is full.', bug: false },
    ]);
    expect(await factsOf(home, id)).toMatchObject({
      state: 'failed',
      error: 'The disk is full.',
      bug: false,
    });
    const other = makeRun(home, pretrainRun, [{ kind: 'failed', message: 'A bug.', bug: true }]);
    expect(await factsOf(home, other.id)).toMatchObject({ state: 'failed', error: 'A bug.', bug: true });
  });

  it('say since when it waits', async () => {
    const home = scratchFolder();
    const { id, folder } = makeRun(home);
    enqueue(folder, { now: () => 5000 });
    expect(await factsOf(home, id)).toMatchObject({ state: 'queued', waitingSince: 5000, startedAt: null });
  });

  it('agree with the whole journal, wherever kills and resumes took figures back', async () => {
    const home = scratchFolder();
    let seed = 7;
    const random = (n: number): number => (seed = (seed * 48271) % 2147483647) % n;
    for (let run = 0; run < 25; run += 1) {
      const events: NewRunEvent[] = [started()];
      let saved = 0;
      let step = 0;
      for (let n = 0; n < 20 + random(700); n += 1) {
        step += 1 + random(3);
        events.push(trained(step));
        if (random(12) === 0) events.push(validated(step, { loss: random(1000) }));
        if (events.at(-1)!.kind === 'metric' && random(12) === 0) {
          events.push(validated(step, { loss: random(1000) }), checkpointed(step, random(3) === 0));
          saved = step;
        }
        if (random(60) === 0) {
          step = saved;
          events.push(started(step));
        }
      }
      const { id, folder } = makeRun(home, pretrainRun, events);
      const whole = currentFigures(readJournal(folder));
      const best = whole.metrics.findLast(
        (metric) => metric.split === 'validation' && metric.step === whole.bestStep,
      );
      const facts = await factsOf(home, id);
      expect([facts.bestStep, facts.validLoss], `run ${run}`).toEqual([
        whole.bestStep,
        best?.values['loss'] ?? null,
      ]);
      expect(facts.step).toBe(whole.metrics.at(-1)?.step ?? 0);
    }
  });

  it('agree with the list that reads everything', async () => {
    const home = scratchFolder();
    makeRun(home, pretrainRun, [started(), trained(1), stopped(1)]);
    makeRun(home, finetuneRun, [started(), trained(5)]);
    makeRun(home);
    mkdirSync(join(home, 'runs', 'broken'));
    const damaged = makeRun(home, { ...pretrainRun, createdAt: '2026-11-21T00:00:00.000Z' });
    writeFileSync(join(damaged.folder, 'events.jsonl'), '{"damaged"\n');
    const catalogue = new RunCatalogue(home);
    await catalogue.refresh();
    const plain = (
      runs: readonly { id: string; damaged: boolean; state?: string; problem?: string }[],
    ): unknown => runs.map((run) => [run.id, run.damaged ? run.problem : run.state]);
    expect(plain(catalogue.runs)).toEqual(plain(listRuns(home)));
  });
});

describe('a catalogue', () => {
  it('follows a run from its making to its end', async () => {
    const home = scratchFolder();
    const catalogue = new RunCatalogue(home);
    expect(await catalogue.refresh()).toEqual(quiet);
    const { id, folder } = makeRun(home);
    expect(await catalogue.refresh()).toEqual({ ...quiet, appeared: [id] });
    const claim = claimRun(folder, currentProcess());
    expect(await catalogue.refresh()).toEqual({ ...quiet, changed: [id] });
    expect(catalogue.get(id)).toMatchObject({ state: 'running', step: 0, pid: process.pid });
    writeEvents(folder, [started(), trained(10)]);
    expect(await catalogue.refresh()).toEqual({ ...quiet, changed: [id] });
    expect(catalogue.get(id)).toMatchObject({ step: 10, steps: 1000, trainLoss: 4.99, bestStep: null });
    expect(await catalogue.refresh(), 'nothing happened').toEqual(quiet);
    writeEvents(folder, [trained(20), validated(20), checkpointed(20), trained(30)]);
    await catalogue.refresh();
    expect(catalogue.get(id)).toMatchObject({ step: 30, bestStep: 20, validLoss: 5.48 });
    writeEvents(folder, [started(20), trained(21)]);
    await catalogue.refresh();
    expect(catalogue.get(id)).toMatchObject({ step: 21, bestStep: 20, resumedFrom: 20 });
    writeEvents(folder, [started(10), trained(11)]);
    await catalogue.refresh();
    expect(catalogue.get(id), 'the best step was taken back').toMatchObject({ step: 11, bestStep: null });
    writeEvents(folder, [finished(1000)]);
    claim.release();
    expect(await catalogue.refresh()).toEqual({
      ...quiet,
      changed: [id],
      endedNow: [{ id, state: 'finished' }],
    });
    expect(await catalogue.refresh()).toEqual(quiet);
    rmSync(folder, { recursive: true });
    expect(await catalogue.refresh()).toEqual({ ...quiet, vanished: [id] });
    expect(catalogue.runs).toEqual([]);
  });

  it('notices a process that dies without a word, and tells of no end that it has not seen coming', async () => {
    const home = scratchFolder();
    const old = makeRun(home, pretrainRun, [started(), finished(1000)]);
    const { id, folder } = makeRun(home, pretrainRun, [started(), trained(5)]);
    claimRun(folder, currentProcess());
    const catalogue = new RunCatalogue(home);
    const first = await catalogue.refresh();
    expect([first.endedNow, first.appeared.length]).toEqual([[], 2]);
    writeFileSync(join(folder, 'process.json'), JSON.stringify({ ...currentProcess(), pid: deadPid() }));
    expect((await catalogue.refresh()).endedNow).toEqual([{ id, state: 'interrupted' }]);
    expect(catalogue.get(old.id)).toMatchObject({ state: 'finished' });
  });

  it('reads a run that has ended again only when its files have changed', async () => {
    const home = scratchFolder();
    const { id, folder } = makeRun(home, pretrainRun, [started(), trained(5), stopped(5)]);
    const manifest = readFileSync(join(folder, 'run.json'), 'utf8');
    writeFileSync(join(folder, 'run.json'), manifest);
    age(folder);
    const catalogue = new RunCatalogue(home);
    await catalogue.refresh();
    const facts = catalogue.get(id);
    await catalogue.refresh();
    expect(catalogue.get(id), 'not even made anew').toBe(facts);
    writeFileSync(join(folder, 'metrics.json'), '{"damaged');
    expect((await catalogue.refresh()).changed).toEqual([id]);
    expect(catalogue.get(id)).toMatchObject({
      damaged: false,
      error: expect.stringMatching(/metrics\.json/),
    });
    appendFileSync(join(folder, 'events.jsonl'), '');
    writeEvents(folder, [started(5), trained(9)]);
    await catalogue.refresh();
    expect(catalogue.get(id)).toMatchObject({ state: 'interrupted', step: 9 });
  });

  it('survives damage, and takes a mended run back', async () => {
    const home = scratchFolder();
    const { id, folder } = makeRun(home, pretrainRun, [started(), stopped(1)]);
    const path = join(folder, 'run.json');
    const text = readFileSync(path, 'utf8');
    const catalogue = new RunCatalogue(home);
    writeFileSync(path, '{"torn');
    await catalogue.refresh();
    expect(catalogue.get(id)).toMatchObject({ damaged: true, problem: expect.stringMatching(/run\.json/) });
    expect((await catalogue.refresh()).changed).toEqual([]);
    writeFileSync(path, text);
    expect((await catalogue.refresh()).changed).toEqual([id]);
    expect(catalogue.get(id)).toMatchObject({ damaged: false, state: 'stopped' });
    rmSync(path);
    rmSync(join(folder, 'events.jsonl'));
    mkdirSync(join(folder, 'events.jsonl'));
    await catalogue.refresh();
    expect(catalogue.runs.length).toBe(1);
  });

  it('waits for the rest of a torn line, and reads a replaced journal from its beginning', async () => {
    const home = scratchFolder();
    const { id, folder } = makeRun(home, pretrainRun, [started(), trained(5)]);
    claimRun(folder, currentProcess());
    const path = join(folder, 'events.jsonl');
    const whole = readFileSync(path, 'utf8');
    const catalogue = new RunCatalogue(home);
    await catalogue.refresh();
    const next = JSON.stringify({ seq: 2, time: '2026-11-20T10:00:09.000Z', ...trained(6) });
    appendFileSync(path, next.slice(0, 30));
    await catalogue.refresh();
    expect(catalogue.get(id)).toMatchObject({ step: 5 });
    appendFileSync(path, `${next.slice(30)}\n`);
    await catalogue.refresh();
    expect(catalogue.get(id)).toMatchObject({ step: 6 });
    writeFileSync(path, whole);
    await catalogue.refresh();
    expect(catalogue.get(id)).toMatchObject({ step: 5 });
  });

  it('gives whoever asks meanwhile the same outcome', async () => {
    const home = scratchFolder();
    makeRun(home);
    const catalogue = new RunCatalogue(home);
    const [one, other] = await Promise.all([catalogue.refresh(), catalogue.refresh()]);
    expect(one).toBe(other);
    expect((await catalogue.refresh()).appeared).toEqual([]);
  });
});

describe('the time left', () => {
  async function etaOf(events: readonly NewRunEvent[], times: readonly number[]): Promise<number | null> {
    const home = scratchFolder();
    const { id, folder } = makeRun(home);
    const lines = events.map((event, seq) =>
      JSON.stringify({ seq, time: new Date(times[seq]! * 1000).toISOString(), ...event }),
    );
    writeFileSync(join(folder, 'events.jsonl'), `${lines.join('\n')}\n`);
    claimRun(folder, currentProcess());
    const catalogue = new RunCatalogue(home, { now: () => times.at(-1)! * 1000 });
    await catalogue.refresh();
    return (catalogue.get(id) as RunFacts).etaSeconds;
  }

  it('is the steps left at the pace of the reports', async () => {
    const steps = Array.from({ length: 30 }, (_, i) => i + 1);
    expect(
      await etaOf([started(), ...steps.map((n) => trained(n * 10))], [0, ...steps.map((n) => n * 2)]),
    ).toBe(140);
    expect(await etaOf([started(), trained(10)], [0, 3]), 'nothing to go by yet').toBeNull();
  });

  it('is not moved by a machine that slept', async () => {
    const steps = Array.from({ length: 30 }, (_, i) => i + 1);
    const times = [0, ...steps.map((n) => n * 2 + (n > 20 ? 8 * 3600 : 0))];
    expect(await etaOf([started(), ...steps.map((n) => trained(n * 10))], times)).toBe(140);
  });

  it('counts the validations that are still to come', async () => {
    // 100 steps take 10 s and a validation of 30 s; 600 of 1000 steps are done: 4 times 40 s are left.
    const events: NewRunEvent[] = [started()];
    const times = [0];
    let now = 0;
    for (let step = 10; step <= 610; step += 10) {
      events.push(trained(step));
      times.push((now += 1));
      if (step % 100 !== 0) continue;
      events.push(validated(step));
      times.push((now += 30));
    }
    const eta = await etaOf(events, times);
    expect(eta).toBeGreaterThan(140);
    expect(eta).toBeLessThan(175);
  });
});

describe('proving again and again that a process lives', () => {
  it('sees at once that a pid is gone, and takes another process with that pid for dead', () => {
    let clock = 0;
    const memory = new ProcessMemory(true, () => clock);
    const self = currentProcess();
    expect(memory.isAlive(self)).toBe(true);
    expect(memory.isAlive(self)).toBe(true);
    expect(memory.isAlive({ ...self, startTime: 'another' })).toBe(false);
    expect(memory.isAlive({ ...self, pid: deadPid() })).toBe(false);
    clock = 60_000;
    expect(memory.isAlive(self)).toBe(true);
  });
});
