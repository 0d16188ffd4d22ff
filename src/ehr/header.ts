import { UserError } from '../protocol/errors';
import type { SourceFile } from './source-file';

export type Delimiter = '\t' | ',';

const names: Record<string, string> = { '\t': 'tabs', ',': 'commas', ';': 'semicolons', '|': 'bars' };
/** Far above any format that is read here; wider tables are something else. */
const mostColumns = 1000;

/** Splits a header line at its delimiter; names in quotation marks may hold the delimiter. */
export function splitHeader(line: string, delimiter: string): string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    else if (character === delimiter && !quoted) {
      fields.push(field.trim());
      field = '';
    } else field += character;
  }
  return [...fields, field.trim()];
}

/**
 * The column names of a table that needs at least `least` columns. Throws a UserError when the line is
 * blank, too wide, or written with another delimiter.
 */
export function readHeader(
  file: SourceFile,
  line: string,
  delimiter: Delimiter,
  least: number,
): readonly string[] {
  const problem = (message: string, advice: string): never => {
    throw new UserError(message, { file: file.name, row: 1, advice });
  };
  if (line.trim() === '') {
    problem('The first line is blank.', 'Put the column names into the first line.');
  }
  const columns = splitHeader(line, delimiter);
  if (columns.length > mostColumns) {
    const width = columns.length.toLocaleString('en');
    problem(`The table has ${width} columns.`, `Tables of this format have far fewer than ${mostColumns}.`);
  }
  if (columns.length < least) {
    const other = Object.keys(names).find(
      (mark) => mark !== delimiter && splitHeader(line, mark).length >= Math.min(least, 2),
    );
    if (other !== undefined) {
      problem(
        `Columns are separated by ${names[other]}, where this format has ${names[delimiter]}.`,
        `Export the table with ${names[delimiter]} between the columns.`,
      );
    }
  }
  return columns;
}

/** Position of a named column, whatever the case of its name. Throws a UserError when it is missing. */
export function columnIndex(file: SourceFile, header: readonly string[], name: string): number {
  const index = header.findIndex((column) => column.toLowerCase() === name.toLowerCase());
  if (index >= 0) return index;
  throw new UserError(`The column ${name} is missing.`, {
    file: file.name,
    row: 1,
    advice: `Columns are found by the names in the first row; check that it has ${name}.`,
  });
}
