import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainFileError, removeStalePartials } from '../files/atomic';
import { datasetDescription, type DatasetDescription } from '../protocol/dataset';
import { UserError } from '../protocol/errors';

/** A dataset with the folder that it stands in. */
export type OpenDataset = DatasetDescription & { readonly folder: string };

/** Folder of the datasets of a home. */
export function datasetsFolder(home: string): string {
  return join(home, 'datasets');
}

/**
 * Reads and checks the description of a dataset. Throws a UserError when there is no such dataset, when it
 * is damaged, or when another version of the program wrote it.
 */
export function openDataset(home: string, name: string): OpenDataset {
  checkDatasetName(name);
  const folder = join(datasetsFolder(home), name);
  if (!existsSync(folder)) putBack(home, name);
  const file = join(folder, 'dataset.json');
  if (!existsSync(folder)) {
    throw new UserError(`There is no dataset ${name}.`, {
      file: folder,
      advice: 'Import records under this name first, or check the name and the home folder.',
    });
  }
  for (const part of ['events.parquet', 'patients.parquet', 'dataset.json']) {
    if (!existsSync(join(folder, part))) throw damaged(folder, `The dataset lacks its file ${part}.`);
  }
  return { ...parseDescription(file, readText(file)), folder };
}

/** A replacement that was killed halfway has left the dataset under another name. */
function putBack(home: string, name: string): void {
  const parent = datasetsFolder(home);
  try {
    removeStalePartials(parent, `.${name}.partial-`);
  } catch (error) {
    throw explainFileError(error, parent);
  }
}

/** Throws a UserError unless a name can be a folder on every system: letters, digits and `. _ -`. */
export function checkDatasetName(name: string): void {
  if (/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,99}$/u.test(name) && !name.endsWith('.')) return;
  throw new UserError('The name of a dataset has letters, digits, dots, dashes and underscores only.', {
    advice:
      'Choose a name such as claims-2024 (at most 100 characters, beginning with a letter or digit); a folder that was copied here can be renamed.',
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw explainFileError(error, file);
  }
}

function parseDescription(file: string, text: string): DatasetDescription {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw damaged(file, 'The description of the dataset is damaged.');
  }
  const version = (json as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version !== 1) {
    throw new UserError(
      `The dataset was written in version ${version} of its format; this program reads 1.`,
      {
        file,
        advice: 'Use a newer version of the program, or import the records again.',
      },
    );
  }
  const parsed = datasetDescription.safeParse(json);
  if (!parsed.success) throw damaged(file, 'The description of the dataset is damaged.');
  return parsed.data;
}

function damaged(file: string, message: string): UserError {
  return new UserError(message, { file, advice: 'Import the records again, with overwrite.' });
}
