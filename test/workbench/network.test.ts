import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type NetworkWatch, openNetwork } from './network';

// A watch that sees nothing would let every interface test pass: so it is shown what it has to see.

let home: string;
let network: NetworkWatch;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'medbert-network-'));
  network = await openNetwork(home);
});
afterEach(() => {
  network.close();
  rmSync(home, { recursive: true, force: true });
});

/** Runs a script as a process of the server would run: inside the network, with the mark of its home. */
async function run(script: string): Promise<void> {
  const [program = '', ...args] = [...network.prefix, process.execPath, '-e', script];
  const child = spawn(program, args, { env: { ...process.env, MEDBERT_WORKBENCH: home }, stdio: 'inherit' });
  await once(child, 'exit');
}

// 198.51.100.7 is an address for documentation (RFC 5737): nobody answers there.
const linger = 'setTimeout(() => process.exit(), 1000);';

test('an attempt to reach another machine is seen, with address and program', async () => {
  await run(`require('node:net').connect(443, '198.51.100.7').on('error', () => {}); ${linger}`);
  const seen = network.connections();
  expect(seen.map(({ protocol, remote }) => `${protocol} ${remote}`)).toEqual(['tcp 198.51.100.7:443']);
  expect(seen[0]?.program).toContain('198.51.100.7');
});

test('a look-up of a name is seen', async () => {
  await run(`require('node:dns').lookup('example.com', () => {}); ${linger}`);
  if (network.sealed) {
    expect(network.connections().map(({ remote }) => remote)).toEqual(['192.0.2.53:53']);
  } else {
    expect(network.connections().every(({ remote }) => remote.endsWith(':53'))).toBe(true);
  }
});

test('talk within the machine is left alone', async () => {
  await run(`
    const server = require('node:net').createServer((socket) => socket.end('hello'));
    server.listen(0, '127.0.0.1', () => require('node:net').connect(server.address().port, '127.0.0.1').resume());
    ${linger}`);
  expect(network.connections()).toEqual([]);
});
