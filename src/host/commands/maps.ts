import * as vscode from 'vscode';
import { mapPanel } from '../panels/map-panel';
import { showPanel } from '../panels/panel';
import { chooseRun } from '../targets';
import type { CommandTable } from './command';

/** What a run has learnt, as a picture. */
export const mapCommands = {
  'medbert.showMap': {
    needsTrust: false,
    async run(host, target) {
      const run = await chooseRun(host, target, {
        question: vscode.l10n.t('Map of which run?'),
        suits: ({ checkpoints }) => checkpoints.length > 0,
        none: vscode.l10n.t('There is no run with a checkpoint yet: pretrain or fine-tune first.'),
      });
      if (run !== undefined) showPanel(mapPanel, { run: run.id }, host);
    },
  },
} satisfies Partial<CommandTable>;
