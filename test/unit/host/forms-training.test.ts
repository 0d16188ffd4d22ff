import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { askFinetune } from '../../../src/host/forms/finetune-form';
import { askPretrain } from '../../../src/host/forms/pretrain-form';
import type { Host } from '../../../src/host/host';
import { readRunFile } from '../../../src/host/run-files/read-run-file';
import { saveRunFile } from '../../../src/host/run-files/save-run-file';
import { pretrainConfig } from '../../../src/protocol/config';
import type { RunFacts } from '../../../src/runs/run-facts';
import { type Move, type ScriptedEditor, enter, escape, pick, type } from './forms-editor';
import { FormWorkspace, type SomeRun } from './forms-workspace';

const { editor } = await vi.hoisted(async () => {
  const { ScriptedEditor: Editor } = await import('./forms-editor');
  return { editor: new Editor() as ScriptedEditor };
});
vi.mock('vscode', () => editor.module);

let workspace: FormWorkspace;
let folder = '';
let labels = '';
let host: Host;
beforeEach(() => {
  workspace = new FormWorkspace();
  ({ folder, labels } = workspace);
  host = workspace.hostWith({ datasets: ['study'], runs: [] });
  editor.reset();
});
afterEach(() => workspace.remove());

const run = (id: string, facts?: SomeRun): RunFacts => workspace.run(id, facts);

function follow<T>(form: () => Promise<T>, ...moves: Move[]): Promise<T> {
  editor.script = [...moves];
  return form();
}
const lines = (): string[] =>
  editor.last.items.map(({ label, description }) => `${label}: ${description ?? ''}`);

describe('pretraining', () => {
  const ask = (...moves: Move[]): ReturnType<typeof askPretrain> =>
    follow(() => askPretrain(host, {}), ...moves);

  it('with nothing but Enter is a sensible run that keeps the labelled patients out', async () => {
    const asked = await ask(enter, enter, enter, enter, enter, enter, enter);
    expect(asked).toEqual({
      dataset: 'study',
      exclude: labels,
      settings: { learningRate: 1e-3 },
      then: 'start',
    });
    expect(editor.script).toEqual([]);
  });

  it('shows where it stands, survives a loss of focus, and goes back from the second step on', async () => {
    await ask(enter, escape);
    const [first, second] = editor.seen;
    expect(first).toMatchObject({
      title: 'Pretrain: Dataset',
      step: 1,
      totalSteps: 7,
      ignoreFocusOut: true,
      buttons: [],
    });
    expect(second).toMatchObject({ title: 'Pretrain: Patients kept out', step: 2 });
    expect(second!.buttons).toHaveLength(1);
    expect(second!.items.map(({ label }) => label)).toEqual([
      '$(circle-slash) None',
      `$(file) ${join('study', 'labels.tsv')}`,
      '$(folder-opened) Browse…',
    ]);
  });

  it('asks the sizes of a custom model, and checks each as it is typed', async () => {
    const asked = await ask(
      enter,
      pick('None'),
      pick('Custom'),
      ...['100', '3'].map(type),
      (box) => {
        box.value = '7';
        box.fire('value');
        expect(box.validationMessage).toBe('hidden (100) must be a multiple of heads (7).');
        box.value = '0';
        box.fire('value');
        expect(box.validationMessage).toBe('It must be greater than 0.');
        box.value = 'five';
        box.fire('value');
        expect(box.validationMessage).toMatch(/^Write a number/);
        box.fire('accept');
        type('5')(box);
      },
      type('200'),
      type('5,000 steps'),
      type('3e-4'),
      type('7'),
      enter,
    );
    expect(asked).toMatchObject({
      exclude: null,
      settings: {
        hidden: 100,
        layers: 3,
        heads: 5,
        intermediate: 200,
        steps: 5000,
        learningRate: 3e-4,
        seed: 7,
      },
    });
    expect(asked!.settings).not.toHaveProperty('epochs');
    expect(pretrainConfig.safeParse(asked!.settings).success).toBe(true);
  });

  it('lets every other setting be changed in the summary, and shows what was changed', async () => {
    const asked = await ask(
      enter,
      enter,
      pick('Small'),
      enter,
      enter,
      enter,
      pick('masking'),
      pick('frozen'),
      pick('batchSize'),
      type('64'),
      (box) => {
        expect(lines()).toEqual(
          expect.arrayContaining(['masking: frozen', 'batchSize: 64', 'Seed: 1', 'Model: Small']),
        );
        enter(box);
      },
    );
    expect(asked!.settings).toMatchObject({
      layers: 2,
      hidden: 64,
      heads: 4,
      masking: 'frozen',
      batchSize: 64,
    });
  });

  it('is not started with a width that the heads do not divide', async () => {
    const asked = await ask(
      enter,
      enter,
      enter,
      enter,
      enter,
      enter,
      pick('hidden'),
      type('100'),
      (box) => {
        expect(editor.last.items[0]!.detail).toBe('hidden (100) must be a multiple of heads (6).');
        enter(box);
        pick('hidden')(box);
      },
      type('96'),
      enter,
    );
    expect(asked!.settings).toMatchObject({ hidden: 96 });
  });

  it('asks again for the patients kept out when another dataset is chosen in the summary', async () => {
    host = workspace.hostWith({ datasets: ['study', 'other'], runs: [] });
    const asked = await ask(
      enter,
      enter,
      enter,
      enter,
      enter,
      enter,
      pick('Dataset'),
      pick('other'),
      pick('None'),
      enter,
      enter,
    );
    expect(asked).toMatchObject({ dataset: 'other', exclude: null });
    // The learning rate rests on the dataset, too.
    expect(editor.seen.at(-2)!.title).toBe('Pretrain: Learning rate');
  });

  it('given up at any place has no effect: nothing comes back and nothing is remembered', async () => {
    for (let steps = 0; steps < 7; steps += 1) {
      expect(await ask(...Array<Move>(steps).fill(enter), escape)).toBeUndefined();
    }
    expect(workspace.memory.size).toBe(0);
  });

  it('proposes the answers of last time, and forgets those that no longer make sense', async () => {
    await ask(
      enter,
      pick('None'),
      pick('Small'),
      type('3'),
      enter,
      type('5'),
      pick('dropout'),
      type('0.2'),
      enter,
    );
    const again = await ask(enter, enter, enter, enter, enter, enter, enter);
    expect(again).toMatchObject({ exclude: null, settings: { layers: 2, epochs: 3, seed: 5, dropout: 0.2 } });
    workspace.memory.set('medbert.form.pretrain', {
      dataset: { value: 'gone', ground: '' },
      size: { value: 'gigantic', ground: '' },
      seed: 'nonsense',
      dropout: { value: 7, ground: '' },
    });
    expect(await ask(enter, enter, enter, enter, enter, enter, enter)).toMatchObject({
      dataset: 'study',
      settings: { learningRate: 1e-3 },
    });
    workspace.memory.set('medbert.form.pretrain', 'damaged');
    expect(await ask(escape)).toBeUndefined();
  });

  it('takes a labels file from anywhere by the dialog, and asks again when the dialog is closed', async () => {
    const elsewhere = join(folder, 'elsewhere.tsv');
    editor.dialogs = [undefined, elsewhere];
    const asked = await ask(enter, pick('Browse'), pick('Browse'), enter, enter, enter, enter, enter);
    expect(asked!.exclude).toBe(elsewhere);
  });

  it('leaves out the threads of this machine, unless others are chosen', async () => {
    host = workspace.hostWith({ datasets: ['study'], runs: [], threads: 2 });
    expect((await ask(enter, enter, enter, enter, enter, enter, enter))!.settings).not.toHaveProperty(
      'threads',
    );
    const asked = await ask(enter, enter, enter, enter, enter, enter, pick('threads'), type('0'), enter);
    expect(asked!.settings).toMatchObject({ threads: 0 });
  });

  it('needs a dataset, and says so', async () => {
    host = workspace.hostWith({ datasets: [], runs: [] });
    await expect(ask()).rejects.toThrow('No dataset has been imported yet.');
  });
});

describe('fine-tuning', () => {
  const ask = (...moves: Move[]): ReturnType<typeof askFinetune> =>
    follow(() => askFinetune(host, {}), ...moves);

  it('starts from the newest finished encoder of the dataset', async () => {
    const runs = [
      run('p-3', { dataset: 'other' }),
      run('p-2', { state: 'stopped' }),
      run('p-1'),
      run('f-1', { kind: 'finetune' }),
    ];
    host = workspace.hostWith({ datasets: ['study'], runs });
    const asked = await ask(enter, enter, enter, enter, enter, enter, enter);
    expect(asked).toEqual({
      dataset: 'study',
      labels,
      from: 'p-1',
      like: null,
      allowSeenTestPatients: false,
      settings: { learningRate: 3e-4 },
      then: 'start',
    });
    const encoderStep = editor.seen[2]!;
    expect(encoderStep.items.map(({ label }) => label)).toEqual([
      'Finished',
      'p-1',
      'p-3',
      'Not finished: the best checkpoint so far',
      'p-2',
      'Untrained',
    ]);
    expect(encoderStep.items[1]!.description).toBe(
      '6 layers, 192 · loss 4.02 · masked codes 34.1 % · step 120',
    );
  });

  it('never gives the architecture of an encoder as settings, and refuses longer sequences than it reads', async () => {
    host = workspace.hostWith({ datasets: ['study'], runs: [run('p-1', { maxLength: 128 })] });
    const asked = await ask(
      enter,
      enter,
      enter,
      type('300'),
      enter,
      enter,
      (box) => {
        const names = editor.last.items.map(({ label }) => label);
        expect(names).not.toContain('hidden');
        expect(lines()).toContain('maxLength: 128');
        pick('maxLength')(box);
      },
      (box) => {
        type('256')(box);
        expect(box.validationMessage).toBe('p-1 reads at most 128 codes.');
        type('64')(box);
      },
      enter,
    );
    expect(asked!.settings).toEqual({ trainSize: 300, learningRate: 3e-4, maxLength: 64 });
  });

  it('of an untrained model asks what it is built like', async () => {
    host = workspace.hostWith({ datasets: ['study'], runs: [run('p-1')] });
    const like = await ask(enter, enter, pick('Untrained'), enter, enter, enter, enter, enter);
    expect(like).toMatchObject({ from: 'untrained', like: 'p-1' });
    workspace.memory.clear();
    const own = await ask(
      enter,
      enter,
      pick('Untrained'),
      pick('Its own'),
      enter,
      enter,
      enter,
      pick('layers'),
      type('2'),
      enter,
    );
    expect(own).toMatchObject({ from: 'untrained', like: null, settings: { layers: 2 } });
  });

  it('asks about seen test patients only where there may be some', async () => {
    host = workspace.hostWith({ datasets: ['study'], runs: [run('p-1', { exclude: null })] });
    const asked = await ask(enter, enter, enter, pick('Allow'), enter, enter, enter, enter);
    expect(asked!.allowSeenTestPatients).toBe(true);
    // It is a decision about one leak: the next time it is refused unless allowed again.
    expect((await ask(enter, enter, enter, enter, enter, enter, enter, enter))!.allowSeenTestPatients).toBe(
      false,
    );
  });

  it('takes what the tree knows, and does not ask for it', async () => {
    host = workspace.hostWith({ datasets: ['study', 'b'], runs: [run('p-2'), run('p-1')] });
    const asked = await follow(
      () => askFinetune(host, { dataset: 'study', from: 'p-1' }),
      enter,
      enter,
      enter,
      enter,
      enter,
    );
    expect(asked).toMatchObject({ dataset: 'study', from: 'p-1' });
    expect(editor.seen[0]!.title).toBe('Fine-tune: Labels');
    const gone = follow(() => askFinetune(host, { dataset: 'gone' }), escape);
    await gone;
    expect(editor.last.title).toBe('Fine-tune: Dataset');
  });
});

describe('saving as a run configuration file', () => {
  it('writes what was asked for, opens it, and asks for the same when it is run', async () => {
    const asked = await follow(
      () => askPretrain(host, {}),
      enter,
      enter,
      pick('Small'),
      enter,
      enter,
      enter,
      pick('Save'),
    );
    expect(asked!.then).toBe('save');
    const uri = await follow(() => saveRunFile(host, { task: 'pretrain', ...asked! }), enter);
    expect(uri!.fsPath).toBe(join(folder, 'runs', 'pretrain-study.medbert.json'));
    expect(editor.opened).toEqual([uri!.fsPath]);
    const text = readFileSync(uri!.fsPath, 'utf8');
    expect(readRunFile({ fileName: uri!.fsPath, getText: () => text })).toEqual({
      task: 'pretrain',
      dataset: asked!.dataset,
      exclude: asked!.exclude,
      settings: asked!.settings,
    });
  });

  it('never replaces a file, and adds the suffix', async () => {
    const request = { task: 'pretrain', dataset: 'study', exclude: null, settings: {} } as const;
    const first = await follow(() => saveRunFile(host, request), type('mine'));
    expect(first!.fsPath).toBe(join(folder, 'mine.medbert.json'));
    const second = await follow(
      () => saveRunFile(host, request),
      (box) => {
        type('mine.json')(box);
        expect(box.validationMessage).toMatch(/something at this path/);
        escape(box);
      },
    );
    expect(second).toBeUndefined();
  });
});
