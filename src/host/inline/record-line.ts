import type { SourceFormat } from '../../protocol/dataset';
import type { WrittenCode } from './written-code';

/** Longer lines are not looked at: reading one would be felt. */
export const longestLine = 2 ** 20;

/** A stretch of a line: column of its first character, and the one behind its last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A diagnosis code where it stands in a line. */
export interface CodeMention extends Span {
  /** Null: the import does not read such a code. */
  readonly code: WrittenCode | null;
  /** Place of the code among those that the model reads, where whoever wrote the line knows it. */
  readonly at?: number;
  /** By what the import orders the codes of a visit, the weightiest first; missing where the line does not tell. */
  readonly rank?: readonly string[];
}

/** What one line says of one patient. It is all that is read of an editor's text: lines are looked at one by one. */
export interface RecordLine {
  readonly patient: string;
  readonly codes: readonly CodeMention[];
  /** Days of the visit, `YYYY-MM-DD`; null where the format has them and this line has none that can be read. */
  readonly stay?: { readonly admit: string | null; readonly discharge: string | null };
  /** A day of the visit, in formats that tell no more of it. */
  readonly day?: string;
  /** Rows of a patient with the same word here are one visit. */
  readonly visit?: string;
  /** The format by which the import reads such a line, where there is one. */
  readonly source?: SourceFormat;
  /** Number of the visit of each code: then the line holds the patient's whole history, in the model's order. */
  readonly visits?: readonly number[];
  /** A line inside of a patient's page, whose lens stands elsewhere. */
  readonly isInside?: true;
}

/** How the lines of a text are read. */
export interface LineReader {
  /** Name of the format, for people. */
  readonly format: string;
  /** Every code that the import takes of a patient has a row in such a text. */
  readonly holdsAll?: true;
  /** Undefined for a line that is no record, such as the header. */
  read(text: string, line: number): RecordLine | undefined;
}

/** So many lines are remembered: some screens of them. */
const remembered = 2000;

/** Reads every line once while it stays in sight: a line may hold a history of hundreds of codes. */
export function remembering(reader: LineReader): LineReader {
  const known = new Map<number, { readonly text: string; readonly record: RecordLine | undefined }>();
  return {
    ...reader,
    read(text, line) {
      const present = known.get(line);
      if (present?.text === text) return present.record;
      if (known.size >= remembered) known.clear();
      const record = reader.read(text, line);
      known.set(line, { text, record });
      return record;
    },
  };
}

/** The code at a column of a line. */
export function mentionAt({ codes }: RecordLine, column: number): CodeMention | undefined {
  return codes.find(({ start, end }) => start <= column && column < end);
}
