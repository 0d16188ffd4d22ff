import * as vscode from 'vscode';
import { CancelledError, UserError } from '../protocol/errors';
import type { LongWork } from '../protocol/progress';
import type { Queries } from '../protocol/queries';
import type { QueryChannel } from './query-channel';

/**
 * Asks the query worker. The process is started with the first question, so that opening a window costs nothing, and
 * again with the next question after it has crashed. It is no child to rely on for training: it ends with the window.
 */
export class QueryClient implements vscode.Disposable {
  private channel: QueryChannel | undefined;
  private disposed = false;

  constructor(
    private readonly script: string,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Process of the worker, while there is one. */
  get pid(): number | undefined {
    return this.channel?.pid;
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
    // Its protocol is loaded with the first question: a window that asks nothing does not wait for it.
    const { QueryChannel } = await import('./query-channel');
    if (this.disposed || work.signal?.aborted === true) throw new CancelledError(name);
    this.channel ??= this.open(QueryChannel);
    return this.channel.ask(name, question, work);
  }

  dispose(): void {
    this.disposed = true;
    this.channel?.end();
    this.channel = undefined;
  }

  private open(Channel: typeof QueryChannel): QueryChannel {
    const channel: QueryChannel = new Channel(this.script, (why) => {
      if (this.channel === channel) this.channel = undefined;
      if (!this.disposed) this.log.error(`The query worker ended: ${why}.`);
      return lost(why);
    });
    return channel;
  }
}

/** The system ends the process that needs most memory when there is too little of it. */
function lost(why: string): UserError {
  return new UserError(
    vscode.l10n.t('There is no answer: the process that works on it has ended ({0}).', why),
    {
      advice: vscode.l10n.t(
        'Nothing was changed: what was there before is untouched. Try again; if it happens again, close other programs, as there may be too little memory.',
      ),
    },
  );
}

/** Why nothing is started in a workspace that the person does not trust. */
export function untrusted(): string {
  return vscode.l10n.t(
    'This workspace is not trusted: runs and statistics can be looked at, but nothing is started here.',
  );
}
