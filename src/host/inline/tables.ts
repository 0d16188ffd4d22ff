import { type Field, dayOf, fieldsOf } from './fields';
import type { CodeMention, LineReader, RecordLine } from './record-line';
import { type Columns, columnsOf } from './table-formats';
import { readWritten, systemName } from './written-code';

const delimiters = ['\t', ','] as const;

/**
 * The reader of a table with a header that is known: diagnoses of MIMIC-IV, claims of DE-SynPUF, conditions of OMOP,
 * MEDS as text, our own tables, and Med-BERT's by its seven columns.
 *
 * @param header first line of the text
 * @param record second line
 */
export function recogniseTable(header: string, record: string): LineReader | undefined {
  for (const delimiter of delimiters) {
    const names = fieldsOf(header.replace(/^\ufeff/, ''), delimiter).map(nameOf);
    if (names.length < 2) continue;
    const columns = columnsOf(names, fieldsOf(record, delimiter));
    if (columns !== undefined) return readerOf(columns, names, delimiter);
  }
  return undefined;
}

function readerOf(columns: Columns, names: readonly string[], delimiter: string): LineReader {
  return {
    format: columns.format,
    ...(columns.holdsAll ? { holdsAll: true } : {}),
    read(text, line) {
      if (line === 0) return undefined;
      const fields = fieldsOf(text, delimiter);
      // A torn record, or one of several lines: what stands in it cannot be told for sure.
      if (fields.length !== names.length) return undefined;
      // Tables that were put together bring their headers along.
      if (fields.every((field, column) => nameOf(field) === names[column])) return undefined;
      return recordOf(fields, columns);
    },
  };
}

function nameOf({ text }: Field): string {
  return text.toLowerCase();
}

function recordOf(fields: readonly Field[], columns: Columns): RecordLine | undefined {
  const textOf = (column: number): string => fields[column]!.text;
  const patient = textOf(columns.patient);
  if (patient === '') return undefined;
  const { stay, day, visit, source } = columns;
  const seen = day === null ? null : dayOf(textOf(day));
  return {
    patient,
    codes: mentionsOf(fields, columns),
    ...(stay === null
      ? {}
      : {
          stay: {
            admit: stay.admit === null ? null : dayOf(textOf(stay.admit)),
            discharge: dayOf(textOf(stay.discharge)),
          },
        }),
    ...(seen === null ? {} : { day: seen }),
    ...(visit === null ? {} : { visit: textOf(visit) }),
    ...(source === null ? {} : { source }),
  };
}

function mentionsOf(fields: readonly Field[], columns: Columns): CodeMention[] {
  const { accepts, needsSystem } = columns;
  const system =
    typeof columns.system === 'number' ? systemName(fields[columns.system]!.text) : columns.system;
  const ranks = columns.ranks?.map((column) => fields[column]!.text);
  return columns.codes.flatMap((column, position): CodeMention[] => {
    const { start, end, text } = fields[column]!;
    if (text.trim() === '' || !accepts(text)) return [];
    const written = readWritten(text, system);
    const code = needsSystem && written?.system === null ? null : written;
    return [{ start, end, code, ...(ranks === undefined ? {} : { rank: [...ranks, String(position)] }) }];
  });
}
