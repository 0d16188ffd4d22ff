import type { DuckDBConnection } from '@duckdb/node-api';
import type { ImportProblem, SourceFormat } from '../../protocol/dataset';
import type { PlausibleDays } from '../../protocol/plausible-days';
import type { Delimiter } from '../header';
import type { SourceFile } from '../source-file';
import type { Table } from '../table';

/** The file or folder that is imported. */
export interface Source {
  readonly path: string;
  /** The file itself, or every file in the folder and in the folders in it, sorted by name. */
  readonly files: readonly SourceFile[];
  readonly isFolder: boolean;
}

/** A file that a format will read, and how. */
export interface FoundFile {
  /** What the format uses the file for: `admissions`, `claims` … */
  readonly role: string;
  readonly file: SourceFile;
  readonly delimiter: Delimiter;
  /** Fewer columns than this mean that the delimiter is another one. */
  readonly leastColumns: number;
}

/** A table with what its format uses it for. */
export interface RoleTable extends Table {
  readonly role: string;
}

/** What {@link RecordFormat.stage} tells beside the tables that it makes. */
export interface Staged {
  /** Files by their number. */
  readonly tables: readonly Table[];
  readonly problems: readonly ImportProblem[];
  /** Whether the source has descriptions of codes / a file of patients. */
  readonly hasDescriptions: boolean;
  readonly people: Table | null;
  /** Tables under `stays` and `diagnoses` to drop once both have been read. */
  readonly bulky: readonly string[];
}

/** A format of the source: one file in this folder. */
export interface RecordFormat {
  readonly name: SourceFormat;
  /** What it is recognised by, for the message when no format fits. */
  readonly recognisedBy: string;
  readonly plausible: PlausibleDays;
  /** The files to read; null when the source is none of this format. UserError when it almost is. */
  find(source: Source): Promise<readonly FoundFile[] | null>;
  /**
   * Puts the source into temporary tables or views; nothing is dropped yet:
   * - `stays(place, patient, visit, admit DATE, discharge DATE, start, reversed BOOLEAN)`: visits are ordered by
   *   `start`; `reversed` tells that discharge lies before admission, by the finest times the source has, never
   *   null; rows with the same patient and visit are one visit.
   * - `diagnoses(place, patient, visit, code, rank1, rank2, rank3)`: `code` as `SYSTEM_code`; ranks as
   *   text order the codes of a visit: numbers by value, then other text; ties by `place`.
   * - `people(place, patient, birth_date DATE, sex)`, when the source tells; one row for each patient.
   * - `descriptions(code, description)`, when the source tells.
   *
   * `place` = file number · 2^40 + record of the file (from 0), see `src/ehr/place.ts`.
   */
  stage(connection: DuckDBConnection, tables: readonly RoleTable[]): Promise<Staged>;
}
