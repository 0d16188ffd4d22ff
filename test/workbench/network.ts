import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processesOf } from '../../scripts/code-server.mjs';

/** A socket towards another machine. */
export interface Connection {
  readonly protocol: 'tcp' | 'udp';
  /** Address and port of the other side. */
  readonly remote: string;
  /** The program that holds the socket, when that could be told. */
  readonly program: string;
}

/** Watches that no process of a server or of its browser reaches for another machine. */
export interface NetworkWatch {
  /** True: the processes run where no packet can leave. False: they are only watched. */
  readonly sealed: boolean;
  /** Put before a command, it runs the command inside. */
  readonly prefix: readonly string[];
  /** Every connection or attempt towards another machine that was seen so far. */
  connections(): readonly Connection[];
  close(): void;
}

/** Program of a socket that belongs to no living process. */
const unknown = 'unknown';

/**
 * Chromium asks its kernel whether there would be a way to this address, to know whether the machine has IPv6: it
 * connects a datagram socket, closes it again, and never sends anything. It is the browser of the tests that does so.
 */
const routeQuestion = '[2001:4860:4860:0000:0000:0000:0000:8888]:443';

/** How often the tables of sockets are read, in ms. */
const period = 100;

/**
 * Opens a network for one server and its browser.
 *
 * As root on Linux this is a network namespace in which nothing but loopback exists. Its default route leads into the
 * void and its name server is nobody's address: whoever reaches for another machine is not refused, which
 * would be over before anybody looks, but waits for an answer for seconds, with the address in the kernel's
 * table of sockets. Elsewhere the processes of the server are watched in the ordinary network.
 */
export async function openNetwork(home: string): Promise<NetworkWatch> {
  const holder = await holdNamespace(home);
  const seen = new Map<string, Connection>();
  const look = (): void => {
    for (const connection of remoteSockets(holder?.pid, home)) {
      const key = `${connection.protocol} ${connection.remote}`;
      // A socket outlives its program for a moment: the first look knows most.
      if ((seen.get(key)?.program ?? unknown) === unknown) seen.set(key, connection);
    }
  };
  const timer = setInterval(look, period);
  return {
    sealed: holder !== undefined,
    prefix: holder === undefined ? [] : ['nsenter', '-t', String(holder.pid), '-n', '-m', `--wd=${home}`],
    connections: () => {
      look();
      return [...seen.values()];
    },
    close: () => {
      clearInterval(timer);
      holder?.kill('SIGKILL');
    },
  };
}

async function holdNamespace(home: string): Promise<ChildProcess | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const resolver = join(home, 'resolv.conf');
  writeFileSync(resolver, 'nameserver 192.0.2.53\noptions timeout:2 attempts:1\n'); // RFC 5737: nobody's
  const script = [
    'ip link set lo up',
    'ip addr add 198.18.0.1/32 dev lo',
    'ip route add default dev lo',
    `mount --bind '${resolver}' /etc/resolv.conf`,
    'echo sealed',
    'exec sleep infinity',
  ].join(' && ');
  const holder = spawn('unshare', ['-n', '-m', 'sh', '-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  const sealed = await new Promise<boolean>((resolve) => {
    holder.stdout.once('data', () => resolve(true));
    holder.once('error', () => resolve(false));
    holder.once('exit', () => resolve(false));
  });
  return sealed ? holder : undefined;
}

/** Sockets with another machine at the other end: all of the namespace, or those of the server's processes. */
function remoteSockets(namespace: number | undefined, home: string): Connection[] {
  const found: Connection[] = [];
  let programs: Map<string, string> | undefined;
  for (const table of ['tcp', 'tcp6', 'udp', 'udp6']) {
    let text: string;
    try {
      text = readFileSync(`/proc/${namespace ?? 'self'}/net/${table}`, 'utf8');
    } catch {
      continue;
    }
    for (const line of text.split('\n').slice(1)) {
      const [, , remote, , , , , , , inode] = line.trim().split(/\s+/);
      if (remote === undefined || inode === undefined || isOwnMachine(remote)) continue;
      if (table === 'udp6' && readable(remote) === routeQuestion) continue;
      programs ??= programsBySocket(namespace === undefined ? home : undefined);
      const program = programs.get(inode);
      if (program === undefined && namespace === undefined) continue; // somebody else's on this machine
      const protocol = table.startsWith('tcp') ? 'tcp' : 'udp';
      found.push({ protocol, remote: readable(remote), program: program ?? unknown });
    }
  }
  return found;
}

/** An address of the kernel's tables: hexadecimal words in the machine's byte order, then the port. */
function isOwnMachine(remote: string): boolean {
  const [address = ''] = remote.split(':');
  if (/^0+$/.test(address)) return true; // listening, or not connected
  if (address.length === 8) return address.endsWith('7F');
  return address === '00000000000000000000000001000000' || /^0{16}FFFF0000.{6}7F$/.test(address);
}

function readable(remote: string): string {
  const [address = '', port = ''] = remote.split(':');
  const bytes = address.match(/../g) ?? [];
  const ordered = Array.from({ length: bytes.length / 4 }, (_, word) =>
    bytes.slice(4 * word, 4 * word + 4).reverse(),
  ).flat();
  const text =
    ordered.length === 4
      ? ordered.map((byte) => parseInt(byte, 16)).join('.')
      : `[${(ordered.join('').match(/..../g) ?? []).join(':').toLowerCase()}]`;
  return `${text}:${parseInt(port, 16)}`;
}

/** Which program holds a socket, by inode: of all processes, or of the server's. */
function programsBySocket(home: string | undefined): Map<string, string> {
  const processes =
    home === undefined
      ? readdirSync('/proc').filter((name) => /^\d+$/.test(name))
      : processesOf(home).map(({ pid }) => String(pid));
  const programs = new Map<string, string>();
  for (const pid of processes) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').slice(0, 200);
      for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
        const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1];
        if (inode !== undefined) programs.set(inode, command);
      }
    } catch {
      // ended meanwhile
    }
  }
  return programs;
}
