import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { InlineAnswers } from '../../../src/host/inline/inline-answers';
import { InlineHover } from '../../../src/host/inline/inline-hover';
import { InlineLens } from '../../../src/host/inline/inline-lens';
import { Shading } from '../../../src/host/inline/shading';
import { RecordSources } from '../../../src/host/inline/sources';
import { ViewWatch } from '../../../src/host/inline/view-watch';
import { type ToldCode, riskExplanation, riskGlance } from '../../unit/host/inline-patients';
import { extensionUnderTest } from '../extension';
import { StudyFolder } from '../study-folder';

const header = 'patient_id\tvadate\tvddate\tdiag\tpoa\tdiagnosis_priority\tthird_party_ind';
const rowsOfPatient = 5;
const told: ToldCode[] = ['ICD9_428.0', 'ICD9_401.9', 'ICD9_250.00', 'ICD9_V45.81', 'ICD9_585.9'].map(
  (code, at) => [`201${at}-01-01`, code],
);
const idOf = (patient: number): string => `P${String(patient).padStart(6, '0')}`;
const rows = Array.from({ length: 100_000 }, (_, row) => {
  const [day, code] = told[row % rowsOfPatient]!;
  return [idOf(Math.floor(row / rowsOfPatient)), day, day, code, '1', '1', '0'].join('\t');
});

describe('explanations in an editor of 100,000 records', function () {
  this.timeout(60_000);
  let study: StudyFolder;
  let parts: vscode.Disposable;
  let shown: vscode.TextEditor;
  let lensChanges = 0;
  const asked: string[] = [];
  const settings = {
    minimumCellCount: 10,
    inlineExplanations: { records: true, patientDocument: true, shading: true },
  };

  /** A worker that knows every patient. */
  function ask(name: string, question: { patient?: string }): Promise<unknown> {
    const patient = question.patient ?? '';
    asked.push(`${name} ${patient}`.trim());
    const glance = riskGlance(patient, told);
    const values = [1, -1, 0.5, 0, -0.3];
    const patients = Array.from({ length: 20_000 }, (_, at) => ({ patient: idOf(at) }));
    const answers: Record<string, unknown> = {
      ...{ patients, glance, attributed: riskExplanation(glance, values) },
      attention: { length: told.length, weights: new Float32Array(told.length ** 2).fill(0.2) },
    };
    return Promise.resolve(answers[name]);
  }

  before(async () => {
    study = new StudyFolder();
    const file = study.write('records.tsv', `${[header, ...rows].join('\n')}\n`);
    const host = { settings, inlineModel: { run: 'finetune-1' } } as never;
    const answers = new InlineAnswers(study.home, { ask } as never, settings, (error) =>
      assert.fail(String(error)),
    );
    const sources = new RecordSources(host, {} as never);
    const shading = new Shading(host, answers);
    const watch = new ViewWatch(host, sources, answers, shading);
    const lens = new InlineLens(sources, answers, watch);
    lens.onDidChangeCodeLenses(() => (lensChanges += 1));
    const { languages } = vscode;
    const files = { pattern: '**/*.tsv' };
    parts = vscode.Disposable.from(
      watch,
      shading,
      lens,
      languages.registerCodeLensProvider(files, lens),
      languages.registerHoverProvider(files, new InlineHover(sources, answers)),
    );
    shown = await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
  });
  after(async () => {
    parts.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    study.remove();
  });

  async function lenses(): Promise<{ line: number; title: string }[]> {
    const { uri } = shown.document;
    const given = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      uri,
    );
    return given.map(({ range, command }) => ({ line: range.start.line, title: command?.title ?? '' }));
  }
  async function untilRisk(first: number): Promise<{ line: number; title: string }[]> {
    const until = Date.now() + 15_000;
    for (;;) {
      const given = await lenses();
      const isThere =
        given.length > 0 && given.every(({ line, title }) => line >= first && /risk/.test(title));
      if (isThere || Date.now() > until) return given;
      await sleep(100);
    }
  }

  it('has a lens over each patient in view, and over no other', async () => {
    const given = await untilRisk(0);
    assert.deepEqual(given.slice(0, 2), [
      { line: 1, title: 'Explain · risk 0.73 (87th percentile)' },
      { line: 6, title: 'Explain · risk 0.73 (87th percentile)' },
    ]);
    assert.ok(given.length < 40, `${given.length} lenses`);
    assert.ok(asked.length < 120, `${asked.length} questions`);
  });

  it('comes to rest: its own lenses move the text, which is no reason for others', async () => {
    await sleep(1500);
    const before = lensChanges;
    await sleep(2000);
    assert.ok(lensChanges - before <= 1, `${lensChanges - before} changes in two seconds`);
  });

  it('follows what is in view', async () => {
    const line = 1 + rowsOfPatient * 15_000;
    shown.revealRange(new vscode.Range(line, 0, line, 0), vscode.TextEditorRevealType.AtTop);
    const given = await untilRisk(line - 5 * rowsOfPatient);
    assert.ok(given.some((lens) => lens.line === line && /risk/.test(lens.title)));
    assert.ok(asked.includes(`attributed ${idOf(15_000)}`));
    assert.ok(!asked.includes(`glance ${idOf(10_000)}`));
  });

  it('tells of a code when the pointer rests on it', async () => {
    const line = 1 + rowsOfPatient * 15_000;
    const column = shown.document.lineAt(line).text.indexOf('ICD9');
    const [hover] = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      shown.document.uri,
      new vscode.Position(line, column + 2),
    );
    const [text] = hover!.contents as vscode.MarkdownString[];
    assert.match(text!.value, /about ICD9\\_428\.0/);
    assert.match(text!.value, /raises the risk, 1st of 5/);
    assert.match(text!.value, /command:medbert\.explainPatient/);
  });

  it('shows on the page of a patient of an earlier window how to open it again', async () => {
    await extensionUnderTest().activate();
    const uri = vscode.Uri.from({
      scheme: 'medbert-patient',
      authority: 'another-window',
      path: '/Patient 1',
    });
    const until = Date.now() + 5000;
    for (;;) {
      // The parts for editors are loaded a moment after activation.
      const document = await Promise.resolve(vscode.workspace.openTextDocument(uri)).catch(() => undefined);
      if (document !== undefined) {
        assert.match(document.getText(), /Open the patient again/);
        return;
      }
      assert.ok(Date.now() < until, 'the page has no content');
      await sleep(100);
    }
  });
});
