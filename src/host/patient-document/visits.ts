import * as vscode from 'vscode';
import type { PatientDocuments } from './patient-documents';

/** Folds a patient's page by visit. */
export class VisitFolding implements vscode.FoldingRangeProvider {
  constructor(private readonly documents: PatientDocuments) {}

  provideFoldingRanges(document: vscode.TextDocument): vscode.FoldingRange[] {
    return (this.documents.textOf(document)?.visits ?? [])
      .filter(({ firstLine, lastLine }) => lastLine > firstLine)
      .map(({ firstLine, lastLine }) => new vscode.FoldingRange(firstLine, lastLine));
  }
}

/** Outline and breadcrumbs of a patient's page: visits, and the codes in them. */
export class VisitSymbols implements vscode.DocumentSymbolProvider {
  constructor(private readonly documents: PatientDocuments) {}

  provideDocumentSymbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
    const { Event, Key } = vscode.SymbolKind;
    const whole = (line: number): vscode.Range => document.lineAt(line).range;
    return (this.documents.textOf(document)?.visits ?? []).map((visit) => {
      const { heading, detail, firstLine, lastLine, codes } = visit;
      const range = whole(firstLine).union(whole(lastLine));
      const symbol = new vscode.DocumentSymbol(heading, detail, Event, range, whole(firstLine));
      symbol.children = codes.map(
        ({ line, code, description }) =>
          new vscode.DocumentSymbol(code, description, Key, whole(line), whole(line)),
      );
      return symbol;
    });
  }
}
