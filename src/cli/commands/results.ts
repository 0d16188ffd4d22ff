import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import { explainFileError } from '../../files/explain';
import { evaluate } from '../../metrics/evaluate';
import { parseScores } from '../../metrics/scores-file';
import { UserError } from '../../protocol/errors';
import type { Evaluation } from '../../protocol/evaluation';
import { evaluateRun } from '../../tasks/evaluate';
import { exportRun } from '../../tasks/export';
import { figure, interval } from '../run-text';
import type { DefineCommands } from './command';

/** What comes out of a run: metrics and files for other programs. */
export const resultCommands: DefineCommands = (program, action) => {
  program
    .command('evaluate <run>')
    .description("metrics on the run's test patients, or on another dataset")
    .option('--dataset <name>', 'another dataset (with --labels)')
    .option('--labels <file>', 'its labels')
    .option('--only-unseen', 'leave out patients that the model was trained or chosen on')
    .option('--allow-seen-patients', 'count them in all the same')
    .action(
      action(async ({ home, terminal, signal }, [run], options) => {
        const { dataset, labels, onlyUnseen, allowSeenPatients } = options as {
          dataset?: string;
          labels?: string;
          onlyUnseen?: boolean;
          allowSeenPatients?: boolean;
        };
        if (onlyUnseen && allowSeenPatients) {
          throw new UserError('--only-unseen and --allow-seen-patients contradict each other.');
        }
        if (dataset === undefined && (onlyUnseen || allowSeenPatients)) {
          throw new UserError(
            "A run's own test patients are unseen; the switch goes with --dataset and --labels.",
          );
        }
        const seen = onlyUnseen ? 'leave-out' : allowSeenPatients ? 'allow' : 'refuse';
        if ((dataset === undefined) !== (labels === undefined)) {
          throw new UserError('--dataset and --labels go together.');
        }
        const other = dataset === undefined ? null : ({ dataset, labels: labels!, seen } as const);
        const result = await evaluateRun({ home, run: run!, other, signal, progress: terminal.progress });
        if (result.state !== 'finished') {
          terminal.remark(
            `${result.run} is ${result.state}, not finished: its step ${result.step} is measured.`,
          );
        }
        const unknown =
          result.unknownCodeShare === null
            ? ''
            : `\n  unknown codes  ${(100 * result.unknownCodeShare).toFixed(1)} % of the codes are not in the run's vocabulary`;
        terminal.result(result, `${result.run} on ${result.dataset}\n${renderEvaluation(result)}${unknown}`);
      }),
    );

  program
    .command('metrics <file>')
    .description('every metric of a table with label, score[, score2]')
    .action(
      action(({ terminal }, [file]) => {
        const { labels, scores, second } = parseScores(readTable(file!), file!);
        const result = evaluate(labels, scores, second);
        terminal.result(result, renderEvaluation(result));
      }),
    );

  program
    .command('export <run>')
    .description("the run's best model for other programs")
    .addOption(
      new Option(
        '--format <format>',
        'onnx: one inference model; safetensors: weights, config.json, vocabulary.tsv',
      )
        .choices(['onnx', 'safetensors'])
        .makeOptionMandatory(),
    )
    .option('--out <path>', 'file (onnx) or folder (safetensors); default: inside the run folder')
    .option('--attentions', 'onnx: also give the attention of every layer and head')
    .action(
      action(({ home, terminal }, [run], options) => {
        const given = options as { format: 'onnx' | 'safetensors'; out?: string; attentions?: boolean };
        const result = exportRun({
          home,
          run: run!,
          format: given.format,
          out: given.out ?? null,
          attentions: given.attentions ?? false,
        });
        terminal.result(result, result.files.join('\n'));
      }),
    );
};

function readTable(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    if (!text.startsWith('PAR1')) return text;
  } catch (error) {
    throw explainFileError(error, file);
  }
  throw new UserError('This is a parquet file; metrics reads tab-separated text with a header.', {
    file,
    advice: "A run's own predictions are measured by: medbert evaluate RUN",
  });
}

function renderEvaluation(e: Evaluation): string {
  const rows: [string, string][] = [
    ['patients', `${e.n}, ${e.positives} with label 1`],
    ['AUROC', interval(e.auroc, e.aurocCi95)],
    ['AUPRC', figure(e.auprc)],
    ['Brier', figure(e.brier)],
    ['log loss', figure(e.logLoss)],
    ['ECE', figure(e.ece)],
    ['calibration', `slope ${figure(e.calibrationSlope)}, intercept ${figure(e.calibrationIntercept)}`],
  ];
  if (e.delongP !== undefined) rows.push(['DeLong p', figure(e.delongP)]);
  return rows.map(([key, value]) => `  ${key.padEnd(15)}${value}`).join('\n');
}
