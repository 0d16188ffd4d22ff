import { UserError } from '../protocol/errors';

/** Where labelled cases were read, so that a mistake can be pointed at. */
export interface Origin {
  readonly file: string;
  /** File row of each case; the header is row 1. */
  readonly rows: ArrayLike<number>;
}

/** The scores of one set of cases, parted into the two classes. */
export interface ScoresByLabel {
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
}

/**
 * Checks what every metric asks of its input: cases, labels 0 or 1, both classes, finite scores.
 *
 * @param columns One or more sets of scores of the same cases.
 * @throws UserError naming the case, or file and row when `origin` is given.
 */
export function checkLabelledScores(
  labels: ArrayLike<number>,
  columns: readonly ArrayLike<number>[],
  origin?: Origin,
): void {
  if (labels.length === 0) {
    throw new UserError('There are no cases to evaluate.', inFile(origin));
  }
  for (const scores of columns) {
    if (scores.length !== labels.length) {
      throw new UserError(`There are ${labels.length} labels but ${scores.length} scores.`, {
        ...inFile(origin),
        advice: 'Give every case exactly one label and one score.',
      });
    }
  }
  let positives = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label !== 0 && label !== 1) {
      throw mistakeAt(i, 'the label is neither 0 nor 1', 'Code cases as 1 and controls as 0.', origin);
    }
    positives += label;
    for (const scores of columns) {
      if (!Number.isFinite(scores[i]!)) {
        throw mistakeAt(i, 'the score is not a finite number', 'Give every case a score.', origin);
      }
    }
  }
  if (positives === 0 || positives === labels.length) {
    throw new UserError(`All ${labels.length} labels are ${positives === 0 ? 0 : 1}.`, {
      ...inFile(origin),
      advice: 'The metrics compare two classes: add at least one case of each.',
    });
  }
}

/**
 * Checks that scores are probabilities, which Brier score, log loss and calibration ask for.
 *
 * @throws UserError naming the case, or file and row when `origin` is given.
 */
export function checkProbabilities(scores: ArrayLike<number>, origin?: Origin): void {
  for (let i = 0; i < scores.length; i++) {
    if (!(scores[i]! >= 0 && scores[i]! <= 1)) {
      const advice =
        'Brier score, log loss and calibration need probabilities: map the scores into [0, 1] first, ' +
        'for instance with a sigmoid.';
      throw mistakeAt(i, 'the score lies outside [0, 1]', advice, origin);
    }
  }
}

/**
 * Parts scores by label and sorts each class in ascending order.
 *
 * @throws UserError as {@link checkLabelledScores}.
 */
export function sortByLabel(labels: ArrayLike<number>, scores: ArrayLike<number>): ScoresByLabel {
  const { positives, negatives } = partByLabel(labels, scores);
  return { positives: positives.sort(), negatives: negatives.sort() };
}

/**
 * Parts scores by label, each class in the order of the cases.
 *
 * @throws UserError as {@link checkLabelledScores}.
 */
export function partByLabel(labels: ArrayLike<number>, scores: ArrayLike<number>): ScoresByLabel {
  checkLabelledScores(labels, [scores]);
  let count = 0;
  for (let i = 0; i < labels.length; i++) count += labels[i]!;
  const positives = new Float64Array(count);
  const negatives = new Float64Array(labels.length - count);
  for (let i = 0, p = 0, q = 0; i < labels.length; i++) {
    if (labels[i] === 1) positives[p++] = scores[i]!;
    else negatives[q++] = scores[i]!;
  }
  return { positives, negatives };
}

function inFile(origin: Origin | undefined): { file?: string } {
  return origin === undefined ? {} : { file: origin.file };
}

function mistakeAt(i: number, what: string, advice: string, origin: Origin | undefined): UserError {
  if (origin === undefined) return new UserError(`Case ${i + 1}: ${what}.`, { advice });
  const sentence = `${what.charAt(0).toUpperCase()}${what.slice(1)}.`;
  return new UserError(sentence, { file: origin.file, row: origin.rows[i]!, advice });
}
