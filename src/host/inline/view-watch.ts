import * as vscode from 'vscode';
import { Pace } from '../experiments/pace';
import type { Host } from '../host';
import type { About, InlineAnswers } from './inline-answers';
import { type PatientInView, patientsInView } from './records-in-view';
import type { Shading } from './shading';
import type { RecordSource, RecordSources } from './sources';
import { type Wanted, WantedAnswers } from './wanted';

/** Scrolling rests so long before anything is read, in milliseconds. */
const restMs = 300;
/** Answers are shown at most so often. */
const drawMs = 150;

/**
 * Follows what can be seen: once scrolling rests, it asks about the patients in view and no others, and has lenses and
 * shading drawn anew.
 */
export class ViewWatch implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** Something that lenses show may be different. */
  readonly onDidChange = this.changed.event;
  private readonly listening: vscode.Disposable;
  private readonly asking = new Map<vscode.TextEditor, WantedAnswers>();
  private readonly drawing = new Pace(() => this.draw(), drawMs);
  private resting: NodeJS.Timeout | undefined;
  private disposed = false;

  constructor(
    private readonly host: Host,
    private readonly sources: RecordSources,
    private readonly answers: InlineAnswers,
    private readonly shading: Shading,
  ) {
    const { window, workspace } = vscode;
    this.listening = vscode.Disposable.from(
      window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
        if (this.sources.of(textEditor.document) !== undefined) this.lookSoon();
      }),
      window.onDidChangeVisibleTextEditors(() => this.lookSoon()),
      workspace.onDidChangeTextDocument(({ document }) => {
        if (this.sources.of(document) !== undefined) this.lookSoon();
      }),
      workspace.onDidGrantWorkspaceTrust(() => this.look()),
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('medbert.inlineExplanations')) this.look();
      }),
      window.onDidChangeActiveColorTheme(() => {
        this.shading.renew();
        this.drawing.now();
      }),
    );
    this.lookSoon();
  }

  /** Looks now: what was known may hold no longer. */
  look(): void {
    clearTimeout(this.resting);
    for (const editor of this.asking.keys()) {
      if (!vscode.window.visibleTextEditors.includes(editor)) this.leave(editor);
    }
    for (const editor of vscode.window.visibleTextEditors) this.lookAt(editor);
    this.drawing.now();
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.resting);
    this.drawing.dispose();
    for (const editor of this.asking.keys()) this.leave(editor);
    this.listening.dispose();
    this.changed.dispose();
  }

  private lookSoon(): void {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.look(), restMs);
  }

  private leave(editor: vscode.TextEditor): void {
    this.asking.get(editor)?.want([]);
    this.asking.delete(editor);
  }

  private lookAt(editor: vscode.TextEditor): void {
    const source = this.sources.of(editor.document);
    if (source === undefined || !vscode.workspace.isTrusted) {
      this.leave(editor);
      return;
    }
    const asking = this.asking.get(editor) ?? new WantedAnswers(() => this.drawSoon());
    this.asking.set(editor, asking);
    asking.want(this.wanted(source, patientsInView(editor.document, editor.visibleRanges, source.reader)));
  }

  /** First who is known at all, then every prediction, because lenses show it; attributions only for shading. */
  private wanted({ run }: RecordSource, patients: readonly PatientInView[]): Wanted[] {
    if (patients.length === 0) return [];
    const { answers } = this;
    const list: Wanted = {
      key: JSON.stringify(['patients', run]),
      isAnswered: () => answers.isListed(run),
      ask: (signal) => answers.patients(run, signal),
    };
    const abouts = patients.map(({ patient }): About => ({ run, patient }));
    const glances = abouts.map((about): Wanted => ({
      key: JSON.stringify(['glance', run, about.patient]),
      isAnswered: () => answers.knows(about) !== true || answers.glanced(about) !== undefined,
      ask: (signal) => answers.glance(about, signal),
    }));
    if (!this.host.settings.inlineExplanations.shading) return [list, ...glances];
    const attributions = abouts.map((about): Wanted => ({
      key: JSON.stringify(['attributed', run, about.patient]),
      isAnswered: () => answers.knows(about) !== true || answers.attributed(about) !== undefined,
      ask: (signal) => answers.attribution(about, signal),
    }));
    return [list, ...glances, ...attributions];
  }

  /** What was taken back at the end comes to its end a moment later. */
  private drawSoon(): void {
    if (!this.disposed) this.drawing.soon();
  }

  private draw(): void {
    this.changed.fire();
    for (const editor of vscode.window.visibleTextEditors) {
      this.shading.paint(editor, this.sources.of(editor.document));
    }
  }
}
