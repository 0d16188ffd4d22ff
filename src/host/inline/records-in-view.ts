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
}

/** Nobody sees more lines at once; a folded editor may pretend so. */
const mostLines = 600;
/** Lines beneath what can be seen are prepared, so that slow scrolling finds them done. */
const ahead = 20;
/** So many lines around what can be seen are read to tell whether the records are those that the run knows. */
const reach = 150;

/** The records that can be seen (and a few beneath), by patient in the order of their first lines. */
export function patientsInView(
  text: Lines,
  ranges: readonly LineRange[],
  reader: LineReader,
  previous: ReadonlyMap<string, number> = new Map(),
): PatientInView[] {
  const records = new Map<string, PlacedRecord[]>();
  for (const line of linesIn(ranges, text.lineCount)) {
    const record = reader.read(text.lineAt(line).text, line);
    if (record === undefined) continue;
    const placed = records.get(record.patient);
    if (placed === undefined) records.set(record.patient, [{ line, record }]);
    else placed.push({ line, record });
  }
  return [...records].map(([patient, placed]) => ({
    patient,
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

/** The records of a patient around a line, as far as they follow one another. */
export function recordsAround(text: Lines, reader: LineReader, line: number): RecordLine[] {
  const record = reader.read(text.lineAt(line).text, line);
  if (record === undefined) return [];
  const found = [record];
  for (const step of [-1, 1]) {
    for (let at = line + step; at >= 0 && at < text.lineCount && Math.abs(at - line) <= reach; at += step) {
      const next = reader.read(text.lineAt(at).text, at);
      if (next?.patient !== record.patient) break;
      found.push(next);
    }
  }
  return found;
}

/** All records of a patient in view, and those that follow them above and below. */
export function recordsNear(text: Lines, reader: LineReader, { records }: PatientInView): RecordLine[] {
  const ends = new Set([records[0]!.line, records.at(-1)!.line]);
  const around = [...ends].flatMap((line) => recordsAround(text, reader, line));
  return [...around, ...records.slice(1, -1).map(({ record }) => record)];
}
