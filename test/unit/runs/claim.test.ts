import { once } from 'node:events';
import { readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/protocol/errors';
import { claimRun, readClaim } from '../../../src/runs/claim';
import { currentProcess, silenceOfTheDead } from '../../../src/runs/process';
import { childProgram, deadPid, killAfter, scratchFolder, startChild } from './child-program';

const claimOf = (folder: string): unknown => JSON.parse(readFileSync(join(folder, 'process.json'), 'utf8'));
const write = (folder: string, record: object): void =>
  writeFileSync(join(folder, 'process.json'), JSON.stringify(record));

/** Claims the run when the start file appears, says who won, and holds the claim until it is killed. */
const claimant = `
  import { existsSync } from 'node:fs';
  import { claimRun } from './src/runs/claim';
  import { currentProcess } from './src/runs/process';
  const record = currentProcess();
  process.stdout.write('ready ');
  const wait = setInterval(() => {
    if (!existsSync(process.argv[2] + '/go')) return;
    clearInterval(wait);
    try { claimRun(process.argv[2], record); process.stdout.write('won'); }
    catch (error) { process.stdout.write(error.name === 'UserError' ? 'lost' : String(error)); }
    setInterval(() => undefined, 1000);
  }, 1);`;

async function race(folder: string, children: number): Promise<string[]> {
  const program = childProgram(folder, claimant);
  const texts = Array.from({ length: children }, () => '');
  Array.from({ length: children }, (_, i) =>
    startChild(program, folder).stdout!.on('data', (data: Buffer) => (texts[i] += data.toString())),
  );
  await expect.poll(() => texts.every((text) => text.startsWith('ready')), { timeout: 30_000 }).toBe(true);
  writeFileSync(join(folder, 'go'), '');
  await expect.poll(() => texts.every((text) => text !== 'ready '), { timeout: 30_000 }).toBe(true);
  return texts.map((text) => text.slice('ready '.length)).sort();
}

describe('claiming a run', () => {
  it('writes process.json, refuses a second claim with pid and time, and gives the run free again', () => {
    const folder = scratchFolder();
    const record = currentProcess();
    const claim = claimRun(folder, record);
    expect(claimOf(folder)).toEqual(record);
    expect(readClaim(folder)).toMatchObject({ record, alive: true });
    utimesSync(join(folder, 'process.json'), 1_800_000_000, 1_800_000_000);
    expect(() => claimRun(folder, record)).toThrow(
      new RegExp(`being worked on by process ${process.pid} since 2027-01-15 08:00 UTC`),
    );
    claim.release();
    expect(readdirSync(folder)).toEqual([]);
    claim.release();
    claimRun(folder, record).release();
  });

  it('takes over the claim of a dead process and one that is damaged, and cleans up after it', () => {
    const folder = scratchFolder();
    const dead = deadPid();
    write(folder, { ...currentProcess(), pid: dead });
    writeFileSync(join(folder, `.metrics.json.partial-${dead}-0`), 'half');
    const claim = claimRun(folder, currentProcess());
    expect(claimOf(folder)).toEqual(currentProcess());
    expect(readdirSync(folder)).toEqual(['process.json']);
    claim.release();
    writeFileSync(join(folder, 'process.json'), '{"pid":');
    claimRun(folder, currentProcess());
    expect(claimOf(folder)).toEqual(currentProcess());
  });

  it('leaves a claim on another machine alone while the run moves, and takes it over after long silence', () => {
    const folder = scratchFolder();
    const elsewhere = { ...currentProcess(), host: 'another-machine' };
    write(folder, elsewhere);
    expect(() => claimRun(folder, currentProcess())).toThrow(/on the machine another-machine since/);
    const later = (): number => Date.now() + silenceOfTheDead + 1000;
    claimRun(folder, currentProcess(), later);
    expect(claimOf(folder)).toEqual(currentProcess());
  });

  it('does not give free what somebody else holds by now', () => {
    const folder = scratchFolder();
    const claim = claimRun(folder, currentProcess());
    const successor = { ...currentProcess(), host: 'another-machine' };
    write(folder, successor);
    claim.release();
    expect(claimOf(folder)).toEqual(successor);
  });

  it('tells of a run folder that does not exist', () => {
    expect(() => claimRun(join(scratchFolder(), 'no'), currentProcess())).toThrow(UserError);
  });

  it('lets exactly one of 16 processes win a free run', async () => {
    const outcome = await race(scratchFolder(), 16);
    expect(outcome).toEqual([...Array<string>(15).fill('lost'), 'won']);
  });

  it('lets exactly one of 16 processes take over the run of a dead process', async () => {
    const folder = scratchFolder();
    write(folder, { ...currentProcess(), pid: deadPid() });
    expect(await race(folder, 16)).toEqual([...Array<string>(15).fill('lost'), 'won']);
  });

  it('never lets two processes hold a run at once, over 160 claims by 4 processes', async () => {
    const folder = scratchFolder();
    // A counter that loses counts as soon as two processes are inside together.
    const program = childProgram(
      folder,
      `import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
       import { claimRun } from './src/runs/claim';
       import { currentProcess } from './src/runs/process';
       const [folder, inside] = [process.argv[2], process.argv[2] + '/inside'];
       for (let done = 0; done < 40; ) {
         let claim;
         try { claim = claimRun(folder, currentProcess()); }
         catch (error) { if (error.name === 'UserError') continue; throw error; }
         if (existsSync(inside)) throw new Error('two inside');
         writeFileSync(inside, '');
         const count = existsSync(folder + '/count') ? Number(readFileSync(folder + '/count', 'utf8')) : 0;
         writeFileSync(folder + '/count', String(count + 1));
         rmSync(inside);
         claim.release();
         done += 1;
       }`,
    );
    const children = Array.from({ length: 4 }, () => startChild(program, folder));
    const codes = await Promise.all(
      children.map(async (child) => ((await once(child, 'close')) as [number])[0]),
    );
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(readFileSync(join(folder, 'count'), 'utf8')).toBe('160');
  });

  it('can be claimed again after a kill at any moment of claiming (12 kills)', async () => {
    const folder = scratchFolder();
    const program = childProgram(
      folder,
      `import { claimRun } from './src/runs/claim';
       import { currentProcess } from './src/runs/process';
       for (let i = 0; ; i += 1) {
         claimRun(process.argv[2], currentProcess()).release();
         if (i === 0) process.stdout.write('begun');
       }`,
    );
    for (let kill = 0; kill < 12; kill += 1) {
      await killAfter((kill * 7) % 19, program, folder);
      claimRun(folder, currentProcess()).release();
      expect(readdirSync(folder).filter((name) => !name.startsWith('child'))).toEqual([]);
    }
  });
});
