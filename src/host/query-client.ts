import { type ChildProcess, fork } from 'node:child_process';
import * as vscode from 'vscode';
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

interface Worker {
  readonly process: ChildProcess;
  readonly connection: MessageConnection;
  /** Fires once, with the reason, when the process has ended. */
  readonly ended: Promise<never>;
  /** Gives up every question that waits, and the connection. */
  end(reason: Error): void;
}

/**
 * Asks the query worker. The process is started with the first question, so that opening a window costs nothing, and
 * again with the next question after it has crashed. It is no child to rely on for training: it ends with the window.
 */
export class QueryClient implements vscode.Disposable {
  private readonly progress = new ProgressType<ProgressReport>();
  private worker: Worker | undefined;
  private tokens = 0;
  private disposed = false;

  constructor(
    private readonly script: string,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Process of the worker, while there is one. */
  get pid(): number | undefined {
    return this.worker?.process.pid;
  }

  /**
   * Asks one question and waits for its answer.
   *
   * @throws UserError for a mistake that the person can mend, CancelledError when the signal fired, Error for a bug
   */
  async ask<K extends keyof Queries>(
    name: K,
    question: Queries[K]['params'],
    work: LongWork = {},
  ): Promise<Queries[K]['result']> {
    if (!vscode.workspace.isTrusted) throw new UserError(untrusted());
    if (this.disposed || work.signal?.aborted === true) throw new CancelledError(name);
    const { connection, ended } = (this.worker ??= this.start());
    const token = String(++this.tokens);
    const cancellation = new CancellationTokenSource();
    const cancel = (): void => cancellation.cancel();
    work.signal?.addEventListener('abort', cancel, { once: true });
    const reports = connection.onProgress(this.progress, token, (report) => work.progress?.(report));
    try {
      const answer = connection.sendRequest<Queries[K]['result']>(
        name,
        { token, question },
        cancellation.token,
      );
      return await Promise.race([answer, ended]);
    } catch (error) {
      throw asError(error);
    } finally {
      reports.dispose();
      work.signal?.removeEventListener('abort', cancel);
      cancellation.dispose();
    }
  }

  dispose(): void {
    this.disposed = true;
    this.worker?.end(new CancelledError('The window'));
    this.worker?.process.kill();
    this.worker = undefined;
  }

  private start(): Worker {
    const child = fork(this.script, [], {
      // The editor's own program is Electron; with this it behaves as plain Node, and Node does not mind.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      // Debugger flags of the extension host would make the worker wait for a debugger of its own.
      execArgv: [],
      // Typed arrays cross as they are.
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    let refuse: (reason: Error) => void = () => undefined;
    const ended = new Promise<never>((_resolve, reject) => (refuse = reject));
    // Not every moment has a question that waits for it.
    ended.catch(() => undefined);
    const end = (reason: Error): void => {
      // In this order: letting go of the connection fails its questions as well, but with words of its own.
      refuse(reason);
      connection.dispose();
    };
    const lose = (why: string): void => {
      if (this.worker?.process === child) this.worker = undefined;
      if (!this.disposed) this.log.error(`The query worker ended: ${why}.`);
      end(lost(why));
    };
    child.once('error', (error) => lose(error.name));
    child.once('exit', (code, signal) => lose(signal ?? `exit code ${code}`));
    connection.onError(() => undefined); // what cannot be sent to a process that has just ended
    connection.listen();
    return { process: child, connection, ended, end };
  }
}

/** The system ends the process that needs most memory when there is too little of it. */
function lost(why: string): UserError {
  return new UserError(
    vscode.l10n.t('There is no answer: the process that works on it has ended ({0}).', why),
    {
      advice: vscode.l10n.t(
        'Try again. If it happens again, close other programs: there may be too little memory.',
      ),
    },
  );
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

/** Why nothing is started in a workspace that the person does not trust. */
export function untrusted(): string {
  return vscode.l10n.t(
    'This workspace is not trusted: runs and statistics can be looked at, but nothing is started here.',
  );
}
