import { spawn } from 'node:child_process';
import { accessSync, closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { explainFileError } from '../files/explain';
import { UserError } from '../protocol/errors';
import type { ProcessRecord } from '../protocol/run';
import { recordOf } from './process';

/** Name of the file that a worker's output goes to. */
export const logFile = 'log.txt';

/** How a worker is started. */
export interface WorkerStart {
  /** The worker's script. */
  readonly script: string;
  /** The run folder; first argument of the script. */
  readonly folder: string;
  /** The whole environment of the worker. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Further arguments of the script, after the folder. */
  readonly extraArguments?: readonly string[];
  /** The program that runs the script: Node, or Electron acting as Node. */
  readonly execPath?: string;
}

/**
 * Starts a worker that lives on when this process ends, its output appended to `log.txt` in the run folder.
 * The worker claims the run itself; until then the run shows as it was before.
 *
 * @throws UserError when the program or the log cannot be opened
 */
export function spawnWorker(start: WorkerStart): ProcessRecord {
  const { script, folder, env, extraArguments = [], execPath = process.execPath } = start;
  const log = openLog(join(folder, logFile));
  try {
    const child = spawn(execPath, [script, folder, ...extraArguments], {
      detached: true,
      stdio: ['ignore', log, log],
      // The editor's own program is Electron; with this it behaves as plain Node, and Node does not mind.
      env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
      windowsHide: true,
    });
    if (child.pid === undefined) return refuse(child, execPath);
    child.unref();
    return recordOf(child.pid);
  } finally {
    closeSync(log);
  }
}

function openLog(path: string): number {
  try {
    return openSync(path, 'a');
  } catch (error) {
    throw explainFileError(error, path);
  }
}

/** The reason arrives later, as an event that would end this process if nobody listened; so it is looked for here. */
function refuse(child: ReturnType<typeof spawn>, execPath: string): never {
  child.on('error', () => undefined);
  try {
    accessSync(execPath, constants.X_OK);
  } catch (error) {
    throw explainFileError(error, execPath);
  }
  throw new UserError('The worker could not be started.', {
    file: execPath,
    advice: 'Too many programs or files may be open. Close some, then try again.',
  });
}
