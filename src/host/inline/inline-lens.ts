import * as vscode from 'vscode';
import { patientScheme } from '../patient-document/addresses';
import type { InlineAnswers } from './inline-answers';
import { lensTitle } from './lens-title';
import { type PatientInView, patientsInView } from './records-in-view';
import { recordsNear } from './records-near';
import type { RecordSource, RecordSources } from './sources';
import type { ViewWatch } from './view-watch';

/** Says over the first line of each patient in view what the model predicts, and leads to the explanation. */
export class InlineLens implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly listening: vscode.Disposable;
  /** Lines of the lenses that the editor has, by patient. */
  private readonly placed = new WeakMap<vscode.TextDocument, ReadonlyMap<string, number>>();
  /** What they say: the editor is told only when that changes, because new lenses move the text. */
  private readonly shown = new WeakMap<vscode.TextDocument, string>();

  constructor(
    private readonly sources: RecordSources,
    private readonly answers: InlineAnswers,
    watch: ViewWatch,
  ) {
    this.listening = watch.onDidChange(() => this.compare());
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const lenses = this.lenses(document);
    this.shown.set(document, signature(lenses));
    return lenses;
  }

  dispose(): void {
    this.listening.dispose();
    this.changed.dispose();
  }

  private compare(): void {
    const documents = new Set(vscode.window.visibleTextEditors.map(({ document }) => document));
    const isChanged = (document: vscode.TextDocument): boolean =>
      (this.shown.get(document) ?? '') !== signature(this.lenses(document));
    if ([...documents].some(isChanged)) this.changed.fire();
  }

  private lenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const source = this.sources.of(document);
    if (source === undefined) return document.uri.scheme === patientScheme ? this.forgotten(document) : [];
    const ranges = vscode.window.visibleTextEditors
      .filter((editor) => editor.document === document)
      .flatMap(({ visibleRanges }) => visibleRanges)
      .sort((one, two) => one.start.line - two.start.line);
    const patients = patientsInView(document, ranges, source.reader, this.placed.get(document)).filter(
      ({ records }) => records[0]?.record.isInside !== true,
    );
    this.placed.set(document, new Map(patients.map(({ patient, line }) => [patient, line])));
    if (!vscode.workspace.isTrusted) return patients.slice(0, 1).map(({ line }) => untrustedLens(line));
    return patients.map((patient) => this.lens(document, source, patient));
  }

  private lens(document: vscode.TextDocument, source: RecordSource, inView: PatientInView): vscode.CodeLens {
    const { run } = source;
    const about = { run, patient: inView.patient };
    const glance = this.answers.glanced(about);
    const likeness =
      glance === undefined || 'error' in glance
        ? undefined
        : this.answers.held(glance.answer, recordsNear(document, source.reader, inView)).likeness;
    const isKnown = this.answers.knows(about);
    const { title, opens, tooltip } = lensTitle({ run, isKnown, glance, likeness }, vscode.l10n);
    return new vscode.CodeLens(new vscode.Range(inView.line, 0, inView.line, 0), {
      title,
      command: opens ? 'medbert.explainPatient' : '',
      ...(opens ? { arguments: [run, inView.patient] } : {}),
      ...(tooltip === undefined ? {} : { tooltip }),
    });
  }

  /** A page of a patient whom this window does not know any more. */
  private forgotten(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!this.sources.isForgotten(document)) return [];
    const command = { title: vscode.l10n.t('Open Patient…'), command: 'medbert.openPatient' };
    return [new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), command)];
  }
}

function untrustedLens(line: number): vscode.CodeLens {
  return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
    title: `$(shield) ${vscode.l10n.t('This workspace is not trusted: no patient is explained here')}`,
    command: 'workbench.trust.manage',
  });
}

function signature(lenses: readonly vscode.CodeLens[]): string {
  return lenses.map(({ range, command }) => `${range.start.line} ${command?.title}`).join('\n');
}
