import type { LineReader, RecordLine } from './record-line';

/** The text of an editor, of which single lines are asked for. */
export interface Lines {
  readonly lineCount: number;
  lineAt(line: number): { readonly text: string };
}
/** Lines that can be seen, both ends included. */
export interface LineRange {
  readonly start: { readonly line: number };
  readonly end: { readonly line: number };
}

/** A record, and the line that it stands on. */
export interface PlacedRecord {
  readonly line: number;
  readonly record: RecordLine;
}

/** A patient of whom records can be seen. */
export interface PatientInView {
  readonly patient: string;
  /** Line of the lens: the patient's first one, or the first that can be seen when that lies above. */
  readonly line: number;
  readonly records: readonly PlacedRecord[];
  /** How the patients in view follow one another. */
  readonly order: Order;
}

/**
 * How the patients of a text follow one another: `scattered` when records of a patient stand apart. Only where ids are
 * sorted it is certain that a patient whose records end has no others further down.
 */
export type Order = 'sorted' | 'scattered' | 'unknown';

/** Nobody sees more lines at once; a folded editor may pretend so. */
export const mostLines = 600;
/** Lines beneath what can be seen are prepared, so that slow scrolling finds them done. */
export const ahead = 20;

/** The records that can be seen (and a few beneath), by patient in the order of their first lines. */
export function patientsInView(
  text: Lines,
  ranges: readonly LineRange[],
  reader: LineReader,
  previous: ReadonlyMap<string, number> = new Map(),
): PatientInView[] {
  const records = new Map<string, PlacedRecord[]>();
  const runs: string[] = [];
  for (const line of linesIn(ranges, text.lineCount)) {
    const record = reader.read(text.lineAt(line).text, line);
    if (record === undefined) continue;
    if (record.patient !== runs.at(-1)) runs.push(record.patient);
    const placed = records.get(record.patient);
    if (placed === undefined) records.set(record.patient, [{ line, record }]);
    else placed.push({ line, record });
  }
  const order = orderOf(runs);
  return [...records].map(([patient, placed]) => ({
    patient,
    order,
    line: lensLine(text, reader, placed, previous.get(patient)),
    records: placed,
  }));
}

function* linesIn(ranges: readonly LineRange[], lineCount: number): Generator<number> {
  let next = 0;
  let left = mostLines;
  for (const { start, end } of ranges) {
    const last = Math.min(lineCount - 1, end.line + ahead);
    for (let line = Math.max(next, start.line); line <= last && left > 0; line++, left--) yield line;
    next = last + 1;
  }
}

/** A lens moves as little as it can while the patient's records scroll by, because every lens moves the text. */
function lensLine(
  text: Lines,
  reader: LineReader,
  [first, ...others]: readonly PlacedRecord[],
  previous: number | undefined,
): number {
  const { line, record } = first!;
  const above = line === 0 ? undefined : reader.read(text.lineAt(line - 1).text, line - 1);
  const goesOn = above?.patient === record.patient;
  return goesOn && others.some((other) => other.line === previous) ? previous! : line;
}

/** The order of the patients of consecutive records. */
export function orderOf(patients: readonly string[]): Order {
  if (new Set(patients).size < patients.length) return 'scattered';
  const rises = (compare: (one: string, two: string) => number): boolean =>
    patients.every((patient, at) => at === 0 || compare(patients[at - 1]!, patient) < 0);
  return rises((one, two) => (one < two ? -1 : 1)) || rises(natural.compare) ? 'sorted' : 'unknown';
}

const natural = new Intl.Collator('en', { numeric: true });
