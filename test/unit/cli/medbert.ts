import { spawn, spawnSync } from 'node:child_process';

/** What a run of the program `medbert` printed and how it ended. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program as a person does. */
export function medbert(...args: string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli.js', ...args], {
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

/** Runs it with `--json`, expects success and exactly one JSON object on stdout. */
export function medbertJson(...args: string[]): Record<string, unknown> {
  const { code, stdout, stderr } = medbert(...args, '--json');
  if (code !== 0) throw new Error(`medbert ${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** Starts it and leaves it running. */
export function startMedbert(...args: string[]): ReturnType<typeof spawn> {
  return spawn(process.execPath, ['dist/cli.js', ...args], { stdio: 'ignore' });
}
