import { appendFileSync, cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/protocol/errors';
import type { RiskExplanation } from '../../../src/protocol/explanation';
import { listCheckpoints } from '../../../src/runs/checkpoints';
import { runFolder } from '../../../src/runs/home';
import { type ExplainedRun, openExplained } from '../../../src/tasks/explain';
import { type ExplainedStudy, makeExplainedStudy } from './explained-study';

const settings = { largestDeletion: 4, randomOrders: 10, seed: 1 };

let study: ExplainedStudy;
let { runs, encoderRun, tested } = {} as ExplainedStudy;
let explained: ExplainedRun;
beforeAll(async () => {
  study = await makeExplainedStudy();
  ({ runs, encoderRun, tested } = study);
  explained = await openExplained(study.home, runs[0]);
}, 180_000);
afterAll(async () => {
  await explained.close();
  study.remove();
});

/** Opens a copy of the home after something was done to it; gives what is said. */
async function complaint(
  change: (home: string) => void,
  then?: (run: ExplainedRun) => unknown,
): Promise<string> {
  const home = `${study.home}-copy`;
  cpSync(study.home, home, { recursive: true });
  try {
    change(home);
    const run = await openExplained(home, runs[0]!);
    try {
      await then?.(run);
    } finally {
      await run.close();
    }
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).explain();
  } finally {
    rmSync(home, { recursive: true });
  }
  return 'nothing';
}

describe('a patient whom the vocabulary hardly knows', () => {
  /** Gives the only names in the vocabulary that the patient has to other codes, but for the first `kept`. */
  function forget(home: string, codes: readonly string[], kept: number): void {
    const file = join(runFolder(home, runs[0]!), 'vocabulary.tsv');
    const forgotten = new Set(codes.slice(kept));
    const lines = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'))
      .map(([id, code, ...rest]) => [id, forgotten.has(code!) ? `ICD9_gone${id}` : code, ...rest].join('\t'));
    writeFileSync(file, `${lines.join('\n')}\n`);
    // As if the run had been made with it: without hash and predictions it cannot notice; the notice is another test.
    const manifest = join(runFolder(home, runs[0]!), 'run.json');
    writeFileSync(manifest, JSON.stringify(withoutHash(readJson(manifest))));
    writeFileSync(join(runFolder(home, runs[0]!), 'events.jsonl'), '');
  }

  it('with one known code is explained as far as that goes', async () => {
    const { codes, patient } = await explained.glance(tested[0]!.id);
    const names = [...new Set(codes.map(({ code }) => code))];
    // A code that stands there once.
    names.sort((a, b) => count(codes, a) - count(codes, b));
    let found: RiskExplanation | undefined;
    const said = await complaint(
      (home) => forget(home, names, 1),
      async (run) => (found = (await run.explain(patient, settings)) as RiskExplanation),
    );
    expect(said).toBe('nothing');
    expect(found!.notes.join()).toContain('Only one code is known');
    expect(found!.codes.filter(({ known }) => known)).toHaveLength(1);
    expect(Number.isFinite(found!.risk)).toBe(true);
  });

  it('with none is refused', async () => {
    const { codes, patient } = await explained.glance(tested[0]!.id);
    const names = codes.map(({ code }) => code);
    const said = await complaint(
      (home) => forget(home, names, 0),
      (run) => run.glance(patient),
    );
    expect(said).toContain('none of the patient’s codes');
    for (const name of [patient, ...names]) expect(said).not.toContain(name);
  });
});

function count(codes: readonly { code: string }[], name: string): number {
  return codes.filter(({ code }) => code === name).length;
}

describe('what does not belong together is refused', () => {
  const inRun = (home: string, name: string): string => join(runFolder(home, runs[0]!), name);
  const checkpoint = (home: string): string =>
    join(listCheckpoints(runFolder(home, runs[0]!)).at(-1)!.folder);

  it.each<[string, (home: string) => void, string]>([
    [
      'a dataset that is gone',
      (home) => rmSync(join(home, 'datasets', 'study'), { recursive: true }),
      'no dataset',
    ],
    [
      'a dataset of other records',
      (home) => {
        const file = join(home, 'datasets', 'study', 'dataset.json');
        const json = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
        writeFileSync(file, JSON.stringify({ ...json, contentHash: 'other' }));
      },
      'not the one that this run was made on',
    ],
    [
      'a damaged vocabulary',
      (home) => writeFileSync(inRun(home, 'vocabulary.tsv'), 'what\never\n'),
      'header must be id',
    ],
    [
      'a vocabulary of another size',
      (home) =>
        appendFileSync(
          inRun(home, 'vocabulary.tsv'),
          `${lines(inRun(home, 'vocabulary.tsv')) - 1}\tICD9_1\t1\n`,
        ),
      'entries; the run was made with',
    ],
    [
      'a vocabulary in which two codes changed places',
      (home) => swapCodes(inRun(home, 'vocabulary.tsv')),
      'not the one that the run was made with',
    ],
    [
      'the same of a run of an older version, which left no hash of it',
      (home) => {
        reverseCodes(inRun(home, 'vocabulary.tsv'));
        writeFileSync(
          inRun(home, 'run.json'),
          JSON.stringify(withoutHash(readJson(inRun(home, 'run.json')))),
        );
      },
      'no longer predicts what it predicted',
    ],
    [
      'weights of which one bit changed',
      (home) => {
        for (const { folder } of listCheckpoints(runFolder(home, runs[0]!))) {
          const file = join(folder, 'model.safetensors');
          const bytes = readFileSync(file);
          bytes[bytes.length - 5]! ^= 1;
          writeFileSync(file, bytes);
        }
      },
      'not those that were written',
    ],
    [
      'predictions of somebody else',
      (home) => {
        cpSync(join(runFolder(home, runs[1]!), 'predictions.parquet'), inRun(home, 'predictions.parquet'));
      },
      'no longer predicts what it predicted',
    ],
    [
      'a torn checkpoint',
      (home) => {
        for (const { folder } of listCheckpoints(runFolder(home, runs[0]!))) {
          const file = join(folder, 'model.safetensors');
          writeFileSync(file, readFileSync(file).subarray(0, 5000));
        }
      },
      'not a whole safetensors file',
    ],
    [
      'the checkpoint of another run',
      (home) => {
        const other = join(listCheckpoints(runFolder(home, encoderRun)).at(-1)!.folder, 'model.safetensors');
        for (const { folder } of listCheckpoints(runFolder(home, runs[0]!))) {
          cpSync(other, join(folder, 'model.safetensors'));
        }
      },
      'has no ffl',
    ],
    [
      'a checkpoint without its state',
      (home) => rmSync(join(checkpoint(home), 'state.json')),
      'checkpoint is damaged',
    ],
  ])('%s', async (_what, change, says) => {
    expect(await complaint(change)).toContain(says);
  });

  it('labels that changed', async () => {
    const kept = `${study.labels}.kept`;
    renameSync(study.labels, kept);
    try {
      writeFileSync(study.labels, readFileSync(kept, 'utf8').replace(/\t1\t/, '\t0\t'));
      await expect(openExplained(study.home, runs[0]!)).rejects.toThrow('labels file has changed');
      rmSync(study.labels);
      await expect(openExplained(study.home, runs[0]!)).rejects.toThrow('no longer there');
    } finally {
      renameSync(kept, study.labels);
    }
  });
});

function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}

/** A description as older versions wrote it. */
function withoutHash(manifest: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(manifest).filter(([key]) => key !== 'vocabularySha256'));
}

function swapCodes(file: string): void {
  const rows = readFileSync(file, 'utf8').trimEnd().split('\n');
  const codeOf = (row: string): string => row.split('\t')[1]!;
  const [one, other] = [rows.at(-2)!, rows.at(-1)!];
  rows[rows.length - 2] = one.replace(codeOf(one), codeOf(other));
  rows[rows.length - 1] = other.replace(codeOf(other), codeOf(one));
  writeFileSync(file, `${rows.join('\n')}\n`);
}

function reverseCodes(file: string): void {
  const [head, a, b, c, ...codes] = readFileSync(file, 'utf8').trimEnd().split('\n');
  const names = codes.map((line) => line.split('\t').slice(1).join('\t')).reverse();
  const renumbered = names.map((rest, i) => `${i + 3}\t${rest}`);
  writeFileSync(file, `${[head, a, b, c, ...renumbered].join('\n')}\n`);
}

function lines(file: string): number {
  return readFileSync(file, 'utf8').trimEnd().split('\n').length;
}
