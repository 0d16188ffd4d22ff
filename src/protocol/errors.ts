/**
 * A mistake that the person at the keyboard can mend: a wrong file, a wrong option, a full disk.
 *
 * The message says what is wrong, in which file and row, and what to do. It never holds a patient
 * identifier or a diagnosis code, because messages reach logs and notifications.
 * Every other error that reaches a door of the program (CLI, worker) is a bug and is reported as one.
 */
export class UserError extends Error {
  override readonly name = 'UserError';

  constructor(
    message: string,
    readonly details: {
      /** The file that the mistake is in. */
      readonly file?: string;
      /** Row of that file; the header is row 1. */
      readonly row?: number;
      /** What the person can do about it, as a full sentence. */
      readonly advice?: string;
    } = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** The whole message as it is shown: place, what is wrong, what to do. */
  explain(): string {
    const { file, row, advice } = this.details;
    const place = file === undefined ? '' : row === undefined ? `${file}: ` : `${file}, row ${row}: `;
    return `${place}${this.message}${advice === undefined ? '' : `\n${advice}`}`;
  }
}

/** Raised when work was cancelled by its {@link AbortSignal} (Ctrl-C, a stop button). Not a failure. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
  constructor(what = 'The work') {
    super(`${what} was cancelled.`);
  }
}

/** Throws {@link CancelledError} when the signal has fired. */
export function throwIfCancelled(signal: AbortSignal | undefined, what?: string): void {
  if (signal?.aborted) throw new CancelledError(what);
}
