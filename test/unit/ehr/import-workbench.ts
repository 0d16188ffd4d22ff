import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { queryRows, sqlPathToRead, withDuckDb } from '../../../src/ehr/duckdb';
import { importRecords, type ImportOptions } from '../../../src/ehr/import';
import type { DatasetDescription } from '../../../src/protocol/dataset';
import { UserError } from '../../../src/protocol/errors';

/** A row of events.parquet; dates as `YYYY-MM-DD`. */
export interface EventRow {
  patient_id: string;
  visit: number;
  admit: string;
  discharge: string;
  code: string;
  system: string;
  priority: number;
}

export interface PatientRow {
  patient_id: string;
  birth_date: string | null;
  sex: string | null;
  visits: number;
  codes: number;
}

export const medbertHeader = 'patient_id\tvadate\tvddate\tdiag\tpoa\tdiagnosis_priority\tthird_party_ind';

/** A temporary place with sources and a home, for one test file. */
export class ImportWorkbench {
  readonly root = mkdtempSync(join(tmpdir(), 'medbert-import-'));
  readonly home = join(this.root, 'home');
  private count = 0;

  /** Writes files (names → text or bytes) into a fresh folder, whose path it returns. */
  folder(files: Readonly<Record<string, string | Uint8Array>>): string {
    const folder = join(this.root, `source-${this.count++}`);
    mkdirSync(folder);
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    return folder;
  }

  /** Writes Med-BERT rows, tab-separated texts, under the published header; returns the file. */
  records(rows: readonly string[]): string {
    const text = [medbertHeader, ...rows.map((row) => row.replaceAll(' ', '\t')), ''].join('\n');
    return join(this.folder({ 'records.tsv': text }), 'records.tsv');
  }

  /** Imports with defaults for tests: every patient is kept, one thread. */
  import(source: string, options: Partial<ImportOptions> = {}): Promise<DatasetDescription> {
    return importRecords({
      source,
      name: `dataset-${this.count++}`,
      home: this.home,
      format: 'auto',
      minCodes: 1,
      now: () => new Date('2026-01-01T00:00:00Z'),
      ...options,
    });
  }

  /** The UserError that an import ends with; it must leave nothing behind. */
  async refusal(source: string, options: Partial<ImportOptions> = {}): Promise<UserError> {
    const before = this.leftovers();
    try {
      await this.import(source, options);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (this.leftovers().join() !== before.join())
        throw new Error('The import left something behind.', { cause: error });
      return error;
    }
    throw new Error('The import succeeded.');
  }

  /** Everything in the datasets folder, hidden entries too. */
  leftovers(): string[] {
    try {
      return readdirSync(join(this.home, 'datasets'), { recursive: true }).map(String).sort();
    } catch {
      return [];
    }
  }

  events(dataset: { name: string }): Promise<EventRow[]> {
    return this.read<EventRow>(
      dataset,
      'events',
      `SELECT * REPLACE (admit::VARCHAR AS admit, discharge::VARCHAR AS discharge)`,
    );
  }

  patients(dataset: { name: string }): Promise<PatientRow[]> {
    return this.read<PatientRow>(dataset, 'patients', `SELECT * REPLACE (birth_date::VARCHAR AS birth_date)`);
  }

  descriptions(dataset: { name: string }): Promise<{ code: string; description: string }[]> {
    return this.read(dataset, 'descriptions', 'SELECT *');
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private read<T>({ name }: { name: string }, file: string, select: string): Promise<T[]> {
    const path = join(this.home, 'datasets', name, `${file}.parquet`);
    return withDuckDb({}, async (connection) => {
      return (await queryRows(connection, `${select} FROM read_parquet(${sqlPathToRead(path)})`)) as T[];
    });
  }
}

/** A file or folder of the shared test data. */
export function shared(...path: string[]): string {
  return join(process.cwd(), '..', 'shared', 'data', ...path);
}
