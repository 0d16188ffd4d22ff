import * as vscode from 'vscode';
import type { InlineAnswers } from '../inline/inline-answers';
import type { RecordSource } from '../inline/sources';
import { untrusted } from '../query-client';
import type { PatientAddresses } from './addresses';
import type { PatientText } from './patient-text';

/**
 * The pages of single patients: texts that cannot be changed, made when they are opened and never written anywhere.
 * They are files of a file system of their own, because the editor shows breadcrumbs of files only.
 */
export class PatientDocuments implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changed.event;
  /** By the word in their address. */
  private readonly texts = new Map<string, PatientText>();
  private readonly listening: vscode.Disposable;
  private readonly abort = new AbortController();
  private give: (answers: InlineAnswers) => void = () => undefined;
  private readonly answers = new Promise<InlineAnswers>((resolve) => (this.give = resolve));
  /** Rises when pages are to be made anew: the editor reads a file again only when its time differs. */
  private time = 1;

  constructor(readonly addresses: PatientAddresses) {
    this.listening = vscode.Disposable.from(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.texts.delete(uri.authority)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.renew()),
    );
  }

  /** From now on pages have content; whoever asks earlier waits. */
  serve(answers: InlineAnswers): void {
    this.give(answers);
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return new TextEncoder().encode(await this.content(uri));
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const type = isPage(uri) ? vscode.FileType.File : vscode.FileType.Directory;
    return { type, ctime: 0, mtime: this.time, size: 0, permissions: vscode.FilePermission.Readonly };
  }

  /** The page that an editor shows; undefined while it shows something else, such as why there is none. */
  textOf(document: vscode.TextDocument): PatientText | undefined {
    const text = this.texts.get(document.uri.authority);
    // The editor may still have the page as it was before.
    return text?.lines.length === document.lineCount ? text : undefined;
  }

  sourceOf(document: vscode.TextDocument): RecordSource | undefined {
    const text = this.textOf(document);
    const about = this.addresses.about(document.uri);
    if (text === undefined || about === undefined) return undefined;
    const read = (line: string, at: number): PatientText['records'][number] | undefined =>
      text.lines[at] === line ? text.records[at] : undefined;
    return { run: about.run, reader: { format: 'patient', read } };
  }

  isForgotten(uri: vscode.Uri): boolean {
    return this.addresses.about(uri) === undefined;
  }

  /** Makes the open pages anew: run or dataset may have changed. */
  renew(): void {
    this.time += 1;
    const { Changed } = vscode.FileChangeType;
    const open = vscode.workspace.textDocuments.filter(({ uri }) => this.addresses.about(uri) !== undefined);
    this.changed.fire(open.map(({ uri }) => ({ type: Changed, uri })));
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  /** Who has pages is nobody's to list. */
  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(): never {
    throw vscode.FileSystemError.NoPermissions();
  }

  writeFile(): never {
    throw vscode.FileSystemError.NoPermissions();
  }

  delete(): never {
    throw vscode.FileSystemError.NoPermissions();
  }

  rename(): never {
    throw vscode.FileSystemError.NoPermissions();
  }

  dispose(): void {
    this.abort.abort();
    this.listening.dispose();
    this.changed.dispose();
  }

  private async content(uri: vscode.Uri): Promise<string> {
    if (!isPage(uri)) throw vscode.FileSystemError.FileIsADirectory();
    this.texts.delete(uri.authority);
    const about = this.addresses.about(uri);
    if (about === undefined) return forgotten();
    if (!vscode.workspace.isTrusted) return untrusted();
    // Loaded with the first page: opening a window does not wait for it.
    const { failureText, patientText } = await import('./patient-text');
    try {
      const answers = await this.answers;
      // The list too: lenses say nothing of a patient before it is known whether the run can be asked.
      await answers.patients(about.run, this.abort.signal);
      const text = patientText(await answers.glance(about, this.abort.signal), vscode.l10n);
      this.texts.set(uri.authority, text);
      return text.lines.join('\n');
    } catch (error) {
      return failureText(error, vscode.l10n);
    }
  }
}

function isPage({ path }: vscode.Uri): boolean {
  return path.length > 1;
}

function forgotten(): string {
  const { l10n } = vscode;
  return [
    l10n.t('This page was closed with its window: whose it is, is never written to the disk.'),
    l10n.t('Open the patient again with the command “Med-BERT: Open Patient…”.'),
  ].join('\n');
}
