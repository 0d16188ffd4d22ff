import { join } from 'node:path';
import { Option } from 'commander';
import { finetuneConfig, headNames, pretrainConfig } from '../../protocol/config';
import { UserError } from '../../protocol/errors';
import { enqueue, startQueued } from '../../runs/queue';
import { clearStop, requestStop } from '../../runs/stop';
import { readRun } from '../../runs/store';
import { readTicket } from '../../runs/ticket';
import { readConfiguration } from '../../tasks/configuration';
import { executeRun } from '../../tasks/execute';
import { createFinetuneRun, untrained } from '../../tasks/finetune';
import { createPretrainRun } from '../../tasks/pretrain';
import type { CreatedRun, RunEnd } from '../../tasks/run-context';
import { summarizeRun } from '../../runs/summary';
import { renderSummary } from '../run-text';
import { exitCodes } from '../exit-codes';
import { collect, type CommandContext, type DefineCommands } from './command';
import { wholeNumber } from './records';

const deviceOption = (): Option =>
  new Option('--device <device>', 'where to compute').choices(['auto', 'cpu']).default('auto');

/** Training, in the terminal or as a background process. */
export const trainingCommands: DefineCommands = (program, action) => {
  program
    .command('pretrain <dataset>')
    .description('pretrain Med-BERT on a dataset (masked codes + prolonged length of stay)')
    .option('--config <file>', 'run configuration (JSON)')
    .option('--set <key=value>', 'one setting; may be repeated', collect, [])
    .option('--exclude <labels>', 'keep the patients of this labels file out of the pool')
    .addOption(deviceOption())
    .option('--detach', 'train in a background process')
    .action(
      action(async (context, [dataset], options) => {
        const { config, set, exclude, detach } = options as {
          config?: string;
          set: string[];
          exclude?: string;
          detach?: boolean;
        };
        const run = await createPretrainRun({
          ...work(context),
          home: context.home,
          dataset: dataset!,
          config: readConfiguration(pretrainConfig, config ?? null, set).config,
          exclude: exclude ?? null,
          now: context.now,
        });
        await carryOut(context, run, detach ?? false);
      }),
    );

  program
    .command('finetune <dataset>')
    .description('fine-tune for a disease')
    .requiredOption('--labels <file>', 'patient_id, label, index_date')
    .requiredOption('--from <run>', `a pretraining run, or “${untrained}” for random weights`)
    .addOption(new Option('--head <head>', 'prediction head').choices(headNames).default('ffl'))
    .option('--like <run>', 'with --from untrained: take architecture and vocabulary from this run')
    .option('--train-size <n>', 'labelled patients to train on; nested for one seed', wholeNumber(2))
    .option('--seed <s>', 'seed of split, weights and order', wholeNumber(0))
    .option('--config <file>', 'run configuration (JSON)')
    .option('--set <key=value>', 'one setting; may be repeated', collect, [])
    .option(
      '--allow-seen-test-patients',
      'accept test patients that the encoder has seen (recorded in run.json)',
    )
    .addOption(deviceOption())
    .option('--detach', 'train in a background process')
    .action(
      action(async (context, [dataset], options) => {
        const given = options as {
          labels: string;
          from: string;
          head: string;
          like?: string;
          trainSize?: number;
          seed?: number;
          config?: string;
          set: string[];
          allowSeenTestPatients?: boolean;
          detach?: boolean;
        };
        const settings = [...given.set, `head=${given.head}`];
        if (given.trainSize !== undefined) settings.push(`trainSize=${given.trainSize}`);
        if (given.seed !== undefined) settings.push(`seed=${given.seed}`);
        const run = await createFinetuneRun({
          ...work(context),
          home: context.home,
          dataset: dataset!,
          labels: given.labels,
          from: given.from,
          like: given.like ?? null,
          ...readConfiguration(finetuneConfig, given.config ?? null, settings),
          allowSeenTestPatients: given.allowSeenTestPatients ?? false,
          now: context.now,
        });
        await carryOut(context, run, given.detach ?? false);
      }),
    );

  program
    .command('resume <run>')
    .description('go on with a stopped, failed or interrupted run from its last checkpoint')
    .option('--detach', 'train in a background process')
    .action(
      action(async (context, [given], options) => {
        const { detach } = options as { detach?: boolean };
        const { id, folder, state } = readRun(context.home, given!);
        if (state === 'finished') {
          throw new UserError(`${id} is finished; there is nothing to resume.`, {
            advice: `See it: medbert show ${id}`,
          });
        }
        if (state === 'running') {
          throw new UserError(`${id} is running already.`, { advice: `Watch it: medbert show ${id}` });
        }
        clearStop(folder);
        await carryOut(context, { id, folder, remarks: [] }, detach ?? false);
      }),
    );
};

function work({ terminal, signal }: CommandContext): {
  progress: typeof terminal.progress;
  signal: AbortSignal;
} {
  return { progress: terminal.progress, signal };
}

/** Does the work of a run here, or queues it for a background process; then tells how it stands. */
async function carryOut(
  { home, terminal, signal, onFirstInterrupt }: CommandContext,
  { id, folder, remarks }: CreatedRun,
  detach: boolean,
): Promise<void> {
  remarks.forEach((remark) => terminal.remark(remark));
  if (detach) {
    enqueue(folder);
    const taken = startNext(home);
    const turn = taken.find((other) => other.folder === folder);
    if (turn?.problem !== undefined) throw new UserError(turn.problem);
    // A window may have been quicker to start it.
    const pid = turn?.process?.pid ?? readTicket(folder)?.launched?.pid ?? null;
    const how = pid === null ? 'waits in the queue' : `is training in the background (process ${pid})`;
    terminal.result({ run: id, pid, folder }, `${id} ${how}.\nWatch it: medbert show ${id}`);
    return;
  }
  terminal.remark(`${id} · Ctrl-C stops it with a checkpoint; go on later with: medbert resume ${id}`);
  onFirstInterrupt(() => requestStop(folder));
  let end: RunEnd;
  try {
    end = await executeRun({ home, folder, progress: terminal.progress, signal });
  } finally {
    // Others may have waited for this one.
    startNext(home);
  }
  const summary = summarizeRun(home, id);
  terminal.result(summary, renderSummary(summary));
  // Whatever was to follow this command must not take a half-trained model for a finished one.
  if (end === 'stopped') process.exitCode = exitCodes.cancelled;
}

function startNext(home: string): ReturnType<typeof startQueued> {
  return startQueued({ home, script: join(__dirname, 'worker.js'), env: process.env });
}
