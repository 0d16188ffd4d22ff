import { Command, CommanderError, Option } from 'commander';
import { type ActionOf, homeOf } from './cli/commands/command';
import { demoCommand } from './cli/commands/demo';
import { doctorCommand } from './cli/commands/doctor';
import { explainCommand } from './cli/commands/explain';
import { recordCommands } from './cli/commands/records';
import { resultCommands } from './cli/commands/results';
import { runCommands } from './cli/commands/runs';
import { trainingCommands } from './cli/commands/train';
import { exitCodes } from './cli/exit-codes';
import { Terminal } from './cli/terminal';
import { placesOf } from './protocol/error-places';
import { CancelledError, UserError } from './protocol/errors';
import { codeVersion } from './tasks/version';

const program = new Command('medbert')
  .description('Med-BERT on structured EHR records: sequences, pretraining, fine-tuning, metrics.')
  .version(codeVersion)
  .option('--home <folder>', 'where datasets and runs live (default: .medbert, or MEDBERT_HOME)')
  .option('--json', 'one JSON object on stdout, progress on stderr')
  .showHelpAfterError('(see medbert --help)')
  .configureHelp({ showGlobalOptions: true })
  .exitOverride();

// The reader of a pipe may leave early (`medbert sequences NAME | head`): that is no mistake.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.bug);
});

const interrupts = { first: undefined as (() => void) | undefined, abort: new AbortController() };
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    const { first, abort } = interrupts;
    interrupts.first = undefined;
    if (first) first();
    else abort.abort();
  });
}

const action: ActionOf =
  (work) =>
  async (...given) => {
    const command = given.at(-1) as Command;
    const options = command.optsWithGlobals<Record<string, unknown>>();
    const json = options['json'] === true;
    const terminal = new Terminal(json, process.stdout, process.stderr, Date.now);
    try {
      const context = {
        home: homeOf(options['home'] as string | undefined),
        terminal,
        signal: interrupts.abort.signal,
        onFirstInterrupt: (ask: () => void) => (interrupts.first = ask),
        now: () => new Date(),
      };
      await work(context, command.args, options);
    } finally {
      terminal.endProgress();
    }
  };

for (const define of [
  recordCommands,
  trainingCommands,
  resultCommands,
  explainCommand,
  runCommands,
  demoCommand,
  doctorCommand,
]) {
  define(program, action);
}
for (const command of program.commands) {
  // Accepted behind the command too; help lists them once, as global options.
  command.addOption(new Option('--home <folder>').hideHelp()).addOption(new Option('--json').hideHelp());
}

/** Says what went wrong, on stderr, and returns the exit code. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.mistake;
  if (error instanceof CancelledError) {
    process.stderr.write(`${error.message}\n`);
    return exitCodes.cancelled;
  }
  if (error instanceof UserError) {
    process.stderr.write(`${error.explain()}\n`);
    return exitCodes.mistake;
  }
  // A report is sent to others, so that it has kind and places alone: the text of the error may quote a record.
  const trace = [error instanceof Error ? error.name : typeof error, ...placesOf(error)].join('\n');
  process.stderr.write(
    `This is a bug in Med-BERT Explorer ${codeVersion}, not a mistake of yours. Please report:\n${trace}\n`,
  );
  return exitCodes.bug;
}

program.parseAsync(process.argv).catch((error: unknown) => {
  process.exitCode = explain(error);
});
