import { UserError } from '../../protocol/errors';
import { demo, type DemoResult, demoStudy } from '../../tasks/demo';
import type { DefineCommands } from './command';
import { wholeNumber } from './records';

/** The main job from end to end. */
export const demoCommand: DefineCommands = (program, action) => {
  program
    .command('demo')
    .description('the whole way on a generated study or on your own records: does pretraining help?')
    .option('--source <dir>', 'your own records (with --labels)')
    .option('--labels <file>', 'patient_id, label, index_date')
    .option('--patients <n>', 'patients to generate', wholeNumber(500), demoStudy.patients)
    .action(
      action(async ({ home, terminal, signal, now }, _args, options) => {
        const { source, labels, patients } = options as {
          source?: string;
          labels?: string;
          patients: number;
        };
        if ((source === undefined) !== (labels === undefined)) {
          throw new UserError('--source and --labels go together.');
        }
        const own = source === undefined ? null : { source, labels: labels! };
        const began = performance.now();
        const result = await demo({ home, own, patients, now, signal, progress: terminal.progress });
        const seconds = Math.round((performance.now() - began) / 1000);
        terminal.result({ ...result, seconds }, render(result, seconds));
      }),
    );
};

function render({ rows, home, records, labels, dataset, pretrainRun }: DemoResult, seconds: number): string {
  const percent = (x: number): string => x.toFixed(3);
  const table = rows.map(
    (row) =>
      `${String(row.trainSize).padStart(10)}   ${percent(row.meanUntrained)} ± ${percent(row.sdUntrained)}   ` +
      `${percent(row.meanPretrained)} ± ${percent(row.sdPretrained)}   ` +
      `${row.gain >= 0 ? '+' : ''}${percent(row.gain)}  (${percent(row.gainCi95[0])} to ${percent(row.gainCi95[1])})`,
  );
  return [
    'AUROC on test patients that no model has seen, mean ± SD over seeds',
    '  labelled   untrained       pretrained      gain (95 % interval over seeds)',
    ...table,
    '',
    `records  ${records}`,
    `labels   ${labels}`,
    `home     ${home}  (dataset ${dataset}, pretraining run ${pretrainRun}; see: medbert runs)`,
    `time     ${Math.floor(seconds / 60)} min ${seconds % 60} s`,
  ].join('\n');
}
