import { describe, expect, it } from 'vitest';
import type { NewRunEvent } from '../../../src/protocol/journal';
import { RunCatalogue } from '../../../src/runs/catalogue';
import { claimRun } from '../../../src/runs/claim';
import { currentFigures, type Metric } from '../../../src/runs/figures';
import { readJournal } from '../../../src/runs/journal';
import { currentProcess } from '../../../src/runs/process';
import type { RunFacts } from '../../../src/runs/run-facts';
import { scratchFolder } from './child-program';
import { checkpointed, makeRun, pretrainRun, started, trained, validated, writeEvents } from './run-folders';

async function factsOf(home: string, id: string): Promise<RunFacts> {
  const catalogue = new RunCatalogue(home);
  await catalogue.refresh();
  return catalogue.get(id) as RunFacts;
}
const lastOf = ({ epoch, trainLoss, patientsPerSecond }: RunFacts): unknown => ({
  epoch,
  trainLoss,
  patientsPerSecond,
});
/** What a list says of these figures, worked out from all of them. */
function expectedOf(metrics: readonly Metric[]): unknown {
  const training = metrics.filter(({ split }) => split === 'train');
  const speeds = training
    .slice(-9)
    .map(({ values }) => values['patientsPerSecond']!)
    .sort((a, b) => a - b);
  const [low, high] = [speeds[(speeds.length - 1) >> 1], speeds[speeds.length >> 1]];
  return {
    epoch: metrics.at(-1)?.epoch ?? null,
    trainLoss: training.at(-1)?.values['loss'] ?? null,
    patientsPerSecond: low === undefined || high === undefined ? null : (low + high) / 2,
  };
}

describe('loss, epoch and speed in the list', () => {
  it('agree with the whole journal, wherever kills and resumes took figures back', async () => {
    let seed = 11;
    const random = (n: number): number => (seed = (seed * 48271) % 2147483647) % n;
    for (let run = 0; run < 20; run += 1) {
      const home = scratchFolder();
      const { id, folder } = makeRun(home);
      const following = new RunCatalogue(home);
      let events: NewRunEvent[] = [started()];
      let [step, saved] = [0, 0];
      for (let n = 0, reports = 20 + random(600); n < reports; n += 1) {
        step += 1 + random(3);
        events.push(trained(step, { loss: random(1000), patientsPerSecond: random(100) }));
        if (random(20) === 0) events.push(validated((saved = step)), checkpointed(step, false));
        if (random(40) === 0) events.push(started((step = saved)));
        if (random(25) > 0) continue;
        writeEvents(folder, events);
        events = [];
        await following.refresh();
        const expected = expectedOf(currentFigures(readJournal(folder)).metrics);
        expect(lastOf(following.get(id) as RunFacts), `run ${run}, followed`).toEqual(expected);
        expect(lastOf(await factsOf(home, id)), `run ${run}, met first`).toEqual(expected);
      }
    }
  });

  it('are taken back by a resume whether it was seen coming or is met first', async () => {
    for (const reports of [5, 30, 3000]) {
      const home = scratchFolder();
      const before = [started(), trained(1), trained(2), validated(2), checkpointed(2)];
      const after = Array.from({ length: reports }, (_, i) => trained(3 + i, { patientsPerSecond: 9 }));
      const { id, folder } = makeRun(home, pretrainRun, [...before, ...after]);
      claimRun(folder, currentProcess());
      const catalogue = new RunCatalogue(home);
      await catalogue.refresh();
      expect(catalogue.get(id)).toMatchObject({ patientsPerSecond: 9, step: reports + 2 });
      writeEvents(folder, [started(2)]);
      await catalogue.refresh();
      const resumed = { step: 2, epoch: 0.02, trainLoss: 4.998, patientsPerSecond: 100 };
      expect(catalogue.get(id), 'followed').toMatchObject(resumed);
      expect(await factsOf(home, id), 'met first').toMatchObject(resumed);
      writeEvents(folder, [trained(3, { loss: 1, patientsPerSecond: 7 })]);
      await catalogue.refresh();
      expect(catalogue.get(id)).toMatchObject({ step: 3, epoch: 0.03, trainLoss: 1, patientsPerSecond: 100 });
      writeEvents(folder, [started(0)]);
      await catalogue.refresh();
      expect(catalogue.get(id)).toMatchObject({ epoch: null, trainLoss: null, patientsPerSecond: null });
    }
  });
});
