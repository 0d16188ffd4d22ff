import {
  mkdtempSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  existsSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { medbert, medbertJson, type Outcome } from './medbert';

/** Each mistake: exit code 1, a text that says what and where, and nothing half-written. */
const folder = mkdtempSync(join(tmpdir(), 'medbert-mistakes-'));
const home = join(folder, 'home');
const study = join(folder, 'study');
const labels = join(study, 'labels.tsv');
const small = ['hidden=8', 'layers=1', 'heads=2', 'intermediate=8', 'maxLength=16', 'steps=2'].flatMap(
  (s) => ['--set', s],
);

beforeAll(() => {
  medbertJson('sample', '--patients', '600', '--seed', '9', '--out', study);
  medbertJson('import', study, '--name', 'd', '--home', home);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const runsNow = (): string[] => (existsSync(join(home, 'runs')) ? readdirSync(join(home, 'runs')) : []);

function expectMistake(outcome: Outcome, text: RegExp): void {
  expect(outcome.stderr).toMatch(text);
  expect(outcome.stderr).not.toMatch(/bug|at .*\.js:/);
  expect(outcome).toMatchObject({ code: 1, stdout: '' });
}

/** A labels file made from the study's own by changing its rows. */
function changedLabels(name: string, change: (rows: string[][]) => string[][]): string {
  const rows = readFileSync(labels, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
  const file = join(folder, `${name}.tsv`);
  writeFileSync(file, [rows[0]!, ...change(rows.slice(1))].map((row) => `${row.join('\t')}\n`).join(''));
  return file;
}

const finetune = (file: string, ...more: string[]): Outcome =>
  medbert('finetune', 'd', '--labels', file, '--from', 'untrained', ...small, ...more, '--home', home);

describe('labels', () => {
  const cases: [string, (rows: string[][]) => string[][], RegExp][] = [
    [
      'unknown patients',
      (rows) => [...rows, ['NOBODY-1', '0', '2015-01-01']],
      /labelled patients are not in the dataset.*\nRemove/s,
    ],
    ['one class only', (rows) => rows.map(([id, , day]) => [id!, '0', day!]), /class|label 1/],
    [
      'index date before any record',
      (rows) => rows.map(([id, y]) => [id!, y!, '1901-01-01']),
      /before the first record/,
    ],
    ['a patient twice', (rows) => [...rows, rows[0]!], /twice/],
    ['a label of 2', (rows) => [[rows[0]![0]!, '2', rows[0]![2]!], ...rows.slice(1)], /row 2: .*label/],
    ['a date that is none', (rows) => [[rows[0]![0]!, '0', '2015-02-30'], ...rows.slice(1)], /row 2: .*date/],
  ];
  it.each(cases)('%s', (name, change, text) => {
    const before = runsNow();
    expectMistake(finetune(changedLabels(name.replaceAll(' ', '-'), change)), text);
    expect(runsNow()).toEqual(before);
  });

  it('more training patients than there are', () => {
    const before = runsNow();
    expectMistake(finetune(labels, '--train-size', '5000'), /fewer than the 5000 asked for/);
    expect(runsNow()).toEqual(before);
  });

  it('changed after the run was made', () => {
    const file = changedLabels('later', (rows) => rows);
    const { run } = medbertJson(
      'finetune',
      'd',
      '--labels',
      file,
      '--from',
      'untrained',
      ...small,
      '--home',
      home,
    ) as { run: string };
    const copy = join(home, 'runs', 'finetune-copy');
    mkdirSync(copy);
    const manifest = readFileSync(join(home, 'runs', run, 'run.json'), 'utf8').replaceAll(
      run,
      'finetune-copy',
    );
    writeFileSync(join(copy, 'run.json'), manifest);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/\t0\t/, '\t1\t'));
    expectMistake(medbert('resume', 'finetune-copy', '--home', home), /labels file has changed/);
    rmSync(copy, { recursive: true });
  });
});

describe('configuration', () => {
  const cases: [string, string[], RegExp][] = [
    ['a setting that does not exist', ['--set', 'hiden=8'], /no setting hiden/],
    ['a value of the wrong kind', ['--set', 'dropout=high'], /dropout/],
    ['heads that do not divide hidden', ['--set', 'hidden=10', '--set', 'heads=3'], /multiple of heads/],
    ['no key=value', ['--set', 'hidden'], /key=value/],
    ['a file that is not there', ['--config', join(folder, 'none.json')], /none\.json/],
    ['labels that are not there', ['--exclude', join(folder, 'none.tsv')], /none\.tsv/],
    ['an unknown option', ['--nonsense'], /nonsense/],
  ];
  it.each(cases)('%s', (_name, args, text) => {
    const before = runsNow();
    const outcome = medbert('pretrain', 'd', ...small, ...args, '--home', home);
    expect(outcome.stderr).toMatch(text);
    expect(outcome.code).toBe(1);
    expect(runsNow()).toEqual(before);
  });
});

describe('runs and datasets', () => {
  it.each([
    ['a dataset that is not there', ['pretrain', 'nothing']],
    ['a run that is not there', ['show', 'pretrain-19990101-1']],
    ['a parent that is not there', ['finetune', 'd', '--labels', labels, '--from', 'pretrain-19990101-1']],
    ['a table that is not there', ['metrics', join(folder, 'none.tsv')]],
  ])('%s', (_name, args) => {
    expectMistake(medbert(...args, '--home', home), /no dataset|no run|none\.tsv/);
  });

  it('a home that cannot be written', () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    expectMistake(medbert('import', study, '--name', 'd', '--home', join(file, 'home')), /a-file/);
  });
});

/** A small file system of its own, if this machine lets us mount one. */
const tmpfs = join(folder, 'tmpfs');
mkdirSync(tmpfs);
const mounted = (options: string): boolean =>
  process.platform === 'linux' &&
  spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', tmpfs]).status === 0;
const canMount = mounted('size=1m');
if (canMount) spawnSync('umount', ['-l', tmpfs]);

describe.skipIf(!canMount)('disk (skipped where no tmpfs can be mounted)', () => {
  it('a disk that fills up while training ends the run with a clear message and no torn checkpoint', () => {
    expect(mounted('size=3m')).toBe(true);
    try {
      const onSmallDisk = join(tmpfs, 'home');
      medbertJson('import', study, '--name', 'd', '--home', onSmallDisk);
      const outcome = medbert(
        'pretrain',
        'd',
        '--set',
        'hidden=192',
        '--set',
        'layers=2',
        '--set',
        'heads=2',
        '--set',
        'steps=4',
        '--home',
        onSmallDisk,
      );
      expect(outcome.stderr).toMatch(/disk is full|no space/i);
      expect(outcome.code).toBe(1);
      const [run] = readdirSync(join(onSmallDisk, 'runs'));
      const checkpoints = join(onSmallDisk, 'runs', run!, 'checkpoints');
      if (existsSync(checkpoints)) expect(readdirSync(checkpoints)).toEqual([]);
    } finally {
      spawnSync('umount', ['-l', tmpfs]);
    }
  });

  it('a run folder without write permission', async () => {
    expect(mounted('size=20m')).toBe(true);
    try {
      const readOnly = join(tmpfs, 'home');
      medbertJson('import', study, '--name', 'd', '--home', readOnly);
      const { run } = medbertJson(
        'pretrain',
        'd',
        ...small,
        '--set',
        'steps=2000',
        '--detach',
        '--home',
        readOnly,
      ) as { run: string };
      medbertJson('stop', run, '--home', readOnly);
      // The worker has let go of the run, but may still hold its log open for a moment.
      const remount = (): number | null => spawnSync('mount', ['-o', 'remount,ro', tmpfs]).status;
      await expect.poll(remount, { timeout: 10_000 }).toBe(0);
      expectMistake(medbert('resume', run, '--home', readOnly), /write|read-only/i);
    } finally {
      spawnSync('umount', ['-l', tmpfs]);
    }
  });
});
