import * as vscode from 'vscode';
import type { Host } from '../host';
import { patientScheme } from '../patient-document/addresses';
import { VisitFolding, VisitSymbols } from '../patient-document/visits';
import { InlineAnswers } from './inline-answers';
import { InlineHover } from './inline-hover';
import { InlineLens } from './inline-lens';
import { InlineStatus } from './inline-status';
import { recordEndings } from './recognise';
import { Shading } from './shading';
import { RecordSources } from './sources';
import { ViewWatch } from './view-watch';

/** Everything that explains patients in editors: records files, and the pages of single patients. */
export function registerInline(host: Host): vscode.Disposable {
  const answers = new InlineAnswers(host.home, host.explain, host.settings, host.tell);
  const documents = host.patientDocuments;
  documents.serve(answers);
  const sources = new RecordSources(host, documents);
  const shading = new Shading(host, answers);
  const watch = new ViewWatch(host, sources, answers, shading);
  const lens = new InlineLens(sources, answers, watch);
  const endings = recordEndings.flatMap((ending) => [ending, ending.toUpperCase()]);
  const page = { scheme: patientScheme };
  const texts = [{ scheme: 'file', pattern: `**/*.{${endings.join(',')}}` }, page];
  const afresh = (): void => {
    answers.clear();
    documents.renew();
    watch.look();
  };
  const { languages } = vscode;
  return vscode.Disposable.from(
    new InlineStatus(host),
    { dispose: () => answers.clear() },
    watch,
    shading,
    lens,
    host.inlineModel.onDidChange(afresh),
    host.datasets.onDidChange(afresh),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('medbert.minimumCellCount')) afresh();
    }),
    languages.registerCodeLensProvider(texts, lens),
    languages.registerHoverProvider(texts, new InlineHover(sources, answers)),
    languages.registerFoldingRangeProvider(page, new VisitFolding(documents)),
    languages.registerDocumentSymbolProvider(page, new VisitSymbols(documents), { label: 'Med-BERT' }),
  );
}
