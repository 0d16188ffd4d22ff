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

function render(result: DemoResult, seconds: number): string {
  const percent = (x: number): string => x.toFixed(3);
  const table = result.rows.map(
    (row) =>
      `${String(row.trainSize).padStart(10)}   ${percent(row.meanUntrained)} ± ${percent(row.sdUntrained)}   ` +
      `${percent(row.meanPretrained)} ± ${percent(row.sdPretrained)}   ` +
      `${row.gain >= 0 ? '+' : ''}${percent(row.gain)}  (${percent(row.gainCi95[0])} to ${percent(row.gainCi95[1])})`,
  );
  const settings = Object.entries({ ...demoStudy.pretrain }).map(([key, value]) => `${key}=${value}`);
  return [
    `AUROC on ${result.testPatients} test patients (${result.testPositives} with the outcome) that no model has seen, mean ± SD over ${demoStudy.seeds.length} seeds`,
    '  labelled   untrained       pretrained      gain (95 % interval over seeds)',
    ...table,
    ...result.rows.map(
      (row) => `At ${row.trainSize} labelled patients pretraining ${verdict(row.gainCi95)}.`,
    ),
    '',
    `Both arms are the same network on the same patients and choose their best step on ${result.validationPatients} labelled validation patients.`,
    `Each seed draws another split, weights and order; all share ONE pretraining run on ${result.pool} unlabelled patients,`,
    'so the interval does not hold what another pretraining run would change.',
    `The network is a small Med-BERT for a short demo (${settings.join(' ')}).`,
    '',
    `records  ${result.records}`,
    `labels   ${result.labels}`,
    `home     ${result.home}  (dataset ${result.dataset}, pretraining run ${result.pretrainRun}; see: medbert runs --home ${result.home})`,
    `time     ${Math.floor(seconds / 60)} min ${seconds % 60} s`,
  ].join('\n');
}

function verdict([low, high]: readonly [number, number]): string {
  if (low > 0) return 'helps: the interval lies above 0';
  if (high < 0) return 'harms: the interval lies below 0';
  return 'makes no difference that three seeds can show: the interval holds 0';
}
