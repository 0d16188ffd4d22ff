import { placesOf } from './protocol/error-places';
import { CancelledError, UserError } from './protocol/errors';
import { startQueued } from './runs/queue';
import { executeRun } from './tasks/execute';

/**
 * The background process of one run: `node worker.js RUN_FOLDER HOME`. It lives on when the terminal or window
 * that started it closes; stdout and stderr go to the run's log.txt, and all that matters to its journal.
 * At its end it starts the next waiting run, so that the queue goes on when every window is closed.
 */
const [folder, home] = process.argv.slice(2);
if (folder === undefined || home === undefined) throw new Error('Usage: worker.js RUN_FOLDER HOME');

const abort = new AbortController();
process.on('SIGTERM', () => abort.abort());
process.on('SIGHUP', () => undefined);

executeRun({ home, folder, signal: abort.signal, progress: () => undefined })
  .then(
    (end) => {
      process.stdout.write(`${new Date().toISOString()} ${end}\n`);
    },
    (error: unknown) => {
      process.stderr.write(`${new Date().toISOString()} ${tell(error)}\n`);
      process.exitCode = error instanceof UserError || error instanceof CancelledError ? 1 : 2;
    },
  )
  .then(() => startQueued({ home, script: __filename, env: process.env }))
  .catch((error: unknown) => {
    process.stderr.write(
      `${new Date().toISOString()} The next waiting run was not started: ${tell(error)}\n`,
    );
  });

/** Of an unexpected error only the kind and the place in the program: its text may quote a record. */
function tell(error: unknown): string {
  if (error instanceof UserError) return error.explain();
  if (error instanceof CancelledError) return error.message;
  if (!(error instanceof Error)) return 'This is a bug in Med-BERT Explorer.';
  return [`This is a bug in Med-BERT Explorer: ${error.name}`, ...placesOf(error)].join('\n');
}
