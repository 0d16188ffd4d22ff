import {
  type CancellationToken,
  type MessageConnection,
  ProgressType,
  ResponseError,
} from 'vscode-jsonrpc/node';
import { placesOf } from '../protocol/error-places';
import { CancelledError, UserError } from '../protocol/errors';
import type { LongWork, ProgressReport } from '../protocol/progress';
import { type MistakeData, type Queries, queryErrorCodes } from '../protocol/queries';
import { answers } from './answers';

/** Reports of a question travel under the token that stands in its parameters. */
export const queryProgress = new ProgressType<ProgressReport>();

/** Progress is drawn a few times a second; more would only fill the channel. */
const reportEveryMs = 100;

/** Answers every question of {@link Queries} that comes over the connection. */
export function serveQueries(connection: MessageConnection): void {
  for (const name of Object.keys(answers) as (keyof Queries)[]) {
    connection.onRequest(name, async (params: { token: string; question: never }, token) => {
      try {
        return await answers[name](params.question, longWork(connection, params.token, token));
      } catch (error) {
        throw asResponse(error);
      }
    });
  }
}

function longWork(connection: MessageConnection, progressToken: string, token: CancellationToken): LongWork {
  const abort = new AbortController();
  token.onCancellationRequested(() => abort.abort());
  let last = Number.NEGATIVE_INFINITY;
  let phase = '';
  const progress = (report: ProgressReport): void => {
    const now = performance.now();
    if (report.phase === phase && now - last < reportEveryMs) return;
    last = now;
    phase = report.phase;
    void connection.sendProgress(queryProgress, progressToken, report);
  };
  return { signal: abort.signal, progress };
}

/** Of an unexpected error only the kind and the place in the program leave: its text may quote a record. */
function asResponse(error: unknown): ResponseError<MistakeData | string[]> {
  if (error instanceof UserError) {
    return new ResponseError(queryErrorCodes.mistake, error.message, { ...error.details });
  }
  if (error instanceof CancelledError) return new ResponseError(queryErrorCodes.cancelled, error.message);
  const name = error instanceof Error ? error.name : typeof error;
  return new ResponseError(queryErrorCodes.bug, name, placesOf(error));
}
