import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { explainFileError, partialPath, publishFolder, removeStalePartials } from '../../files/atomic';
import { throwIfCancelled, UserError } from '../../protocol/errors';
import type { LongWork } from '../../protocol/progress';
import { makeCodebook, type Codebook } from './codebook';
import { DiseaseProcess } from './process';
import { StudyFiles } from './study-files';
import { readme, truth } from './truth';

/** Ids hold eight digits. */
const mostPatients = 99_999_999;
/** Patients between two looks at the clock of the caller: a report, a chance to cancel. */
const patientsPerTurn = 2000;

export interface SampleOptions extends LongWork {
  /** Number of patients, from 1. */
  patients: number;
  /** Unsigned 32-bit; same seed, same bytes. */
  seed: number;
  /** Folder to make; it must not exist yet, or be empty. */
  out: string;
}

/** What a study holds; `rows` are diagnosis rows, `codes` distinct codes among them. */
export interface SampleCounts {
  patients: number;
  visits: number;
  rows: number;
  codes: number;
  labelled: number;
  positives: number;
}

/**
 * Makes a synthetic study: `records.tsv` (Med-BERT's format), `labels.tsv` (heart failure in diabetics),
 * `patients.tsv`, `descriptions.tsv`, `truth.json` (what was planted) and `README.txt`. The records of a
 * patient depend on the seed and the patient's number alone, so a larger study begins with the smaller one.
 *
 * Memory does not grow with the number of patients. The folder appears whole or not at all.
 *
 * @throws UserError when `patients` or `seed` is out of range, `out` is taken, or the disk refuses.
 * @throws CancelledError when the signal fires.
 */
export async function generateSample(options: SampleOptions): Promise<SampleCounts & { files: string[] }> {
  checkOptions(options);
  const out = resolve(options.out);
  const parent = dirname(out);
  checkFolderIsFree(out, options.out);
  let partial = '';
  try {
    mkdirSync(parent, { recursive: true });
    removeStalePartials(parent, `.${basename(out)}.partial-`);
    partial = partialPath(out);
    mkdirSync(partial);
    const codebook = makeCodebook();
    const counts = await writeStudy(partial, codebook, options);
    writeFileSync(join(partial, 'descriptions.tsv'), descriptions(codebook));
    writeFileSync(join(partial, 'truth.json'), `${JSON.stringify(truth(options.seed, counts), null, 2)}\n`);
    writeFileSync(join(partial, 'README.txt'), readme(options.seed, counts));
    throwIfCancelled(options.signal, 'The sample');
    publishFolder(partial, out);
    return { ...counts, files: readdirSync(out).sort() };
  } catch (error) {
    if (partial !== '') rmSync(partial, { recursive: true, force: true });
    throw explainFileError(error, options.out);
  }
}

function checkOptions({ patients, seed }: SampleOptions): void {
  if (!Number.isInteger(patients) || patients < 1 || patients > mostPatients) {
    throw new UserError('The number of patients is not usable.', {
      advice: `Give a whole number from 1 to ${mostPatients}.`,
    });
  }
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff) {
    throw new UserError('The seed is not usable.', { advice: 'Give a whole number from 0 to 4294967295.' });
  }
}

function checkFolderIsFree(out: string, asGiven: string): void {
  if (asGiven.trim() === '') {
    throw new UserError('No folder was given for the sample.', {
      advice: 'Name a folder that does not exist yet.',
    });
  }
  if (!existsSync(out)) return;
  try {
    if (statSync(out).isDirectory() && readdirSync(out).length === 0) return;
  } catch (error) {
    throw explainFileError(error, asGiven);
  }
  throw new UserError('There is something at this path already.', {
    file: asGiven,
    advice: 'Name a folder that does not exist yet, or an empty one.',
  });
}

async function writeStudy(folder: string, codebook: Codebook, options: SampleOptions): Promise<SampleCounts> {
  const { patients, seed, signal, progress } = options;
  const process = new DiseaseProcess(codebook, seed);
  const seen = new Uint8Array(codebook.codes.length);
  const counts = { patients, visits: 0, rows: 0, codes: 0, labelled: 0, positives: 0 };
  const files = await StudyFiles.create(folder, codebook);
  try {
    for (let index = 0; index < patients; index++) {
      if (index % patientsPerTurn === 0) {
        progress?.({ phase: 'making patients', done: index, total: patients, unit: 'patients' });
        // A turn of the event loop, so that a signal can arrive.
        await new Promise<void>((next) => setImmediate(next));
        throwIfCancelled(signal, 'The sample');
      }
      process.simulate(index);
      if (files.full) await files.flush();
      files.add(index, process);
      count(process, counts, seen);
    }
    await files.flush();
  } finally {
    await files.close();
  }
  for (const code of seen) counts.codes += code;
  progress?.({ phase: 'making patients', done: patients, total: patients, unit: 'patients' });
  return counts;
}

function count(process: DiseaseProcess, counts: SampleCounts, seen: Uint8Array): void {
  const rows = process.rowStart[process.history.count]!;
  counts.visits += process.history.count;
  counts.rows += rows;
  if (process.label >= 0) {
    counts.labelled++;
    counts.positives += process.label;
  }
  for (let row = 0; row < rows; row++) seen[process.rows[row]!] = 1;
}

function descriptions(codebook: Codebook): string {
  const rows = codebook.codes.map((code, i) => `${code}\t${codebook.descriptions[i]!}\n`);
  return `code\tdescription\n${rows.join('')}`;
}
