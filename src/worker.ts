import { UserError } from './protocol/errors';
import { executeRun } from './tasks/execute';

/**
 * The background process of one run: `node worker.js RUN_FOLDER HOME`. It lives on when the terminal or window
 * that started it closes; stdout and stderr go to the run's log.txt, and all that matters to its journal.
 */
const [folder, home] = process.argv.slice(2);
if (folder === undefined || home === undefined) throw new Error('Usage: worker.js RUN_FOLDER HOME');

const abort = new AbortController();
process.on('SIGTERM', () => abort.abort());
process.on('SIGHUP', () => undefined);

executeRun({ home, folder, signal: abort.signal, progress: () => undefined }).then(
  (end) => {
    process.stdout.write(`${new Date().toISOString()} ${end}\n`);
  },
  (error: unknown) => {
    const known = error instanceof UserError;
    const text = known
      ? error.explain()
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
    process.stderr.write(`${new Date().toISOString()} ${text}\n`);
    process.exitCode = known ? 1 : 2;
  },
);
