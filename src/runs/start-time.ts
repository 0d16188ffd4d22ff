import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What the operating system tells of a process. */
export interface ProcessSight {
  /** Start time as the system writes it; with the pid it names one process for certain. */
  readonly startTime: string;
  /** The process has ended and only waits for its parent to take note. */
  readonly zombie: boolean;
}

/**
 * Looks at one process of this machine; undefined when there is none with this pid, or when the
 * system does not tell. Linux reads /proc; macOS asks `ps`, Windows PowerShell (some 300 ms).
 */
export function sightProcess(
  pid: number,
  platform: NodeJS.Platform = process.platform,
): ProcessSight | undefined {
  try {
    if (platform === 'linux') return sightLinux(pid);
    return platform === 'win32' ? sightWindows(pid) : sightUnix(pid);
  } catch {
    // No such process, or a system without these tools: both mean that nothing is known.
    return undefined;
  }
}

function sightLinux(pid: number): ProcessSight | undefined {
  const sight = parseProcStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  if (sight === undefined) return undefined;
  // Ticks count from the start of the machine, so only together with the boot id do they name a moment.
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  return { ...sight, startTime: `${boot}:${sight.startTime}` };
}

/**
 * Reads state (field 3) and start time in ticks (field 22) from the text of /proc/PID/stat. Field 2 is the
 * program's name in parentheses, which may itself hold spaces and parentheses, so fields count from the last one.
 */
export function parseProcStat(text: string): ProcessSight | undefined {
  const fields = text
    .slice(text.lastIndexOf(')') + 1)
    .trim()
    .split(/\s+/);
  const state = fields[0];
  const ticks = fields[19];
  if (!text.includes(')') || state === undefined || ticks === undefined || !/^\d+$/.test(ticks))
    return undefined;
  return { startTime: ticks, zombie: state === 'Z' || state === 'X' || state === 'x' };
}

function sightUnix(pid: number): ProcessSight | undefined {
  const line = ask('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]);
  return parsePs(line);
}

/** Reads one line of `ps -o stat=,lstart=`: `S+   Sun Nov 22 12:28:00 2026`. */
export function parsePs(line: string): ProcessSight | undefined {
  const match = /^\s*(\S+)\s+(\S.*\S)\s*$/.exec(line);
  if (match === null) return undefined;
  return { startTime: match[2]!.replaceAll(/\s+/g, ' '), zombie: match[1]!.startsWith('Z') };
}

function sightWindows(pid: number): ProcessSight | undefined {
  const startTime = askPowerShell(pid) ?? askWmic(pid);
  return startTime === undefined ? undefined : { startTime, zombie: false };
}

function askPowerShell(pid: number): string | undefined {
  try {
    const command = `(Get-Process -Id ${pid} -ErrorAction Stop).StartTime.ToUniversalTime().ToString('yyyyMMddHHmmss.ffffff')`;
    const text = ask('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', command]);
    return /\d{14}\.\d{6}/.exec(text)?.[0];
  } catch {
    return undefined;
  }
}

function askWmic(pid: number): string | undefined {
  const text = ask('wmic.exe', ['process', 'where', `ProcessId=${pid}`, 'get', 'CreationDate', '/value']);
  const local = /(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{6})([+-]\d+)/.exec(text);
  if (local === null) return undefined;
  const [year, month, day, hour, minute, second] = local.slice(1, 7).map(Number);
  // The offset is in minutes. In UTC both ways of asking give the same text for the same process.
  const utc = Date.UTC(year!, month! - 1, day!, hour!, minute! - Number(local[8]), second!);
  return new Date(utc).toISOString().replaceAll(/\D/g, '').slice(0, 14) + local[7]!;
}

function ask(program: string, words: readonly string[]): string {
  // The same moment must read the same whatever the language and time zone of the person who asks.
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  return execFileSync(program, words, {
    encoding: 'utf8',
    env,
    timeout: 10_000,
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
  });
}
