import * as vscode from 'vscode';
import { UserError } from '../../protocol/errors';
import type { LongWork } from '../../protocol/progress';
import type { NewRunFacts } from '../../protocol/queries';
import { stopRun } from '../../runs/stop';
import type { RunFacts } from '../../runs/run-facts';
import type { FinetuneAnswers } from '../forms/finetune-form';
import type { PretrainAnswers } from '../forms/pretrain-form';
import type { Host } from '../host';
import { launch } from '../launch';
import { withProgress } from '../long-work';
import { chooseRun, datasetOf, runIdOf } from '../targets';
import type { CommandTable } from './command';

/** Starting, stopping and resuming runs. */
export const trainingCommands = {
  'medbert.pretrain': {
    needsTrust: true,
    async run(host, target) {
      const { askPretrain, saveRunFile } = await import('../forms/forms');
      const dataset = datasetOf(target);
      const asked = await askPretrain(host, dataset === undefined ? {} : { dataset });
      if (asked === undefined) return;
      if (asked.then === 'save') await saveRunFile(host, { task: 'pretrain', ...asked });
      else await pretrain(host, asked);
    },
  },
  'medbert.finetune': {
    needsTrust: true,
    async run(host, target) {
      const { askFinetune, saveRunFile } = await import('../forms/forms');
      const from = runIdOf(target);
      const dataset = typeof target === 'string' ? undefined : datasetOf(target);
      const parent = from === undefined ? undefined : host.runs.facts(from);
      const asked = await askFinetune(host, {
        ...(parent === undefined ? {} : { from: parent.id, dataset: parent.manifest.dataset.name }),
        ...(dataset === undefined ? {} : { dataset }),
      });
      if (asked === undefined) return;
      if (asked.then === 'save') await saveRunFile(host, { task: 'finetune', ...asked });
      else await finetune(host, asked);
    },
  },
  'medbert.runConfiguration': {
    needsTrust: true,
    async run(host, given) {
      const file = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
      if (file === undefined) {
        throw new UserError(vscode.l10n.t('Open a run configuration (*.medbert.json) first.'));
      }
      const document = await vscode.workspace.openTextDocument(file);
      if (document.isDirty) await document.save();
      const { readRunFile } = await import('../forms/forms');
      const request = readRunFile(document);
      if (request.task === 'pretrain') await pretrain(host, request);
      else await finetune(host, request);
    },
  },
  'medbert.stopRun': {
    needsTrust: true,
    async run(host, target) {
      const run = await chooseRun(host, target, {
        question: vscode.l10n.t('Which run should stop?'),
        suits: ({ state }) => state === 'running' || state === 'queued',
        none: vscode.l10n.t('No run is at work or waits for its turn.'),
      });
      if (run !== undefined) await stop(host, run);
    },
  },
  'medbert.resumeRun': {
    needsTrust: true,
    async run(host, target) {
      const run = await chooseRun(host, target, {
        question: vscode.l10n.t('Which run should go on?'),
        suits: isResumable,
        none: vscode.l10n.t('Only a run that was stopped or has failed can be resumed.'),
      });
      if (run === undefined) return;
      await launch(host, run.folder);
      host.log.info(`Resumed ${run.id}.`);
    },
  },
} satisfies Partial<CommandTable>;

async function pretrain(host: Host, asked: Omit<PretrainAnswers, 'then'>): Promise<void> {
  const { dataset, settings, exclude } = asked;
  await create(host, vscode.l10n.t('Preparing to pretrain on {0}', dataset), (work) =>
    host.query.ask(
      'pretrain',
      { home: host.home, dataset, settings: withThreads(host, settings), exclude },
      work,
    ),
  );
}

async function finetune(host: Host, asked: Omit<FinetuneAnswers, 'then'>): Promise<void> {
  const { dataset, labels, from, like, settings, allowSeenTestPatients } = asked;
  const question = { home: host.home, dataset, labels, from, like, allowSeenTestPatients };
  await create(host, vscode.l10n.t('Preparing to fine-tune on {0}', dataset), (work) =>
    host.query.ask('finetune', { ...question, settings: withThreads(host, settings) }, work),
  );
}

/** Makes the run, queues it and shows its curves; what the person should know of it stands in the log. */
async function create(
  host: Host,
  title: string,
  make: (work: LongWork) => Promise<NewRunFacts>,
): Promise<void> {
  const { id, folder, remarks } = await withProgress(title, make);
  host.log.info(`Queued ${id}.`);
  for (const remark of remarks) host.log.info(`${id}: ${remark}`);
  await launch(host, folder);
  host.reveal(id);
  await host.execute('medbert.showCurves', { runId: id });
}

/** The setting of this machine holds where the person did not choose. */
function withThreads(host: Host, settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { threads } = host.settings;
  return threads === 0 || 'threads' in settings ? { ...settings } : { ...settings, threads };
}

/** Also a run whose maker ended before it could be queued. */
function isResumable({ state, waitingSince }: RunFacts): boolean {
  if (state === 'queued') return waitingSince === null;
  return state === 'stopped' || state === 'failed' || state === 'interrupted';
}

const stopPatienceMs = 120_000;
/** A stop is answered between two steps; only when that takes longer does the person see that we wait. */
const quietlyMs = 1500;

async function stop(host: Host, run: RunFacts): Promise<void> {
  const waiting = new AbortController();
  const stopped = stopRun(run.folder, { timeoutMs: stopPatienceMs, signal: waiting.signal });
  // A failure is told below; here it only must not count as unhandled.
  stopped.catch(() => undefined);
  const isQuick = await Promise.race([
    stopped.then(() => true),
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), quietlyMs)),
  ]);
  if (!isQuick) {
    await withProgress(vscode.l10n.t('{0} writes a last checkpoint', run.id), async ({ signal }) => {
      signal?.addEventListener('abort', () => waiting.abort());
      await stopped;
    });
  }
  host.log.info(`Asked ${run.id} to stop; it is ${await stopped}.`);
  await host.runs.refresh();
}
