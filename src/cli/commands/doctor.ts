import { diagnose } from '../../tasks/doctor';
import type { DefineCommands } from './command';

/** Whether this machine can do the work. */
export const doctorCommand: DefineCommands = (program, action) => {
  program
    .command('doctor')
    .description('check that this machine can import, train and write')
    .action(
      action(async ({ home, terminal }) => {
        const checks = await diagnose(home);
        const lines = checks.map(({ name, ok, detail }) => `${ok ? '✓' : '✗'} ${name.padEnd(22)} ${detail}`);
        terminal.result({ ok: checks.every(({ ok }) => ok), checks }, lines.join('\n'));
        if (checks.some(({ ok, required }) => required && !ok)) process.exitCode = 1;
      }),
    );
};
