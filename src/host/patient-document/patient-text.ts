import { CancelledError, UserError } from '../../protocol/errors';
import type { Glance } from '../../protocol/explanation';
import { riskFigure } from '../../protocol/risk-words';
import { type Words, count, dot } from '../experiments/wording';
import { troubleText } from '../inline/lens-title';
import { percentileText } from '../inline/percentile';
import type { RecordLine } from '../inline/record-line';
import { partsOf } from '../inline/written-code';

/** A visit as a section of the page: its heading, and its last line. */
export interface VisitSection {
  readonly heading: string;
  /** `4 codes` */
  readonly detail: string;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly codes: readonly { readonly line: number; readonly code: string; readonly description: string }[];
}

/** The page of a patient: its lines, and what stands in them. */
export interface PatientText {
  readonly lines: readonly string[];
  readonly records: readonly RecordLine[];
  readonly visits: readonly VisitSection[];
}

const indent = '  ';

/**
 * The page of one patient, as the model reads it: facts in the first lines, then a section for each visit with a
 * code a line.
 */
export function patientText(glance: Glance, l10n: Words): PatientText {
  const head = headLines(glance, l10n);
  const lines = head.map(oneLine);
  const records: RecordLine[] = head.map((_line, at) =>
    at === 0
      ? { patient: glance.patient, codes: [] }
      : { patient: glance.patient, codes: [], isInside: true },
  );
  const width = Math.max(0, ...glance.codes.map(({ code }) => code.length));
  const visits: VisitSection[] = [];
  const add = (line: string, codes: RecordLine['codes'] = []): number => {
    records.push({ patient: glance.patient, codes, isInside: true });
    return lines.push(oneLine(line)) - 1;
  };
  for (const [index, visit] of glance.visits.entries()) {
    const heading = visitHeading(glance, index, l10n);
    const own = glance.codes
      .map((code, at) => ({ ...code, at }))
      .filter((code) => code.visit === visit.visit);
    add('');
    const firstLine = add(heading);
    const codes = own.map(({ code, description, known, at }) => {
      const words = description ?? (known ? '' : l10n.t('(not in the vocabulary of the run)'));
      const start = indent.length;
      const mention = { start, end: start + code.length, code: partsOf(code), at };
      return {
        line: add(`${indent}${code.padEnd(width)}${indent}${words}`.trimEnd(), [mention]),
        code,
        description: words,
      };
    });
    const detail = codes.length === 1 ? l10n.t('1 code') : l10n.t('{0} codes', codes.length);
    visits.push({ heading, detail, firstLine, lastLine: lines.length - 1, codes });
  }
  return { lines, records, visits };
}

/** Descriptions come from a table of somebody's: whatever is in them, a line stays one. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\u2028\u2029]+/g, ' ');
}

/** What stands in the place of a page that cannot be made. */
export function failureText(error: unknown, l10n: Words): string {
  if (error instanceof CancelledError) return '';
  const why = error instanceof UserError ? error.explain() : troubleText(error, l10n);
  return `${l10n.t('This patient cannot be shown.')}\n${why}`;
}

function headLines(glance: Glance, l10n: Words): string[] {
  const parts: Readonly<Record<string, string>> = {
    train: l10n.t('training patient'),
    validation: l10n.t('validation patient'),
    test: l10n.t('test patient'),
  };
  const about = [
    l10n.t('run {0}, step {1}', glance.run, count(glance.step)),
    l10n.t('dataset {0}', glance.dataset),
    glance.part === null ? l10n.t('in no part of the run’s data') : parts[glance.part],
  ];
  return [
    l10n.t('Patient {0}', glance.patient),
    about.join(dot),
    ...riskLines(glance, l10n),
    ...(glance.cut === 0
      ? []
      : [l10n.t('{0} older codes are left out: the model does not read them.', count(glance.cut))]),
    ...glance.notes,
    l10n.t('Attention and attribution describe the model, not causes.'),
  ];
}

function riskLines(glance: Glance, l10n: Words): string[] {
  if (glance.kind !== 'finetune') return [];
  const { risk, percentile, testPatients, label, indexDate } = glance;
  const standing =
    percentile === null
      ? undefined
      : l10n.t('{0} of {1} test patients', percentileText(percentile, l10n), count(testPatients));
  const truth =
    label === null
      ? l10n.t('No label')
      : label === 1
        ? l10n.t('Label 1 (case)')
        : l10n.t('Label 0 (control)');
  const read = indexDate === null ? l10n.t('read whole') : l10n.t('read up to the day before {0}', indexDate);
  return [
    [l10n.t('Risk {0}', riskFigure(risk)), standing].filter((part) => part !== undefined).join(dot),
    [truth, read].join(dot),
  ];
}

/** `Visit 2 · 2014-06-03 to 2014-06-08 · 5 days · 476 days after visit 1`. */
function visitHeading({ visits }: Glance, index: number, l10n: Words): string {
  const { visit, admit, discharge } = visits[index]!;
  const stay = daysBetween(admit, discharge);
  const before = visits[index - 1];
  const gap = before === undefined ? undefined : daysBetween(before.discharge, admit);
  const days = (number: number): string =>
    number === 1 ? l10n.t('1 day') : l10n.t('{0} days', count(number));
  return [
    l10n.t('Visit {0}', visit),
    stay === 0 ? admit : l10n.t('{0} to {1}', admit, discharge),
    stay > 0 ? days(stay) : undefined,
    gap === undefined || gap < 0 ? undefined : l10n.t('{0} after visit {1}', days(gap), before!.visit),
  ]
    .filter((part) => part !== undefined)
    .join(dot);
}

/** Both are days of UTC, so no change of clocks lies between them. */
function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}
