import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { untrained } from '../../protocol/run-file';
import { findLabels } from '../forms/find-files';
import type { Host } from '../host';
import { readJsonTree, stringAt } from './json-tree';
import { pathFrom } from './save-run-file';

interface Proposal {
  readonly text: string;
  readonly about?: string;
  readonly kind: vscode.CompletionItemKind;
}

/** Completes what only this machine knows: datasets, runs and labels files. Keys and settings come from the schema. */
export class RunFileCompletion implements vscode.CompletionItemProvider {
  constructor(private readonly host: Host) {}

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.CompletionItem[]> {
    const text = document.getText();
    const offset = document.offsetAt(position);
    const found = stringAt(readJsonTree(text).root, offset);
    if (found === undefined || found.path.length !== 1) return [];
    const isClosed = text[found.node.end - 1] === '"' && found.node.end - found.node.start > 1;
    if (isClosed && offset === found.node.end) return [];
    const proposals = await this.proposals(found.path[0]!, document.fileName, token);
    const { start, end } = found.node;
    const inside = new vscode.Range(
      document.positionAt(start + 1),
      document.positionAt(Math.max(isClosed ? end - 1 : end, offset)),
    );
    return proposals.map((proposal, index) => itemOf(proposal, index, inside));
  }

  private async proposals(key: string, file: string, token: vscode.CancellationToken): Promise<Proposal[]> {
    const { CompletionItemKind } = vscode;
    switch (key) {
      case 'dataset':
        return this.host.datasets.all.map(({ name }) => ({ text: name, kind: CompletionItemKind.Module }));
      case 'labels':
      case 'exclude': {
        const files = await findLabels(this.host, dirname(file), token);
        return files.map((path) => ({ text: pathFrom(dirname(file), path), kind: CompletionItemKind.File }));
      }
      case 'from':
        return [
          ...this.runs(),
          { text: untrained, about: vscode.l10n.t('random weights'), kind: CompletionItemKind.Constant },
        ];
      case 'like':
        return this.runs();
      default:
        return [];
    }
  }

  /** Pretraining runs, newest first. */
  private runs(): Proposal[] {
    return this.host.runs.readable
      .filter(({ manifest }) => manifest.kind === 'pretrain')
      .map(({ id, state, manifest, validLoss }) => ({
        text: id,
        about: [manifest.dataset.name, state, validLoss === null ? '' : validLoss.toFixed(2)]
          .filter((part) => part !== '')
          .join(' · '),
        kind: vscode.CompletionItemKind.Reference,
      }));
  }
}

function itemOf({ text, about, kind }: Proposal, index: number, range: vscode.Range): vscode.CompletionItem {
  const item = new vscode.CompletionItem(
    about === undefined ? text : { label: text, description: about },
    kind,
  );
  item.insertText = JSON.stringify(text).slice(1, -1);
  item.range = range;
  item.filterText = text;
  item.sortText = String(index).padStart(6, '0');
  return item;
}
