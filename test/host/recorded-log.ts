import type { LogOutputChannel } from 'vscode';

/** An output channel that only remembers what was written to it. */
export function recordedLog(): { readonly log: LogOutputChannel; readonly lines: string[] } {
  const lines: string[] = [];
  const write = (...words: unknown[]): void => void lines.push(words.map(String).join(' '));
  const log = { trace: write, debug: write, info: write, warn: write, error: write, show: () => undefined };
  return { log: log as unknown as LogOutputChannel, lines };
}
