import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { medbert, medbertJson, startMedbert } from './medbert';

/** The main job through the program, in the order in which a person does it. */
const folder = mkdtempSync(join(tmpdir(), 'medbert-cli-'));
const home = join(folder, 'home');
const study = join(folder, 'study');
const labels = join(study, 'labels.tsv');
const tiny = ['hidden=12', 'layers=1', 'heads=2', 'intermediate=8', 'maxLength=32', 'learningRate=0.001'];
const small = tiny.flatMap((setting) => ['--set', setting]);
const json = (...args: string[]): Record<string, unknown> => medbertJson(...args, '--home', home);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function until(what: string, condition: () => boolean): Promise<void> {
  for (let waited = 0; waited < 30_000; waited += 50) {
    if (condition()) return;
    await sleep(50);
  }
  throw new Error(`Waited in vain until ${what}.`);
}

describe.sequential('medbert', () => {
  let pretrained = '';
  let finetuned = '';

  it('sample, import, stats, sequences', () => {
    const sample = json('sample', '--patients', '1500', '--seed', '3', '--out', study);
    expect(sample).toMatchObject({ patients: 1500 });
    const imported = json('import', study, '--name', 'trial');
    expect(imported).toMatchObject({
      name: 'trial',
      format: 'medbert',
      patients: 1500,
      rows: sample['rows'],
    });
    expect(Object.keys(imported)).toEqual(
      expect.arrayContaining(['patients', 'visits', 'rows', 'codes', 'attrition', 'problems']),
    );
    expect(json('stats', 'trial')).toMatchObject({
      patients: (imported['kept'] as { patients: number }).patients,
    });
    const { stdout } = medbert('sequences', 'trial', '--limit', '3', '--home', home);
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown[]>);
    expect(records).toHaveLength(3);
    for (const { codes, visits, ranks, stays, gaps } of records) {
      expect([visits!.length, ranks!.length]).toEqual([codes!.length, codes!.length]);
      expect([stays!.length, gaps!.length]).toEqual([new Set(visits).size, new Set(visits).size]);
    }
  });

  it('pretrain, in the foreground', () => {
    const result = json('pretrain', 'trial', '--exclude', labels, ...small, '--set', 'epochs=2');
    pretrained = result['run'] as string;
    expect(result).toMatchObject({ state: 'finished', kind: 'pretrain' });
    for (const key of [
      'steps',
      'patients',
      'trainLoss',
      'validLoss',
      'mlmAccuracy',
      'losAuroc',
      'patientsPerSecond',
      'tokensPerSecond',
    ]) {
      expect(result[key], key).toEqual(expect.any(Number));
    }
    const files = readdirSync(join(home, 'runs', pretrained));
    expect(files).toEqual(
      expect.arrayContaining([
        'run.json',
        'events.jsonl',
        'checkpoints',
        'metrics.json',
        'config.json',
        'vocabulary.tsv',
        'pool.parquet',
      ]),
    );
  });

  it('finetune, and its numbers are those of evaluate and show', () => {
    const result = json(
      'finetune',
      'trial',
      '--labels',
      labels,
      '--from',
      pretrained,
      '--train-size',
      '60',
      '--seed',
      '2',
      '--set',
      'epochs=3',
    );
    finetuned = result['run'] as string;
    const keys = [
      'n',
      'positives',
      'auroc',
      'aurocCi95',
      'aurocVariance',
      'auprc',
      'brier',
      'logLoss',
      'ece',
      'calibrationSlope',
      'calibrationIntercept',
    ];
    expect(Object.keys(result)).toEqual(expect.arrayContaining(keys));
    const evaluated = json('evaluate', finetuned);
    const shown = json('show', finetuned);
    for (const key of keys) {
      expect(evaluated[key], key).toEqual(result[key]);
      expect(shown[key], key).toEqual(result[key]);
    }
    expect(result['disjointness']).toMatchObject({ overlap: 0, allowed: false });
    expect((result['disjointness'] as { encoderPatients: number }).encoderPatients).toBeGreaterThan(500);
  });

  it('evaluate on another dataset: every labelled patient there, with the share of unknown codes', () => {
    const other = join(folder, 'other');
    json('sample', '--patients', '800', '--seed', '4', '--out', other);
    json('import', other, '--name', 'other');
    const args = ['evaluate', finetuned, '--dataset', 'other', '--labels', join(other, 'labels.tsv')];
    // Generated ids count from 0 in every study: the same ids, other persons.
    const refused = medbert(...args, '--home', home);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/has seen \d+ of the \d+ test patients/);
    const unseen = json(...args, '--only-unseen');
    expect(unseen).toMatchObject({ overlap: 0 });
    const result = json(...args, '--allow-seen-patients');
    expect((unseen['n'] as number) + (unseen['leftOut'] as number)).toBe(result['n']);
    const labelled = readFileSync(join(other, 'labels.tsv'), 'utf8').trim().split('\n').length - 1;
    expect(result['n']).toBeGreaterThan(labelled * 0.9);
    expect(result['unknownCodeShare']).toBeGreaterThan(0);
    expect(result['unknownCodeShare']).toBeLessThan(0.5);
  });

  it('evaluate refuses the patients that the run was trained and chosen on', () => {
    const args = ['evaluate', finetuned, '--dataset', 'trial', '--labels', labels];
    expect(medbert(...args, '--home', home).stderr).toMatch(/has seen \d+ of the \d+ test patients/);
    const own = json('evaluate', finetuned);
    const split = (json('show', finetuned)['manifest'] as { split: { train: number; validation: number } })
      .split;
    const all = json(...args, '--allow-seen-patients');
    expect(all['overlap']).toBe(split.train + split.validation);
    const unseen = json(...args, '--only-unseen');
    // Besides the test patients only training patients beyond --train-size are unseen.
    expect(unseen['n']).toBeGreaterThanOrEqual(own['n'] as number);
    expect((unseen['n'] as number) + (unseen['leftOut'] as number)).toBe(all['n']);
  });

  it('a run that has begun is resumed without its parent; damaged figures are a mistake, not a bug', () => {
    const copy = join(folder, 'copy');
    cpSync(home, copy, { recursive: true });
    const run = join(copy, 'runs', finetuned);
    const finished = join(run, 'events.jsonl');
    const lines = readFileSync(finished, 'utf8').trim().split('\n');
    writeFileSync(finished, `${lines.slice(0, -1).join('\n')}\n`);
    rmSync(join(copy, 'runs', pretrained), { recursive: true });
    const resumed = medbertJson('resume', finetuned, '--home', copy);
    expect(resumed).toMatchObject({ state: 'finished', auroc: json('show', finetuned)['auroc'] });
    const orphan = medbert('evaluate', finetuned, '--dataset', 'trial', '--labels', labels, '--home', copy);
    expect(orphan).toMatchObject({ code: 1 });
    expect(orphan.stderr).toMatch(/encoder of .* has seen cannot be read/);
    writeFileSync(join(run, 'metrics.json'), '{');
    const damaged = medbert('show', finetuned, '--home', copy);
    expect(damaged.code).toBe(1);
    expect(damaged.stderr).toMatch(/metrics\.json.*damaged/s);
  });

  it('the encoder refuses test patients that it has seen, unless told by name', () => {
    const leaky = json('pretrain', 'trial', ...small, '--set', 'steps=2')['run'] as string;
    const args = [
      'finetune',
      'trial',
      '--labels',
      labels,
      '--from',
      leaky,
      '--set',
      'steps=2',
      '--home',
      home,
    ];
    const { code, stderr } = medbert(...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(/has seen \d+ of the \d+ test patients/);
    const told = medbertJson(...args, '--allow-seen-test-patients');
    expect(told['disjointness']).toMatchObject({ allowed: true });
    expect((told['disjointness'] as { overlap: number }).overlap).toBeGreaterThan(0);
  });

  it('explain: a patient in words and numbers, what-if, and its case again', () => {
    const id = readFileSync(labels, 'utf8').split('\n')[1]!.split('\t')[0]!;
    const told = json('explain', finetuned, '--patient', id, '--attention');
    const weights = (told['attention'] as { weights: number[][][][] }).weights;
    expect([weights.length, weights[0]!.length]).toEqual([1, 2]);
    for (const row of weights[0]![1]!) expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    const { stdout, stderr } = medbert('explain', finetuned, '--patient', id, '--home', home);
    expect(stdout).toContain(`risk ${(told['risk'] as number).toFixed(3)}`);
    expect(stdout + stderr).not.toContain(id);

    const file = join(folder, 'case.json');
    const edits = ['--edits', '[{"kind":"mask","at":0}]', '--save', file, '--with-id'];
    json('explain', finetuned, '--patient', id, ...edits);
    expect(json('explain', finetuned, '--replay', file)).toMatchObject({ equal: true, sameRecord: true });
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"risk": 0\.\d+/, '"risk": 0.987654'));
    const lied = medbert('explain', finetuned, '--replay', file, '--home', home);
    expect(lied.code).toBe(1);
    expect(lied.stdout).toContain('did not come out');
    expect(
      medbert('explain', finetuned, '--patient', id, '--random-orders', '99999', '--home', home),
    ).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('from 1 to 10000') as string,
    });
  });

  it('export', () => {
    const { files } = json('export', finetuned, '--format', 'onnx', '--attentions') as { files: string[] };
    expect(statSync(files[0]!).size).toBeGreaterThan(10_000);
    const out = join(folder, 'weights');
    json('export', pretrained, '--format', 'safetensors', '--out', out);
    expect(readdirSync(out).sort()).toEqual(['config.json', 'model.safetensors', 'vocabulary.tsv']);
    expect(
      medbert('export', pretrained, '--format', 'safetensors', '--out', study, '--home', home).code,
    ).toBe(1);
    expect(existsSync(labels)).toBe(true);
  });

  it('metrics of a table', () => {
    const table = join(folder, 'scores.tsv');
    writeFileSync(table, 'label\tscore\tscore2\n1\t0.9\t0.2\n0\t0.4\t0.3\n1\t0.35\t0.6\n0\t0.1\t0.1\n');
    expect(json('metrics', table)).toMatchObject({
      n: 4,
      positives: 2,
      auroc: 0.75,
      delongP: expect.any(Number) as number,
    });
  });

  it('a detached run is seen, refuses a second process, stops with a checkpoint and is resumed', async () => {
    const { run } = json(
      'pretrain',
      'trial',
      '--exclude',
      labels,
      ...small,
      '--set',
      'steps=100000',
      '--detach',
    ) as { run: string };
    const stateOf = (): unknown => json('show', run)['state'];
    await until('it runs', () => stateOf() === 'running' && (json('show', run)['step'] as number) > 0);
    const second = medbert('resume', run, '--home', home);
    expect(second).toMatchObject({ code: 1 });
    expect(second.stderr).toMatch(/running already/);
    const runs = json('runs')['runs'] as { run: string; state: string }[];
    expect(runs.find((r) => r.run === run)?.state).toBe('running');
    expect(json('stop', run)).toEqual({ run, state: 'stopped' });
    const stoppedAt = json('show', run)['step'] as number;
    expect(stoppedAt).toBeGreaterThan(0);
    const resumed = startMedbert('resume', run, '--home', home);
    await until('it goes on', () => (json('show', run)['step'] as number) > stoppedAt);
    resumed.kill('SIGINT');
    const [code] = (await once(resumed, 'exit')) as [number];
    expect(code).toBe(130);
    expect(stateOf()).toBe('stopped');
    expect(readdirSync(join(home, 'runs', run, 'checkpoints')).length).toBeLessThanOrEqual(2);
  });

  it('doctor', () => {
    expect(json('doctor')).toMatchObject({ ok: true });
  });

  it('no patient id and no code in any journal, log, manifest or terminal text', () => {
    const ids = readFileSync(labels, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t')[0]!);
    const canaries = [...ids.slice(0, 40), 'ICD9_250.00', 'ICD9_401.9', 'ICD10_E11.9', 'ICD10_I10'];
    const shown = ['runs', `show ${pretrained}`, `show ${finetuned}`, 'stats trial'].map((line) => {
      const { stdout, stderr } = medbert(...line.split(' '), '--home', home);
      return stdout + stderr;
    });
    const texts = readdirSync(join(home, 'runs')).flatMap((run) =>
      ['events.jsonl', 'run.json', 'log.txt', 'metrics.json', 'process.json']
        .map((name) => join(home, 'runs', run, name))
        .filter((file) => existsSync(file))
        .map((file) => readFileSync(file, 'utf8')),
    );
    expect(texts.length).toBeGreaterThan(8);
    for (const text of [...shown, ...texts]) {
      for (const canary of canaries) expect(text.includes(canary)).toBe(false);
    }
  });
});
