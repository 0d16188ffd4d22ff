import type { CurvesData, CurvesView, MainRun } from '../../src/protocol/panels/curves';
import { clock, count, countText, duration, fixed, interval, none } from '../format';
import { written, writtenLoss } from './measures';

const notYet = 'not validated yet';

/** A key figure: its name, the number, and what qualifies it. */
interface KeyFigure {
  readonly label: string;
  readonly value: string;
  readonly note: string;
}

/** The key figures of the main run. */
export function keyFigures({ main }: CurvesData, view: CurvesView, now: Date): KeyFigure[] {
  const smoothed = view.smoothing === 0 ? 'as measured' : `smoothed ${fixed(view.smoothing, 2)}`;
  const best = main.bestStep === null ? notYet : `best, step ${count(main.bestStep)}`;
  return [
    { label: 'Step', value: count(main.step), note: progressNote(main) },
    {
      label: 'Train loss',
      value: writtenLoss(main.trainLoss),
      note: main.trainLoss === null ? 'no report yet' : smoothed,
    },
    { label: 'Validation loss', value: writtenLoss(main.validLoss), note: best },
    ...(main.kind === 'pretrain' ? pretrainFigures(main) : finetuneFigures(main)),
    {
      label: 'Patients/s',
      value: written('patientsPerSecond', main.patientsPerSecond),
      note: main.tokensPerSecond === null ? '' : `${count(main.tokensPerSecond)} tokens/s`,
    },
    timeFigure(main, now),
  ];
}

function pretrainFigures(main: MainRun): KeyFigure[] {
  return [
    {
      label: 'MLM accuracy, top-1',
      value: written('mlmAccuracy', main.mlmAccuracy),
      note: validationNote(main, main.mlmAccuracy),
    },
    {
      label: 'LOS AUROC, stay > 7 days',
      value: written('losAuroc', main.losAuroc),
      note: validationNote(main, main.losAuroc),
    },
  ];
}

function finetuneFigures(main: MainRun): KeyFigure[] {
  const { test } = main;
  const tested =
    test === null
      ? { value: none, note: 'when finished' }
      : {
          value: fixed(test.auroc, 3),
          note: `95 % CI ${interval(test.ci95, 3)}, n ${countText(test.n, main)}`,
        };
  return [
    {
      label: 'Validation AUROC',
      value: written('auroc', main.auroc),
      note: main.auroc === null ? notYet : `best step, n ${countText(main.validationPatients, main)}`,
    },
    { label: 'Test AUROC', ...tested },
  ];
}

function validationNote(main: MainRun, value: number | null): string {
  return value === null ? notYet : `validation, best step, n ${countText(main.validationPatients, main)}`;
}

function progressNote(main: MainRun): string {
  const planned = main.steps === null ? '' : `of ${count(main.steps)}`;
  const epoch = main.epoch === null ? '' : `epoch ${fixed(main.epoch, main.epoch < 10 ? 1 : 0)}`;
  return [planned, epoch].filter((part) => part !== '').join(' · ');
}

function timeFigure(main: MainRun, now: Date): KeyFigure {
  if (main.state !== 'running') {
    return { label: 'Time', value: main.seconds > 0 ? duration(main.seconds) : none, note: 'of training' };
  }
  if (main.etaSeconds === null) return { label: 'Time left', value: none, note: 'known after a few steps' };
  const end = new Date(now.getTime() + main.etaSeconds * 1000);
  return { label: 'Time left', value: duration(main.etaSeconds), note: `ends about ${clock(end)}` };
}
