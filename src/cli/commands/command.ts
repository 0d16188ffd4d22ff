import type { Command } from 'commander';
import { resolveHome } from '../../runs/home';
import type { Terminal } from '../terminal';

/** What every command is given beside its own arguments. */
export interface CommandContext {
  readonly home: string;
  readonly terminal: Terminal;
  /** Fires on Ctrl-C; where {@link onFirstInterrupt} was called, on the second one. */
  readonly signal: AbortSignal;
  /** What the first Ctrl-C does instead of cancelling: training writes a checkpoint and ends. */
  readonly onFirstInterrupt: (ask: () => void) => void;
  readonly now: () => Date;
}

/** Adds its commands to the program. One file each in this folder, one line in cli.ts. */
export type DefineCommands = (program: Command, action: ActionOf) => void;

/** Wraps a command's work: makes its context, ends progress, and turns errors into exit codes. */
export type ActionOf = (
  work: (
    context: CommandContext,
    args: readonly string[],
    options: Record<string, unknown>,
  ) => Promise<void> | void,
) => (...commanderArguments: unknown[]) => Promise<void>;

/** The home folder for a `--home` option. */
export function homeOf(argument: string | undefined): string {
  return resolveHome({ argument, environment: process.env, workspace: process.cwd() });
}

/** Collects a repeated option. */
export function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}
