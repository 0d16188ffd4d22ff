import { UserError } from '../protocol/errors';
import { checkLabelledScores, checkProbabilities } from './labelled-scores';

/** What `medbert metrics FILE.tsv` reads. */
export interface LabelledScores {
  readonly labels: Uint8Array;
  /** Predicted probabilities of label 1. */
  readonly scores: Float64Array;
  /** Scores of a second model on the same cases; any finite numbers. */
  readonly second?: Float64Array;
}

const ADVICE =
  'The file is tab-separated and starts with a header row that names the columns label, score and, for a ' +
  'comparison, score2; their order is free and further columns are ignored.';
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Reads labels and scores from tab-separated text with a header `label`, `score`[, `score2`] in any order
 * and any letter case. Further columns and blank lines are passed over.
 *
 * @param file Name of the file, for messages. Messages never repeat the content of a cell.
 * @throws UserError with file and row: no header, no cases, unreadable numbers, labels that are not 0/1,
 *   one class only, scores outside [0, 1].
 */
export function parseScores(text: string, file: string): LabelledScores {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const header = (lines[0] ?? '').split('\t').map((name) => name.trim().toLowerCase());
  const labelColumn = findColumn(header, 'label', file);
  const scoreColumn = findColumn(header, 'score', file);
  const secondColumn = header.includes('score2') ? findColumn(header, 'score2', file) : undefined;

  const rows: number[] = [];
  const labels: number[] = [];
  const scores: number[] = [];
  const second: number[] = [];
  for (let line = 1; line < lines.length; line++) {
    if (lines[line]!.trim() === '') continue;
    const cells = lines[line]!.split('\t');
    const number = (column: number) => readNumber(cells[column], header[column]!, file, line + 1);
    rows.push(line + 1);
    labels.push(number(labelColumn));
    scores.push(number(scoreColumn));
    if (secondColumn !== undefined) second.push(number(secondColumn));
  }
  const origin = { file, rows };
  checkLabelledScores(labels, secondColumn === undefined ? [scores] : [scores, second], origin);
  checkProbabilities(scores, origin);
  return {
    labels: Uint8Array.from(labels),
    scores: Float64Array.from(scores),
    ...(secondColumn === undefined ? {} : { second: Float64Array.from(second) }),
  };
}

function findColumn(header: readonly string[], name: string, file: string): number {
  const column = header.indexOf(name);
  if (column === -1) {
    throw new UserError(`The header has no column "${name}".`, { file, row: 1, advice: ADVICE });
  }
  if (header.includes(name, column + 1)) {
    const advice = `Keep one column "${name}" and rename the others.`;
    throw new UserError(`The header names the column "${name}" twice.`, { file, row: 1, advice });
  }
  return column;
}

function readNumber(cell: string | undefined, column: string, file: string, row: number): number {
  const text = cell?.trim() ?? '';
  if (text === '') {
    const advice = 'Give every case a label and a score, or remove its row.';
    throw new UserError(`The column "${column}" is empty.`, { file, row, advice });
  }
  if (!DECIMAL.test(text)) {
    const advice = 'Write numbers with a decimal point, like 0.25 or 2.5e-1; NaN and infinity are no scores.';
    throw new UserError(`The column "${column}" holds no number.`, { file, row, advice });
  }
  return Number(text);
}
