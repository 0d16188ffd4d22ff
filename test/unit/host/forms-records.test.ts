import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { askEvaluate } from '../../../src/host/forms/evaluate-form';
import { askExport } from '../../../src/host/forms/export-form';
import { isLabelsHeader } from '../../../src/host/forms/find-files';
import { askImport } from '../../../src/host/forms/import-form';
import { askSample } from '../../../src/host/forms/sample-form';
import type { Host } from '../../../src/host/host';
import type { RunFacts } from '../../../src/runs/run-facts';
import { type Move, type ScriptedEditor, enter, escape, goBack, pick, type } from './forms-editor';
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

describe('a sample study', () => {
  it('goes to a free folder of the workspace', async () => {
    const asked = await follow(() => askSample(host, {}), enter, enter, enter, enter);
    expect(asked).toEqual({ out: join(folder, 'study-2'), patients: 2000, seed: 1 });
  });

  it('refuses a folder with something in it, and takes any number of patients', async () => {
    const asked = await follow(
      () => askSample(host, {}),
      (box) => {
        type('study')(box);
        expect(box.validationMessage).toMatch(/something at this path/);
        type('deep/er')(box);
      },
      pick('Another'),
      type('12,345'),
      enter,
      enter,
    );
    expect(asked).toEqual({ out: join(folder, 'deep', 'er'), patients: 12_345, seed: 1 });
  });

  it('leads back from typing a number to the choice', async () => {
    await follow(() => askSample(host, {}), enter, pick('Another'), goBack, goBack, escape);
    const patients = 'New sample study: Patients';
    const shown = editor.seen.map(({ title }) => title);
    expect(shown).toEqual([shown[0], patients, patients, patients, 'New sample study: Folder']);
  });

  it('proposes the number of last time', async () => {
    await follow(() => askSample(host, {}), enter, pick('Another'), type('12345'), enter, enter);
    expect(await follow(() => askSample(host, {}), enter, enter, enter, enter)).toMatchObject({
      patients: 12_345,
    });
  });
});

describe('an import', () => {
  it('finds the records of the workspace and proposes a free name', async () => {
    const asked = await follow(() => askImport(host, {}), enter, enter, enter, enter);
    expect(asked).toEqual({
      source: join(folder, 'study'),
      name: 'study-2',
      format: 'auto',
      minCodes: 3,
      inconsistent: 'patient',
      dots: 'normalise',
      overwrite: false,
    });
  });

  it('replaces a dataset only when that is said', async () => {
    const replaced = await follow(
      () => askImport(host, {}),
      enter,
      enter,
      type('study'),
      pick('Replace'),
      enter,
    );
    expect(replaced).toMatchObject({ name: 'study', overwrite: true });
    const kept = await follow(
      () => askImport(host, {}),
      enter,
      enter,
      type('study'),
      pick('Keep'),
      type('new'),
      enter,
    );
    expect(kept).toMatchObject({ name: 'new', overwrite: false });
  });

  it('changes rules in the summary, for this import only', async () => {
    const asked = await follow(
      () => askImport(host, { source: join(folder, 'study') }),
      enter,
      enter,
      pick('Fewest codes'),
      type('1'),
      pick('Inconsistent'),
      pick('Only the visit'),
      enter,
    );
    expect(asked).toMatchObject({ minCodes: 1, inconsistent: 'visit' });
    expect(await follow(() => askImport(host, {}), enter, enter, enter, enter)).toMatchObject({
      minCodes: 3,
    });
  });

  it('refuses names that cannot be folders', async () => {
    await follow(
      () => askImport(host, {}),
      enter,
      enter,
      (box) => {
        type('../up')(box);
        expect(box.validationMessage).toMatch(/^Use up to 100/);
        escape(box);
      },
    );
  });
});

describe('an evaluation', () => {
  it('is of the own test patients, or of another dataset', async () => {
    host = workspace.hostWith({
      datasets: ['study', 'other'],
      runs: [run('f-1', { kind: 'finetune' }), run('p-1')],
    });
    expect(await follow(() => askEvaluate(host, {}), enter, enter, enter)).toEqual({
      run: 'f-1',
      other: null,
    });
    const other = await follow(
      () => askEvaluate(host, { run: 'f-1' }),
      pick('Another'),
      enter,
      pick(join('study', 'labels.tsv')),
      pick('Leave'),
      enter,
    );
    expect(other).toEqual({ run: 'f-1', other: { dataset: 'other', labels, seen: 'leave-out' } });
  });

  it('of an unfinished run is of another dataset', async () => {
    host = workspace.hostWith({
      datasets: ['study'],
      runs: [run('f-1', { kind: 'finetune', state: 'stopped' })],
    });
    await follow(() => askEvaluate(host, {}), enter, escape);
    expect(editor.last.items.map(({ label }) => label)).toEqual(['Another dataset']);
  });

  it('needs a fine-tuned run', async () => {
    host = workspace.hostWith({ datasets: ['study'], runs: [run('p-1')] });
    await expect(askEvaluate(host, {})).rejects.toThrow('There is no fine-tuned run');
  });
});

describe('an export', () => {
  it('asks for attentions only of ONNX, and goes into the folder of the run', async () => {
    host = workspace.hostWith({ datasets: ['study'], runs: [run('p-1')] });
    expect(await follow(() => askExport(host, {}), enter, enter, pick('Yes'), enter, enter)).toEqual({
      run: 'p-1',
      format: 'onnx',
      attentions: true,
      out: null,
    });
    editor.dialogs = [folder];
    expect(
      await follow(() => askExport(host, { run: 'p-1' }), pick('safetensors'), pick('Browse'), enter),
    ).toEqual({
      run: 'p-1',
      format: 'safetensors',
      attentions: false,
      out: join(folder, 'p-1'),
    });
  });
});

describe('a labels file', () => {
  it.each([
    ['patient_id\tlabel\tindex_date', true],
    ['\ufeffindex_date\tage\tlabel\tpatient_id', true],
    ['patient_id,label,index_date', false],
    ['patient_id\tindex_date', false],
    ['', false],
  ])('is known by its first line: %j %s', (line, isOne) => {
    expect(isLabelsHeader(line)).toBe(isOne);
  });
});
