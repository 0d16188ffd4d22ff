import type { CurveFigures, CurveRun, CurvesData } from '../../src/protocol/panels/curves';
import { count, counted } from '../format';
import { placeWords, written, writtenLoss, writtenRange } from './measures';
import type { Readout } from './readout';

/** One figure of an entry as it is written. */
export interface ListedFigure {
  readonly label: string;
  readonly value: string;
  /** Lowest and highest seed; null with one. */
  readonly range: string | null;
}

/** The figures of an entry: losses, and what its kind of run is judged by on validation patients. */
export function listedFigures({ kind }: Pick<CurveRun, 'kind'>, { figures, range }: Readout): ListedFigure[] {
  const figure = (label: string, name: keyof CurveFigures<number>): ListedFigure => {
    const measure = name === 'trainLoss' || name === 'validLoss' ? 'loss' : name;
    const seeds = range?.[name] ?? null;
    return {
      label,
      value: written(measure, figures[name]),
      range: seeds === null ? null : writtenRange(measure, seeds),
    };
  };
  return [
    figure('train', 'trainLoss'),
    figure('valid', 'validLoss'),
    ...(kind === 'pretrain'
      ? [figure('MLM', 'mlmAccuracy'), figure('LOS', 'losAuroc')]
      : [figure('valid\u00a0AUROC', 'auroc')]),
  ];
}

/** The one figure that a narrow panel has room for. */
export function brief({ figures, range }: Readout): string {
  const value = figures.validLoss ?? figures.trainLoss;
  const seeds = figures.validLoss === null ? range?.trainLoss : range?.validLoss;
  return seeds ? `${writtenLoss(value)} (${writtenRange('loss', seeds)})` : writtenLoss(value);
}

/** How many seeds stand behind a mean, and how far it goes: `2 of 3 seeds, mean to step 4,000`. */
export function seedNote({ seeds, begun, meanEnd }: CurveRun, axis: CurvesData['x']): string {
  if (seeds === 1) return '';
  const many = begun < seeds ? `${count(begun)} of ${counted(seeds, 'seed')}` : counted(seeds, 'seed');
  return meanEnd === null ? many : `${many}, mean to ${placeWords(axis, meanEnd)}`;
}
