import { type ChildProcess, fork } from 'node:child_process';
import {
  CancellationTokenSource,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  ProgressType,
  ResponseError,
  createMessageConnection,
} from 'vscode-jsonrpc/node';
import { CancelledError, UserError } from '../protocol/errors';
import type { LongWork, ProgressReport } from '../protocol/progress';
import { type MistakeData, type Queries, queryErrorCodes } from '../protocol/queries';

/** One process that answers questions, and the connection to it. */
export class QueryChannel {
  private readonly progress = new ProgressType<ProgressReport>();
  private readonly process: ChildProcess;
  private readonly connection: MessageConnection;
  /** Fails once, with the reason, when there are no answers any more. */
  private readonly ended: Promise<never>;
  private refuse: (reason: Error) => void = () => undefined;
  private tokens = 0;

  /**
   * Starts the process.
   * @param lost called once when it has ended by itself; says why, and gives the error for the questions that wait
   */
  constructor(script: string, lost: (why: string) => Error) {
    this.process = fork(script, [], {
      // The editor's own program is Electron; with this it behaves as plain Node, and Node does not mind.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      // Debugger flags of the extension host would make the worker wait for a debugger of its own.
      execArgv: [],
      // Typed arrays cross as they are.
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.ended = new Promise<never>((_resolve, reject) => (this.refuse = reject));
    // Not every moment has a question that waits for it.
    this.ended.catch(() => undefined);
    this.connection = createMessageConnection(
      new IPCMessageReader(this.process),
      new IPCMessageWriter(this.process),
    );
    this.process.once('error', (error) => this.giveUp(lost(error.name)));
    this.process.once('exit', (code, signal) => this.giveUp(lost(signal ?? `exit code ${code}`)));
    this.connection.onError(() => undefined); // what cannot be sent to a process that has just ended
    this.connection.listen();
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  /** Asks one question and waits for its answer; see {@link QueryClient.ask}. */
  async ask<K extends keyof Queries>(
    name: K,
    question: Queries[K]['params'],
    work: LongWork,
  ): Promise<Queries[K]['result']> {
    const token = String(++this.tokens);
    const cancellation = new CancellationTokenSource();
    const cancel = (): void => cancellation.cancel();
    work.signal?.addEventListener('abort', cancel, { once: true });
    const reports = this.connection.onProgress(this.progress, token, (report) => work.progress?.(report));
    try {
      const answer = this.connection.sendRequest<Queries[K]['result']>(
        name,
        { token, question },
        cancellation.token,
      );
      return await Promise.race([answer, this.ended]);
    } catch (error) {
      throw asError(error);
    } finally {
      reports.dispose();
      work.signal?.removeEventListener('abort', cancel);
      cancellation.dispose();
    }
  }

  /** Ends the process; every question that waits is cancelled. */
  end(): void {
    this.giveUp(new CancelledError('The window'));
    this.process.kill();
  }

  private giveUp(reason: Error): void {
    // In this order: letting go of the connection fails its questions as well, but with words of its own.
    this.refuse(reason);
    this.connection.dispose();
  }
}

function asError(error: unknown): unknown {
  if (!(error instanceof ResponseError)) return error;
  const { code, message, data } = error as ResponseError<MistakeData | string[]>;
  if (code === queryErrorCodes.mistake) return new UserError(message, data as MistakeData);
  if (code === queryErrorCodes.cancelled) return new CancelledError();
  const bug = new Error(message);
  // The worker sends the kind of the error and its places: its text may quote a record.
  bug.name = message;
  bug.stack = [message, ...(Array.isArray(data) ? data : [])].join('\n');
  return bug;
}
