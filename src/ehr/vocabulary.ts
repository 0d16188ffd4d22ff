import { createHash } from 'node:crypto';
import { UserError } from '../protocol/errors';
import { specialTokens as special, UNK } from '../protocol/vocabulary';
import type { PatientSequences } from './sequences';

const header = 'id\tcode\tcount';

/**
 * Which number stands for which diagnosis code: `[PAD]` = 0, `[UNK]` = 1, `[MASK]` = 2, then codes by falling
 * frequency, equally frequent ones by name (binary order).
 */
export class Vocabulary {
  private readonly ids: ReadonlyMap<string, number>;

  private constructor(
    /** Name by id. */
    readonly names: readonly string[],
    /** Occurrences by id in the patients it was made from; `[UNK]` counts what was too rare to get an id. */
    readonly counts: readonly number[],
  ) {
    this.ids = new Map(names.slice(special.length).map((name, i) => [name, i + special.length]));
  }

  /**
   * Counts the codes of some patients (indices into `sequences`) or of all.
   *
   * @param minCount codes that occur fewer times get no id of their own.
   * @throws UserError when no code is that frequent.
   */
  static fromSequences(
    sequences: PatientSequences,
    patients: Int32Array | 'all',
    minCount: number,
  ): Vocabulary {
    const counts = countCodes(sequences, patients);
    let rare = 0;
    const kept: number[] = [];
    for (let code = 0; code < counts.length; code++) {
      if (counts[code]! >= Math.max(minCount, 1)) kept.push(code);
      else rare += counts[code]!;
    }
    if (kept.length === 0) {
      throw new UserError(`No diagnosis code occurs at least ${minCount} times in the training patients.`, {
        advice: 'Lower minCodeCount, or use more patients.',
      });
    }
    // codeNames are in binary order, so the smaller index is the smaller name.
    kept.sort((a, b) => counts[b]! - counts[a]! || a - b);
    return new Vocabulary(
      [...special, ...kept.map((code) => sequences.codeNames[code]!)],
      [0, rare, 0, ...kept.map((code) => counts[code]!)],
    );
  }

  /**
   * Reads what {@link toTsv} wrote.
   *
   * @param file named in errors.
   * @throws UserError when the text is not such a table.
   */
  static parse(tsv: string, file: string): Vocabulary {
    const lines = tsv.split('\n');
    if (lines.at(-1) === '') lines.pop();
    if (lines[0] !== header) throw damaged(file, 1, 'The header must be id, code, count (tab-separated).');
    const names: string[] = [];
    const counts: number[] = [];
    for (let id = 0; id < lines.length - 1; id++) {
      const [idText, name, count, ...more] = lines[id + 1]!.split('\t');
      const row = id + 2;
      if (count === undefined || more.length > 0) throw damaged(file, row, 'A row must have three columns.');
      if (idText !== String(id)) throw damaged(file, row, 'Ids must count from 0 without gaps.');
      if (name === '' || (id < special.length && name !== special[id])) {
        throw damaged(
          file,
          row,
          `The first three rows must be ${special.join(', ')}, and no code may be blank.`,
        );
      }
      if (!/^\d{1,15}$/.test(count)) throw damaged(file, row, 'The count must be a whole number.');
      names.push(name!);
      counts.push(Number(count));
    }
    if (names.length < special.length) throw damaged(file, lines.length, 'The table ends too early.');
    const vocabulary = new Vocabulary(names, counts);
    if (vocabulary.ids.size !== names.length - special.length) {
      throw damaged(file, undefined, 'The same code stands in two rows.');
    }
    return vocabulary;
  }

  /** Number of ids, the three special ones included. */
  get size(): number {
    return this.names.length;
  }

  /** Id of a code, `[UNK]` when it has none. */
  id(code: string): number {
    return this.ids.get(code) ?? UNK;
  }

  /** Ids of many codes: the table that maps `PatientSequences.codes` to ids. */
  idsOf(codeNames: readonly string[]): Int32Array {
    return Int32Array.from(codeNames, (name) => this.id(name));
  }

  /** The content of `vocabulary.tsv`: a header, then `id`, `code`, `count` a row. */
  toTsv(): string {
    const rows = this.names.map((name, id) => {
      if (/[\t\n\r]/.test(name)) {
        throw new UserError('A diagnosis code contains a tab or a line break.', {
          advice: 'Remove such characters from the records and import them again.',
        });
      }
      return `${id}\t${name}\t${this.counts[id]!}\n`;
    });
    return `${header}\n${rows.join('')}`;
  }

  /** SHA-256 (hex) of {@link toTsv}: two vocabularies with the same hash are the same. */
  hash(): string {
    return createHash('sha256').update(this.toTsv()).digest('hex');
  }
}

/** Occurrences by index into `codeNames`. */
function countCodes(sequences: PatientSequences, patients: Int32Array | 'all'): Float64Array {
  const { codes, offsets, codeNames } = sequences;
  const counts = new Float64Array(codeNames.length);
  const chosen = patients === 'all' ? sequences.patients.keys() : patients;
  for (const patient of chosen) {
    for (let t = offsets[patient]!; t < offsets[patient + 1]!; t++) counts[codes[t]!]!++;
  }
  return counts;
}

function damaged(file: string, row: number | undefined, what: string): UserError {
  return new UserError(what, {
    file,
    ...(row === undefined ? {} : { row }),
    advice: 'The vocabulary is written by the program; take it from the run folder unchanged.',
  });
}
