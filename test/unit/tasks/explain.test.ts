import { openDataset } from '../../../src/ehr/dataset';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLabels } from '../../../src/ehr/labels';
import { streamSequences } from '../../../src/ehr/sequence-stream';
import { caseFile } from '../../../src/protocol/case-file';
import { UserError } from '../../../src/protocol/errors';
import type { EncoderExplanation, RiskExplanation } from '../../../src/protocol/explanation';
import { renderExplanation } from '../../../src/cli/explanation-text';
import { type ExplainedRun, openExplained } from '../../../src/tasks/explain';
import { readCase, writeCase } from '../../../src/tasks/explain-case';
import { type ExplainedStudy, makeExplainedStudy, now } from './explained-study';

const settings = { largestDeletion: 4, randomOrders: 10, seed: 1 };

let study: ExplainedStudy;
let { runs, encoderRun, tested, single } = {} as ExplainedStudy;
let explained: ExplainedRun;

beforeAll(async () => {
  study = await makeExplainedStudy();
  ({ runs, encoderRun, tested, single } = study);
  explained = await openExplained(study.home, runs[0]);
}, 180_000);
afterAll(async () => {
  await explained.close();
  study.remove();
});

describe('a fine-tuned run explains a test patient', () => {
  let one: RiskExplanation;
  beforeAll(async () => {
    one = (await explained.explain(tested[3]!.id, settings)) as RiskExplanation;
  });

  it('with the risk that the run predicted, and where it stands among the others', () => {
    expect(one.risk).toBeCloseTo(tested[3]!.score, 5);
    const others = tested.filter(({ id }) => id !== tested[3]!.id);
    const below = others.filter(({ score }) => score < one.risk).length;
    expect(one.percentile).toBeCloseTo((100 * below) / others.length, 6);
    expect(one.testPatients).toBe(tested.length);
    expect(one.part).toBe('test');
  });

  it('reads what the run read: the last codes before the index date, with real dates', async () => {
    const labels = await readLabels(study.labels);
    expect(one.label).toBe(labels.byPatient.get(one.patient)!.label);
    expect(one.indexDate).toBe(labels.byPatient.get(one.patient)!.indexDate);
    const dataset = { folder: join(study.home, 'datasets', study.dataset), rules: { minCodes: 3 } };
    for await (const record of streamSequences(dataset, { labels })) {
      if (record.patient !== one.patient) continue;
      expect(one.codes.map(({ code }) => code)).toEqual(record.codes.slice(-16));
      expect(one.cut).toBe(Math.max(0, record.codes.length - 16));
      const days = (date: string): number => Date.parse(date) / 86_400_000;
      expect(one.visits.map(({ admit, discharge }) => days(discharge) - days(admit))).toEqual(
        record.stays.slice(-one.visits.length),
      );
      expect(one.visits.every(({ discharge }) => discharge < one.indexDate!)).toBe(true);
      expect(one.visits).toHaveLength(one.codes.at(-1)!.visit);
    }
  });

  it('with attributions that add up, by code and by visit', () => {
    const { values, visits, baselineLogit, completenessError, baselineTrained } = one.attribution;
    const total = values.reduce((a, b) => a + b, 0);
    expect(completenessError).toBeLessThan(0.01);
    expect(Math.abs(baselineLogit + total - one.logit)).toBeLessThan(0.01 * Math.max(0.05, Math.abs(total)));
    expect(visits.reduce((a, b) => a + b, 0)).toBeCloseTo(total, 9);
    expect(baselineTrained).toBe(true);
  });

  it('with occlusion that equals a what-if, and deletion that begins with it', async () => {
    for (const at of [0, one.codes.length - 1]) {
      const masked = await explained.whatIf(one.patient, [{ kind: 'mask', at }]);
      const removed = await explained.whatIf(one.patient, [{ kind: 'remove', at }]);
      expect(one.occlusion.masked.risk[at]).toBeCloseTo(masked.before.risk - masked.after.risk, 6);
      expect(one.occlusion.removed!.risk[at]).toBeCloseTo(removed.before.risk - removed.after.risk, 6);
    }
    const largest = Math.max(...one.occlusion.removed!.logit);
    expect(one.deletion!.curves.occlusion.logit[1]).toBeCloseTo(one.logit - largest, 5);
    expect(one.deletion!.removed).toEqual([0, 1, 2, 3, 4]);
  });

  it('with the other seed beside it', async () => {
    const { predictions, risk, stability } = one.seeds;
    expect(predictions.map(({ run, seed }) => [run, seed])).toEqual([
      [runs[0], 1],
      [runs[1], 2],
    ]);
    const other = await openExplained(study.home, runs[1]!);
    const there = (await other.glance(one.patient)) as RiskExplanation;
    await other.close();
    expect(predictions[1]!.risk).toBeCloseTo(there.risk, 5);
    expect(predictions[1]!.part).toBe(there.part);
    expect(risk!.low).toBe(Math.min(one.risk, predictions[1]!.risk));
    expect(Math.abs(stability!.mean)).toBeLessThanOrEqual(1);
  });

  it('with attributions alone before the proof of them', async () => {
    const attributed = await explained.attributed(one.patient);
    expect(attributed).toEqual(
      Object.fromEntries(Object.keys(attributed).map((key) => [key, one[key as keyof RiskExplanation]])),
    );
    expect(attributed).toHaveProperty('attribution.values');
    expect(attributed).not.toHaveProperty('occlusion');
  });

  it('telling of every phase how far it is', async () => {
    const phases = new Map<string, number[]>();
    await explained.explain(one.patient, settings, {
      progress: ({ phase, done, total }) => {
        expect(done).toBeLessThanOrEqual(total!);
        phases.set(phase, [...(phases.get(phase) ?? []), done]);
      },
    });
    expect([...phases.keys()]).toEqual(['leaving out one code at a time', 'testing by deletion']);
    for (const done of phases.values()) expect(done).toEqual([...done].sort((a, b) => a - b));
  });

  it('with the share of cases and of controls in whom each code is read, unless these are few', async () => {
    const labels = await readLabels(study.labels);
    const found = new Map<string, number[]>();
    const patients = [0, 0];
    const dataset = openDataset(study.home, study.dataset);
    for await (const record of streamSequences(dataset, { labels })) {
      const group = labels.byPatient.get(record.patient)!.label === 1 ? 0 : 1;
      patients[group]! += 1;
      for (const code of new Set(record.codes.slice(-16))) {
        const counts = found.get(code) ?? [0, 0];
        counts[group]! += 1;
        found.set(code, counts);
      }
    }
    expect(one.groups).toEqual([
      { name: 'cases', patients: patients[0] },
      { name: 'controls', patients: patients[1] },
    ]);
    const frank = await explained.glance(one.patient, { minimumCellCount: 0 });
    for (const { code, shares } of frank.codes) {
      expect(shares).toEqual(found.get(code)!.map((count, g) => count / patients[g]!));
    }
    let withheld = 0;
    for (const { code, shares } of one.codes) {
      const isSmall = found.get(code)!.some((n, g) => [n, patients[g]! - n].some((k) => k > 0 && k < 10));
      expect(shares === null).toBe(isSmall);
      withheld += isSmall ? 1 : 0;
    }
    expect(withheld, 'the study has rare codes').toBeGreaterThan(0);
    expect((await explained.glance(one.patient, { minimumCellCount: 1e9 })).codes[0]!.count).toBe('small');
  });

  it('as plain JSON, the same each time', async () => {
    expect(JSON.parse(JSON.stringify(one))).toEqual(one);
    expect(await explained.explain(one.patient, settings)).toEqual(one);
  });

  it('as a text for people', () => {
    const text = renderExplanation(one, 3);
    const strongest = [...one.attribution.values.keys()].sort(
      (a, b) => Math.abs(one.attribution.values[b]!) - Math.abs(one.attribution.values[a]!),
    );
    const rows = text.split('\n').filter((line) => /^ *\d+  ICD/.test(line));
    expect(rows.map((row) => row.trim().split(/ +/)[1])).toEqual(
      strongest.slice(0, 3).map((t) => one.codes[t]!.code),
    );
    expect(text).toContain(`risk ${one.risk.toFixed(3)}`);
    expect(text).toContain('random orders (seed 1)');
    expect(text).toContain('not what caused');
    expect(text).toContain(`… and ${one.codes.length - 3} codes with smaller attributions`);
    expect(text).not.toContain(one.patient);
  });

  it('and gives attention square by square', async () => {
    const T = one.codes.length;
    const mean = await explained.attention(one.patient, { kind: 'mean', layer: null });
    expect(mean.length).toBe(T);
    one.attention.received.forEach((share, to) => {
      const column = Array.from({ length: T }, (_, from) => mean.weights[from * T + to]!);
      expect(share).toBeCloseTo(column.reduce((a, b) => a + b) / T, 6);
    });
    const head = await explained.attention(one.patient, { kind: 'head', layer: 1, head: 1 });
    expect(head.weights.subarray(0, T).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    const rolled = await explained.attention(one.patient, { kind: 'rollout' });
    expect(rolled.weights).toHaveLength(T * T);
    await expect(explained.attention(one.patient, { kind: 'head', layer: 2, head: 0 })).rejects.toThrow(
      UserError,
    );
  });

  it('and so the others', async () => {
    for (const { id, score } of tested.slice(0, 12)) {
      expect(((await explained.glance(id)) as RiskExplanation).risk).toBeCloseTo(score, 5);
    }
  });
});

describe('other patients', () => {
  it('with a single code are explained without what needs two, and it is said', async () => {
    const one = (await explained.explain(single, settings)) as RiskExplanation;
    expect(one.codes).toHaveLength(1);
    expect([one.deletion, one.occlusion.removed]).toEqual([null, null]);
    expect(one.agreement).toMatchObject({ attention: null, rollout: null, occlusion: null });
    expect([one.attention.received, one.attention.rollout, one.seeds.stability]).toEqual([[1], [1], null]);
    expect(one.attribution.values[0]! + one.attribution.baselineLogit).toBeCloseTo(one.logit, 3);
    // With every code masked, occlusion is the whole attribution.
    expect(one.occlusion.masked.logit[0]).toBeCloseTo(one.logit - one.attribution.baselineLogit, 5);
    expect(one.part).toBeNull();
    expect(one.notes.join()).toContain('Only one code is known');
    expect(one.notes.join()).toContain('neither for training nor for testing');
    const text = renderExplanation(one, 5);
    expect(text).toContain('fewer than three of the codes');
    expect(text).not.toContain('Deletion');
  });

  it('of the training part come with a warning', async () => {
    const trained = explained.entries().find(({ part }) => part === 'train')!;
    expect((await explained.glance(trained.patient)).notes.join()).toContain('was trained on this patient');
  });

  it('without a label are read whole, and that is said', async () => {
    const labels = await readLabels(study.labels);
    const dataset = { folder: join(study.home, 'datasets', study.dataset) };
    for await (const record of streamSequences(dataset)) {
      if (labels.byPatient.has(record.patient)) continue;
      const glance = (await explained.glance(record.patient)) as RiskExplanation;
      expect([glance.label, glance.indexDate, glance.part]).toEqual([null, null, null]);
      expect(glance.codes.map(({ code }) => code)).toEqual(record.codes.slice(-16));
      expect(glance.notes.join()).toContain('no label');
      break;
    }
  });

  it('who are not there are refused without their id', async () => {
    await expect(explained.glance('S-secret')).rejects.toThrow(UserError);
    await expect(explained.glance('S-secret')).rejects.not.toThrow('S-secret');
  });
});

it('a what-if is asked of every seed', async () => {
  const id = tested[1]!.id;
  const edits = [{ kind: 'remove', at: 1 }] as const;
  const { seeds, before, after } = await explained.whatIf(id, edits, true);
  const other = await openExplained(study.home, runs[1]!);
  const there = await other.whatIf(id, edits);
  await other.close();
  expect(seeds.map(({ run, seed }) => [run, seed])).toEqual([
    [runs[0], 1],
    [runs[1], 2],
  ]);
  expect([seeds[0]!.before, seeds[0]!.after]).toEqual([before.risk, after.risk]);
  expect(seeds[1]!.before).toBeCloseTo(there.before.risk, 6);
  expect(seeds[1]!.after).toBeCloseTo(there.after.risk, 6);
  expect(there.seeds).toEqual([]);
});

describe('a case', () => {
  it('saved and read again comes out equal, without the patient’s id unless asked for', async () => {
    const id = tested[1]!.id;
    const edits = [
      { kind: 'mask', at: 0 },
      { kind: 'remove', at: 1 },
    ] as const;
    const made = await explained.makeCase(id, edits, false, now);
    expect(caseFile.parse(made)).toEqual(made);
    expect(JSON.stringify(made)).not.toContain(id);
    expect((await explained.makeCase(id, edits, true, now)).patient).toBe(id);
    const file = join(study.home, 'case.json');
    writeCase(file, made);
    const replay = await explained.replay(readCase(file));
    expect(replay).toMatchObject({ equal: true, differences: [], recorded: made.risk });
    expect(replay.now.after.risk).not.toBe(replay.now.before.risk);
  });

  it('under another model does not, and says why', async () => {
    const made = await explained.makeCase(tested[1]!.id, [{ kind: 'remove', at: 0 }], false, now);
    const other = await openExplained(study.home, runs[1]!);
    const { equal, differences } = await other.replay(made);
    await other.close();
    expect(equal).toBe(false);
    expect(differences.join()).toContain('model is not the same');
    const lied = { ...made, risk: { ...made.risk, after: { risk: 0.5, logit: 0 } } };
    expect((await explained.replay(lied)).differences.join()).toContain('The risk after the edits');
  });

  it('that is none is refused', () => {
    const file = join(study.home, 'no-case.json');
    writeFileSync(file, '{"kind":"medbert-case"}');
    expect(() => readCase(file)).toThrow(UserError);
  });

  it('that was changed by hand does not come out equal, wherever it was changed', async () => {
    const id = tested[1]!.id;
    const made = await explained.makeCase(id, [{ kind: 'mask', at: 0 }], true, now);
    expect(await explained.replay(made)).toMatchObject({ equal: true, sameRecord: true });
    const risk = { ...made.risk, before: { ...made.risk.before, risk: 0.99 } };
    expect((await explained.replay({ ...made, risk })).differences.join()).toContain('by hand');
    const others = await explained.replay({ ...made, patient: tested[2]!.id });
    expect(others).toMatchObject({ equal: false, sameRecord: false });
    const nobody = await explained.replay({ ...made, patient: 'S-secret' });
    expect(nobody.sameRecord).toBe(false);
    expect(nobody.differences.join()).not.toContain('S-secret');
    const longer = Array.from({ length: 17 }, (_, t) => ({ code: 'ICD9_1', visit: t + 1, rank: 1 }));
    await expect(explained.replay({ ...made, original: longer })).rejects.toThrow('reads at most 16');
  });

  it('with a code that the vocabulary lacks is refused without naming it', async () => {
    const edit = { kind: 'add', code: 'ICD9_SECRET', visit: 1, place: 1 } as const;
    await expect(explained.whatIf(tested[1]!.id, [edit])).rejects.toThrow(UserError);
    await expect(explained.whatIf(tested[1]!.id, [edit])).rejects.not.toThrow('SECRET');
  });
});

describe('a pretraining run', () => {
  it('tells what it would put in place of each code, and which are near', async () => {
    const run = await openExplained(study.home, encoderRun);
    const { patient } = run.entries()[0]!;
    const one = (await run.explain(patient)) as EncoderExplanation;
    expect(one.guesses).toHaveLength(one.codes.length);
    for (const [t, { top, probability, place }] of one.guesses.entries()) {
      expect(top).toHaveLength(5);
      expect(top.some(({ code }) => code.startsWith('['))).toBe(false);
      expect(probability === null).toBe(!one.codes[t]!.known);
      const inTop = top.findIndex(({ code }) => code === one.codes[t]!.code);
      if (inTop >= 0) expect(top[inTop]!.probability).toBeCloseTo(probability!, 6);
      if (place !== null && place <= 5) expect(inTop).toBeGreaterThanOrEqual(0);
      expect(one.nearest[t]!.length).toBe(one.codes[t]!.known ? 5 : 0);
    }
    await expect(run.whatIf(patient, [{ kind: 'mask', at: 0 }])).rejects.toThrow('predicts no risk');
    await run.close();
  });
});
