import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import Ajv from 'ajv';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Surroundings, checkRunFile } from '../../../src/host/run-files/check-run-file';
import { nodeAt, readJsonTree, stringAt } from '../../../src/host/run-files/json-tree';
import {
  type RunRequest,
  parseRunFile,
  readRunFile,
  understoodOf,
} from '../../../src/host/run-files/read-run-file';
import { runFileText } from '../../../src/host/run-files/save-run-file';
import { finetuneConfig, pretrainConfig } from '../../../src/protocol/config';
import { UserError } from '../../../src/protocol/errors';
import { type RunFile, runFileJsonSchema } from '../../../src/protocol/run-file';
import { settingNotes } from '../../../src/protocol/setting-notes';
import { checkConfiguration, readConfiguration } from '../../../src/tasks/configuration';

vi.mock('vscode', () => ({ l10n: { t: (text: string) => text } }));

const folder = mkdtempSync(join(tmpdir(), 'run-file-'));
afterAll(() => rmSync(folder, { recursive: true }));
const fileName = join(folder, 'runs', 'a.medbert.json');

const read = (text: string): RunRequest => readRunFile({ fileName, getText: () => text });
function mistake(text: string): UserError {
  try {
    read(text);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return error as UserError;
  }
  throw new Error('The text was accepted.');
}

const pretrainText = `{
  "$schema": "https://example.org/run.schema.json",
  "task": "pretrain",
  "dataset": "study",
  "exclude": "../study/labels.tsv",
  "settings": {
    "hidden": 64,
    "heads": 4,
    "learningRate": 1e-3
  }
}`;

describe('a run configuration file', () => {
  it('asks for what the command line would make of the same settings', () => {
    const request = read(pretrainText);
    const settings = { hidden: 64, heads: 4, learningRate: 1e-3 };
    const exclude = resolve(folder, 'study/labels.tsv');
    expect(request).toEqual({ task: 'pretrain', dataset: 'study', exclude, settings });
    const configFile = join(folder, 'config.json');
    writeFileSync(configFile, JSON.stringify(settings));
    expect(checkConfiguration(pretrainConfig, request.settings)).toEqual(
      readConfiguration(pretrainConfig, configFile, []),
    );
    expect(checkConfiguration(pretrainConfig, request.settings)).toEqual(
      readConfiguration(pretrainConfig, null, ['hidden=64', 'heads=4', 'learningRate=1e-3']),
    );
  });

  it('gives no setting that does not stand in it, so that an encoder can hand down its own', () => {
    const request = read('{"task":"finetune","dataset":"d","labels":"l.tsv","from":"pretrain-1"}');
    expect(request).toEqual({
      task: 'finetune',
      dataset: 'd',
      labels: join(folder, 'runs', 'l.tsv'),
      from: 'pretrain-1',
      like: null,
      allowSeenTestPatients: false,
      settings: {},
    });
    expect(checkConfiguration(finetuneConfig, request.settings).given.size).toBe(0);
  });

  it.each<RunRequest>([
    {
      task: 'pretrain',
      dataset: 'study',
      exclude: join(folder, 'study', 'labels.tsv'),
      settings: { steps: 500, serialization: false },
    },
    { task: 'pretrain', dataset: 'study', exclude: null, settings: {} },
    {
      task: 'finetune',
      dataset: 'study',
      labels: join(folder, 'runs', 'deep', 'labels.tsv'),
      from: 'untrained',
      like: 'pretrain-20261122-1',
      allowSeenTestPatients: true,
      settings: { trainSize: 300, seed: 2 },
    },
  ])('that was saved asks for the same again: $task $settings', (request) => {
    expect(read(runFileText(request, join(folder, 'runs')))).toEqual(request);
  });

  it('holds paths with slashes, relative to itself', () => {
    const text = runFileText(
      { task: 'pretrain', dataset: 'd', exclude: join(folder, 'study', 'labels.tsv'), settings: {} },
      join(folder, 'runs'),
    );
    expect(text).toContain('"exclude": "../study/labels.tsv"');
  });
});

describe('a mistake in it', () => {
  it('is named with its key and line', () => {
    const error = mistake(pretrainText.replace('"hidden": 64', '"hidden": "64"'));
    expect(error.message).toContain('settings.hidden must be a number');
    expect(error.details).toMatchObject({ file: fileName, row: 7 });
  });

  it('names an unknown key at the line of the key', () => {
    const error = mistake(pretrainText.replace('"heads": 4', '"hedas": 4'));
    expect(error.message).toContain('settings: there is no setting hedas');
    expect(error.details.row).toBe(8);
  });

  it('tells every problem, in plain words', () => {
    const error = mistake(
      '{"task":"finetune","dataset":"","settings":{"dropout":2,"patience":-1,"head":"gpt"}}',
    );
    expect(error.message).toBe(
      'The run configuration is not usable: dataset must not be empty; labels is missing; from is missing; ' +
        'settings.dropout must be at most 0.9; settings.patience must be at least 0; settings.head must be ffl.',
    );
  });

  it.each([
    ['{"dataset":"d"}', 'task is missing'],
    ['{"task":"train","dataset":"d"}', 'task must be pretrain or finetune'],
    ['[]', 'it must be an object'],
  ])('in %s is found', (text, message) => {
    expect(mistake(text).message).toContain(message);
  });

  it.each([
    ['{\n  "task": "pretrain"\n  "dataset": "d"\n}', 3, 'comma'],
    ['{\n  "task": "pretrain",\n}', 3, 'comma too many'],
    ['{\n  "task": pretrain\n}', 2, 'no value'],
    ['', 1, 'value is missing'],
  ])('of the JSON itself is found at its line: %j', (text, row, words) => {
    const error = mistake(text);
    expect(error.details.row).toBe(row);
    expect(error.message).toContain(words);
  });

  it('is that heads do not divide the width, or that “like” goes with an encoder of its own', () => {
    expect(mistake(pretrainText.replace('"heads": 4', '"heads": 5')).message).toBe(
      'hidden (64) must be a multiple of heads (5).',
    );
    expect(mistake('{"task":"finetune","dataset":"d","labels":"l","from":"p","like":"q"}').message).toContain(
      'like',
    );
  });
});

describe('remarks beside the schema', () => {
  const file = (text: string): RunFile => {
    const parsed = parseRunFile(text);
    if ('issues' in parsed) throw new Error('not a run file');
    return parsed.file;
  };
  const all: Surroundings = { hasDataset: () => true, hasFile: () => true, run: () => true };
  const finetune = (more = ''): RunFile =>
    file(`{"task":"finetune","dataset":"d","labels":"l.tsv","from":"p"${more}}`);

  it('are none where everything is there', () => {
    expect(checkRunFile(file(pretrainText), all)).toEqual([]);
    expect(checkRunFile(finetune(), all)).toEqual([]);
  });

  it('warn of a dataset, a file and a run that are not there, each at its value', () => {
    const nothing: Surroundings = { hasDataset: () => false, hasFile: () => false, run: () => false };
    const remarks = checkRunFile(finetune(), nothing);
    expect(remarks.map(({ path }) => path)).toEqual([['dataset'], ['labels'], ['from']]);
    expect(remarks.every(({ isError }) => !isError)).toBe(true);
    expect(checkRunFile(file(pretrainText), nothing).map(({ path }) => path)).toEqual([
      ['dataset'],
      ['exclude'],
    ]);
  });

  it('are made of what is right even where something else is wrong', () => {
    const text = pretrainText.replace('"heads": 4', '"hedas": 4').replace('1e-3', '"fast"');
    expect(understoodOf(text)).toMatchObject({ dataset: 'study', settings: { hidden: 64 } });
    expect(understoodOf('{"task":"finetune","dataset":"d"}')).toBeUndefined();
    expect(understoodOf('3')).toBeUndefined();
  });

  it('tell which settings the encoder decides', () => {
    const config = pretrainConfig.parse({ maxLength: 128 });
    const run = { kind: 'pretrain', config } as ReturnType<Surroundings['run']>;
    const remarks = checkRunFile(finetune(',"settings":{"hidden":96,"layers":6,"maxLength":256}'), {
      ...all,
      run: () => run,
    });
    expect(remarks.map(({ path }) => path.at(-1))).toEqual(['hidden', 'maxLength']);
  });
});

describe('the JSON schema', () => {
  const schema = runFileJsonSchema();
  const validate = new Ajv({ allErrors: true }).compile(schema);
  const accepts = (text: string): boolean => validate(JSON.parse(text)) === true;

  it('is one of draft 7, with a description of every setting and its default', () => {
    expect(new Ajv().validateSchema(schema)).toBe(true);
    const variants = schema['oneOf'] as {
      properties: { settings: { properties: Record<string, object> } };
    }[];
    for (const [index, config] of [pretrainConfig, finetuneConfig].entries()) {
      const { properties } = variants[index]!.properties.settings;
      expect(Object.keys(properties).sort()).toEqual(Object.keys(config.shape).sort());
      for (const [key, value] of Object.entries(config.parse({}))) {
        expect(properties[key]).toMatchObject({
          default: value,
          description: settingNotes[key as keyof typeof settingNotes],
        });
      }
    }
  });

  it.each([
    [JSON.stringify(JSON.parse(pretrainText)), true],
    ['{"task":"pretrain","dataset":"d"}', true],
    ['{"task":"pretrain","dataset":"d","exclude":null,"settings":{"losReads":"first-token"}}', true],
    [
      '{"task":"finetune","dataset":"d","labels":"l.tsv","from":"untrained","like":"p","settings":{"head":"ffl"}}',
      true,
    ],
    ['{"task":"pretrain"}', false],
    ['{"task":"pretrain","dataset":"d","labels":"l.tsv"}', false],
    ['{"task":"finetune","dataset":"d","from":"p"}', false],
    ['{"task":"pretrain","dataset":"d","settings":{"hidden":1.5}}', false],
    ['{"task":"pretrain","dataset":"d","settings":{"hidden":0}}', false],
    ['{"task":"pretrain","dataset":"d","settings":{"trainSize":100}}', false],
    ['{"task":"finetune","dataset":"d","labels":"l","from":"p","settings":{"masking":"frozen"}}', false],
    ['{"task":"other","dataset":"d"}', false],
    ['[]', false],
  ])('says of %s what reading says: %s', (text, isGood) => {
    expect(accepts(text)).toBe(isGood);
    expect('file' in parseRunFile(text)).toBe(isGood);
  });

  it('is what the build writes', () => {
    const root = resolve(__dirname, '../../..');
    execFileSync(process.execPath, ['scripts/make-schemas.mjs'], { cwd: root });
    const written: unknown = JSON.parse(readFileSync(join(root, 'dist/schemas/run.schema.json'), 'utf8'));
    expect(written).toEqual(JSON.parse(JSON.stringify(schema)));
  });
});

describe('places in JSON', () => {
  const text = '{ "a": { "b": "x\\"y" }, "c": [1, {"d": 2}], "e": -1.5e3 }';

  it('are those of the values', () => {
    const { root, mistake: none } = readJsonTree(text);
    expect(none).toBeUndefined();
    const node = nodeAt(root, ['a', 'b']);
    expect(text.slice(node.start, node.end)).toBe('"x\\"y"');
    expect(node.value).toBe('x"y');
    expect(nodeAt(root, ['e']).value).toBe(-1500);
  });

  it('are known while the text is still being written', () => {
    const unfinished = '{ "task": "finetune", "dataset": "stu\n}';
    const { root, mistake: found } = readJsonTree(unfinished);
    expect(found).toBeDefined();
    expect(stringAt(root, unfinished.indexOf('stu') + 3)).toMatchObject({
      path: ['dataset'],
      node: { value: 'stu' },
    });
    expect(stringAt(root, unfinished.indexOf('"finetune') - 1)).toBeUndefined();
  });

  it('are found in any text without an end to the search', () => {
    for (let cut = 0; cut <= text.length; cut += 1) {
      for (const wrong of ['', '}', ']', ',', '"', ':', 'x', '{', '[']) {
        const damaged = text.slice(0, cut) + wrong + text.slice(cut + 1);
        const isJson = isParsable(damaged);
        expect(readJsonTree(damaged).mistake === undefined, damaged).toBe(isJson);
      }
    }
  });
});

function isParsable(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
