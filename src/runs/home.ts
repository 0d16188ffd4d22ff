import { join, resolve } from 'node:path';
import { UserError } from '../protocol/errors';

/** Where the home folder may be told, strongest first. Empty texts count as not told. */
export interface HomeSources {
  /** `--home` of the command line, or the setting `medbert.home`. */
  readonly argument?: string | undefined;
  /** The environment, of which `MEDBERT_HOME` is read. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The workspace folder, or the current folder of a terminal. Relative paths start here. */
  readonly workspace: string;
}

/** The absolute path of the home folder: argument, `MEDBERT_HOME`, or `.medbert` in the workspace. */
export function resolveHome({ argument, environment, workspace }: HomeSources): string {
  return resolve(workspace, argument || environment?.['MEDBERT_HOME'] || '.medbert');
}

/** The folder that holds one folder per dataset. */
export function datasetsFolder(home: string): string {
  return join(home, 'datasets');
}

/**
 * The folder of the dataset `name`, whether it exists or not.
 * @throws UserError when `name` cannot be the name of a folder.
 */
export function datasetFolder(home: string, name: string): string {
  return join(datasetsFolder(home), plainName(name, 'dataset'));
}

/** The folder that holds one folder per run. */
export function runsFolder(home: string): string {
  return join(home, 'runs');
}

/**
 * The folder of the run `id`, whether it exists or not.
 * @throws UserError when `id` cannot be the name of a folder.
 */
export function runFolder(home: string, id: string): string {
  return join(runsFolder(home), plainName(id, 'run'));
}

/** Names become folders: nothing that climbs out of home, hides, or means a device on Windows. */
function plainName(name: string, what: string): string {
  const plain = /^[\p{L}\p{N}_][\p{L}\p{N}_. -]{0,99}$/u.test(name) && !/[. ]$/.test(name);
  const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name);
  if (plain && !device) return name;
  throw new UserError(`This cannot be the name of a ${what}.`, {
    advice: 'Use up to 100 letters, digits, dots, dashes and underscores, beginning with a letter or digit.',
  });
}
