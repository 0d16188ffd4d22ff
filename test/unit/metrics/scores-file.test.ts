import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../src/metrics/evaluate';
import { parseScores } from '../../../src/metrics/scores-file';
import { UserError } from '../../../src/protocol/errors';

function mistake(work: () => unknown): UserError {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

describe('a scores file', () => {
  test('holds label and score in any order, with further columns', () => {
    const parsed = parseScores('patient_id\tscore\tlabel\nA\t0.25\t0\nB\t7.5e-1\t1\n', 'f.tsv');
    expect(parsed).toEqual({ labels: Uint8Array.of(0, 1), scores: Float64Array.of(0.25, 0.75) });
    expect('second' in parsed).toBe(false);
  });

  test('may hold a second score, which need not be a probability', () => {
    const { second } = parseScores('label\tscore\tscore2\n0\t0.1\t-3.5\n1\t0.2\t12', 'f.tsv');
    expect(second).toEqual(Float64Array.of(-3.5, 12));
  });

  test('reads what spreadsheets write: byte order mark, CRLF, capitals, blank lines, 1.0 for 1', () => {
    const parsed = parseScores('\uFEFFLabel\tScore\r\n1.0\t.5\r\n\r\n 0 \t1.\r\n\r\n', 'f.tsv');
    expect(parsed).toEqual({ labels: Uint8Array.of(1, 0), scores: Float64Array.of(0.5, 1) });
  });

  test.each([
    ['an empty file', '', 1, /"label"/],
    ['no header', '0\t0.3\n1\t0.4\n', 1, /"label"/],
    ['commas', 'label,score\n0,0.3\n', 1, /"label"/],
    ['no score', 'label\tprobability\n0\t0.3\n', 1, /"score"/],
    ['a column twice', 'label\tscore\tscore\n0\t0.3\t0.3\n', 1, /twice/],
    ['score2 twice', 'label\tscore\tscore2\tscore2\n0\t0.3\t1\t1\n', 1, /"score2" twice/],
    ['no cases', 'label\tscore\n\n', undefined, /no cases/],
    ['one class', 'label\tscore\n1\t0.3\n1\t0.4\n', undefined, /All 2 labels are 1/],
    ['a label 2', 'label\tscore\n1\t0.3\n0\t0.4\n\n2\t0.5\n', 5, /neither 0 nor 1/],
    ['a word as label', 'label\tscore\n1\t0.3\nICD9_428.0\t0.4\n', 3, /"label" holds no number/],
    ['a missing cell', 'label\tscore\tscore2\n1\t0.3\t1\n0\t0.4\n', 3, /"score2" is empty/],
    ['NaN', 'label\tscore\n1\tNaN\n0\t0.4\n', 2, /no number/],
    ['infinity', 'label\tscore\n1\t0.5\n0\t-inf\n', 3, /no number/],
    ['an overflow', 'label\tscore\tscore2\n1\t0.5\t1e999\n0\t0.4\t1\n', 2, /not a finite number/],
    ['a hexadecimal number', 'label\tscore\n1\t0x1\n0\t0.4\n', 2, /no number/],
    ['a logit as score', 'label\tscore\n1\t0.5\n0\t1.5\n', 3, /outside \[0, 1\]/],
    ['a negative score', 'label\tscore\n1\t-0.01\n0\t0.5\n', 2, /outside \[0, 1\]/],
  ])('with %s is refused at its place, with advice', (_, text, row, message) => {
    const error = mistake(() => parseScores(text, 'scores.tsv'));
    expect(error.message).toMatch(message);
    expect(error.details.file).toBe('scores.tsv');
    expect(error.details.row).toBe(row);
    expect(error.explain()).not.toMatch(/ICD9|undefined/);
    if (row !== undefined) expect(error.details.advice).toBeTruthy();
  });
});

describe('evaluate refuses', () => {
  test.each([
    ['nothing', [], [], undefined, /no cases/],
    ['one class', [0, 0], [0.1, 0.2], undefined, /All 2 labels are 0/],
    ['different lengths', [0, 1], [0.1], undefined, /2 labels but 1 scores/],
    ['a second score of another length', [0, 1], [0.1, 0.2], [0.1, 0.2, 0.3], /2 labels but 3 scores/],
    ['labels that are not 0/1', [0, 1, -1], [0.1, 0.2, 0.3], undefined, /Case 3: the label/],
    ['NaN', [0, 1], [0.1, NaN], undefined, /Case 2: the score is not a finite/],
    ['NaN as second score', [0, 1], [0.1, 0.2], [NaN, 0], /Case 1: the score is not a finite/],
    ['infinity', [0, 1], [-Infinity, 0.5], undefined, /Case 1: the score is not a finite/],
    ['scores that are no probabilities', [0, 1], [0.1, 1.2], undefined, /Case 2: .* outside \[0, 1\]/],
  ])('%s', (_, labels, scores, second, message) => {
    expect(mistake(() => evaluate(labels, scores, second)).message).toMatch(message);
  });
});

test('evaluate works on typed and plain arrays alike and leaves them as they were', () => {
  const [labels, scores] = [
    [0, 1, 1, 0, 1],
    [0.5, 0.25, 0.75, 0.125, 0.5],
  ];
  const typed = [Uint8Array.from(labels!), Float32Array.from(scores!)] as const;
  expect(evaluate(...typed)).toEqual(evaluate(labels!, scores!));
  expect([...typed[1]]).toEqual(scores);
});
