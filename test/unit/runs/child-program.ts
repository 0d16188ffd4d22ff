import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildSync } from 'esbuild';
import { onTestFinished } from 'vitest';

/** A folder of its own for one test, gone when the test is over. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'medbert-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Bundles a small program (imports start at the project root) into `folder` and returns its path. */
export function childProgram(folder: string, source: string): string {
  const outfile = join(folder, `child-${process.hrtime.bigint()}.cjs`);
  buildSync({
    stdin: { contents: source, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

/** Starts a program whose output can be read; it is killed at the latest when the test is over. */
export function startChild(program: string, ...words: string[]): ChildProcess {
  const child = spawn(process.execPath, [program, ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Lets a program run until it has written its first output and `milliseconds` more, then kills it with SIGKILL. */
export async function killAfter(milliseconds: number, program: string, ...words: string[]): Promise<string> {
  const child = startChild(program, ...words);
  const ended = once(child, 'close');
  let output = '';
  const begun = new Promise<void>((resolve) => {
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      resolve();
    });
  });
  await Promise.race([begun, ended]);
  await sleep(milliseconds);
  child.kill('SIGKILL');
  const [, signal] = (await ended) as [number | null, string | null];
  if (signal !== 'SIGKILL') throw new Error('The child ended by itself, so this crash test tests nothing.');
  return output;
}

/** Whether this machine lets a test mount a small disk of its own, in a namespace that ends with the child. */
export const canMount =
  spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', '-o', 'size=64k', 'none', tmpdir()]).status === 0;

/** Runs a program with a tmpfs mounted at `disk` (options such as `size=64k` or `ro`) and returns what it printed. */
export function onOwnDisk(disk: string, options: string, program: string): string {
  const script = 'mount -t tmpfs -o "$1" none "$2" && exec "$3" "$4" "$2"';
  const words = ['-rm', 'sh', '-c', script, 'sh', options, disk, process.execPath, program];
  const { status, stdout, stderr } = spawnSync('unshare', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The child failed: ${stderr}`);
  return stdout;
}

/** A pid that belonged to a process that has ended. */
export function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}
