import { readRun, listRuns } from '../../runs/store';
import { stopRun } from '../../runs/stop';
import { summarizeRun } from '../../runs/summary';
import { figure, renderSummary } from '../run-text';
import type { DefineCommands } from './command';

/** How long `stop` waits for the last checkpoint, in milliseconds. */
const patience = 120_000;

/** Looking at runs and ending them. */
export const runCommands: DefineCommands = (program, action) => {
  program
    .command('runs')
    .description('every run of this home')
    .action(
      action(({ home, terminal }) => {
        const runs = listRuns(home).map((run) =>
          run.damaged
            ? { run: run.id, state: 'damaged', problem: run.problem }
            : {
                run: run.id,
                state: run.state,
                dataset: run.manifest.dataset.name,
                createdAt: run.manifest.createdAt,
                step:
                  run.ending && 'step' in run.ending
                    ? (run.ending.step as number)
                    : (run.lastMetric?.step ?? 0),
                steps: run.steps ?? null,
                loss: run.lastMetric?.values['loss'] ?? null,
                // Of a finished run: on its test patients.
                auroc: run.lastMetric?.split === 'test' ? (run.lastMetric.values['auroc'] ?? null) : null,
              },
        );
        const lines = runs.map((run) =>
          'problem' in run
            ? `${run.run.padEnd(26)} damaged      ${run.problem}`
            : `${run.run.padEnd(26)} ${run.state.padEnd(12)} ${run.dataset.padEnd(16)} step ${String(run.step).padStart(7)}  ${run.auroc === null ? '' : `test AUROC ${figure(run.auroc)}`}`,
        );
        terminal.result({ home, runs }, lines.length > 0 ? lines.join('\n') : `No run in ${home} yet.`);
      }),
    );

  program
    .command('show <run>')
    .description('configuration, state and figures of a run')
    .action(
      action(({ home, terminal }, [given]) => {
        const summary = summarizeRun(home, given!);
        const { manifest } = readRun(home, given!);
        terminal.result(
          { ...summary, manifest },
          `${renderSummary(summary)}\n${renderConfiguration(manifest.config)}`,
        );
      }),
    );

  program
    .command('stop <run>')
    .description('let a run write a checkpoint and end')
    .action(
      action(async ({ home, terminal, signal }, [given]) => {
        const { id, folder } = readRun(home, given!);
        terminal.progress({ phase: `asking ${id} to stop`, done: 0 });
        const state = await stopRun(folder, { timeoutMs: patience, signal });
        terminal.result({ run: id, state }, `${id} is ${state}.`);
      }),
    );
};

function renderConfiguration(config: object): string {
  const text = Object.entries(config).map(([key, value]) => `${key}=${String(value)}`);
  return `  settings     ${text.join(' ')}`;
}
