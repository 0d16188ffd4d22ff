import { type LineReader, type RecordLine, longestLine } from './record-line';
import { type Lines, type PatientInView, ahead, mostLines, orderOf, patientsInView } from './records-in-view';

/**
 * Records of a patient in the order of their lines, and whether they are all that the text has of the patient:
 * `unknown` when their beginning and end have been seen, but there may be others elsewhere.
 */
export interface RecordsNear {
  readonly lines: readonly RecordLine[];
  readonly extent: Extent;
}
export type Extent = 'whole' | 'unknown' | 'part';

/** So many lines around what can be seen are read to tell whether the records are those that the run knows. */
const reach = 150;

/** All records of a patient in view, and those that follow them above and below. */
export function recordsNear(text: Lines, reader: LineReader, inView: PatientInView): RecordsNear {
  const { patient, records, order } = inView;
  const found = new Map(records.map(({ line, record }) => [line, record]));
  const isClosed = fillGaps(text, reader, inView, found);
  const above = follow(text, reader, inView, -1, found);
  const below = follow(text, reader, inView, 1, found);
  const lines = [...found].sort(([one], [two]) => one - two).map(([, record]) => record);
  if (reader.holdsAll !== true || !isClosed || above === beyond || below === beyond)
    return { lines, extent: 'part' };
  const beside = [above, patient, below].filter((each) => each !== null);
  const orders = [order, orderOf(beside)];
  if (orders.includes('scattered')) return { lines, extent: 'part' };
  return { lines, extent: orders.includes('unknown') ? 'unknown' : 'whole' };
}

/** The records of the patient of a line, around it; undefined where the line is no record. */
export function recordsAround(text: Lines, reader: LineReader, line: number): RecordsNear | undefined {
  const around = { start: { line: Math.max(0, line - ahead) }, end: { line } };
  const inView = patientsInView(text, [around], reader).find(({ records }) =>
    records.some((placed) => placed.line === line),
  );
  return inView === undefined ? undefined : recordsNear(text, reader, inView);
}

/** Nobody knows what comes there. */
const beyond = Symbol('beyond');

/**
 * Reads on from the patient's records in view until they end.
 * @returns the patient who comes next, null at the end of the text, {@link beyond} where the end is out of reach
 */
function follow(
  text: Lines,
  reader: LineReader,
  { patient, records }: PatientInView,
  step: 1 | -1,
  found: Map<number, RecordLine>,
): string | null | typeof beyond {
  const from = (step < 0 ? records[0] : records.at(-1))!.line;
  for (let at = from + step; at >= 0 && at < text.lineCount; at += step) {
    if (Math.abs(at - from) > reach) return beyond;
    const line = text.lineAt(at).text;
    if (line.length > longestLine) return beyond;
    const record = reader.read(line, at);
    // Blank and torn lines, headers: whatever the import makes of them, they are no records.
    if (record === undefined) continue;
    if (record.patient !== patient) return record.patient;
    found.set(at, record);
  }
  return null;
}

/** Reads the lines between those in view (folded ones); false where something of them cannot be known. */
function fillGaps(
  text: Lines,
  reader: LineReader,
  { patient, records }: PatientInView,
  found: Map<number, RecordLine>,
): boolean {
  const [first, last] = [records[0]!.line, records.at(-1)!.line];
  if (last - first + 1 === records.length) return true;
  if (last - first > mostLines) return false;
  for (let at = first; at < last; at++) {
    if (found.has(at)) continue;
    const line = text.lineAt(at).text;
    if (line.length > longestLine) return false;
    const record = reader.read(line, at);
    if (record?.patient === patient) found.set(at, record);
  }
  return true;
}
