import type * as vscode from 'vscode';
import type { Host } from '../host';
import { patientScheme } from '../patient-document/addresses';
import type { PatientDocuments } from '../patient-document/patient-documents';
import { recogniseRecords } from './recognise';
import { type LineReader, remembering } from './record-line';

/** A text with records of patients, and the run that explains them. */
export interface RecordSource {
  readonly reader: LineReader;
  readonly run: string;
}

/** Tells which open texts hold records that are to be explained, by the settings and the run in use. */
export class RecordSources {
  private readonly recognised = new WeakMap<
    vscode.TextDocument,
    { readonly first: string; readonly second: string; readonly reader: LineReader | undefined }
  >();

  constructor(
    private readonly host: Pick<Host, 'settings' | 'inlineModel'>,
    private readonly documents: PatientDocuments,
  ) {}

  /** Undefined where nothing is to be shown. */
  of(document: vscode.TextDocument): RecordSource | undefined {
    const { records, patientDocument } = this.host.settings.inlineExplanations;
    if (document.uri.scheme === patientScheme) {
      return patientDocument ? this.documents.sourceOf(document) : undefined;
    }
    const { run } = this.host.inlineModel;
    if (!records || run === null || document.uri.scheme !== 'file') return undefined;
    const reader = this.readerOf(document);
    return reader === undefined ? undefined : { reader, run };
  }

  /** Whether a text is the page of a patient whom this window no longer knows. */
  isForgotten(document: vscode.TextDocument): boolean {
    return this.documents.isForgotten(document.uri);
  }

  private readerOf(document: vscode.TextDocument): LineReader | undefined {
    const first = document.lineAt(0).text;
    const second = document.lineCount > 1 ? document.lineAt(1).text : '';
    const present = this.recognised.get(document);
    if (present?.first === first && present.second === second) return present.reader;
    const found = recogniseRecords(document.uri.path, first, second);
    const reader = found === undefined ? undefined : remembering(found);
    this.recognised.set(document, { first, second, reader });
    return reader;
  }
}
