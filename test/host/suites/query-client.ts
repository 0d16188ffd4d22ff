import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { QueryClient } from '../../../src/host/query-client';
import { teller } from '../../../src/host/tell';
import { CancelledError, UserError } from '../../../src/protocol/errors';
import type { Queries } from '../../../src/protocol/queries';
import { pidExists } from '../../../src/runs/process';
import { extensionUnderTest } from '../extension';
import { recordedLog } from '../recorded-log';
import { StudyFolder } from '../study-folder';

const header = 'patient_id\tvadate\tvddate\tdiag\tpoa\tdiagnosis_priority\tthird_party_ind';
/** Stand for a patient and a code that nobody outside the files may ever read. */
const canaries = ['CANARYPATIENT', 'CANARYCODE'];
const record = (rest = ''): string =>
  `CANARYPATIENT\t2014-03-01\t2014-03-02\tICD9_CANARYCODE\t1\t1\t0${rest}`;

describe('the query worker of the window', function () {
  this.timeout(60_000);
  let folder: StudyFolder;
  let client: QueryClient;
  let recorded: ReturnType<typeof recordedLog>;

  before(() => (folder = new StudyFolder()));
  after(() => folder.remove());
  afterEach(() => client.dispose());

  function open(): void {
    recorded = recordedLog();
    client = new QueryClient(join(extensionUnderTest().extensionPath, 'dist', 'query.js'), recorded.log);
  }

  const importing = (source: string, name: string): Queries['import']['params'] => ({
    ...{ home: folder.home, source, name, format: 'auto', minCodes: 1 },
    ...{ inconsistent: 'patient', dots: 'normalise', overwrite: false },
  });
  const sample = (patients: number): Promise<unknown> =>
    client.ask('sample', { out: join(folder.path, `sample-${patients}`), patients, seed: 1 });

  /** The worker comes a moment after the first question: its protocol is loaded first. */
  const started = async (): Promise<number> => {
    await waitUntil(() => client.pid !== undefined);
    return client.pid!;
  };

  it('does not run before the first question', async () => {
    open();
    assert.equal(client.pid, undefined);
    await client.ask('diagnose', { home: folder.home });
    assert.ok(pidExists(client.pid!));
  });

  it('that crashes fails its question, and the next question has another one', async () => {
    open();
    const question = sample(40_000);
    const first = await started();
    process.kill(first, 'SIGKILL');
    await assert.rejects(
      question,
      (error: unknown) => error instanceof UserError && /SIGKILL/.test(error.message),
    );
    assert.match(recorded.lines.join('\n'), /query worker ended: SIGKILL/);
    await client.ask('diagnose', { home: folder.home });
    assert.notEqual(client.pid, first);
  });

  it('ends when the window lets go of it, and with it its question', async () => {
    open();
    const question = sample(40_001);
    const pid = await started();
    client.dispose();
    await assert.rejects(question, CancelledError);
    await waitUntil(() => !pidExists(pid));
    await assert.rejects(client.ask('diagnose', { home: folder.home }), CancelledError);
    assert.deepEqual(recorded.lines, []);
  });

  it('leaves an import that is cancelled, with nothing behind it', async () => {
    open();
    await sample(6000);
    const before = existsSync(folder.home)
      ? readdirSync(folder.home, { recursive: true, encoding: 'utf8' }).sort()
      : [];
    const abort = new AbortController();
    const phases = new Set<string>();
    const question = client.ask('import', importing(join(folder.path, 'sample-6000'), 'cancelled'), {
      signal: abort.signal,
      progress: ({ phase }) => {
        phases.add(phase);
        // In the middle, when tables and files of its own are already there.
        if (phases.size === 4) abort.abort();
      },
    });
    const begun = performance.now();
    await assert.rejects(question, CancelledError);
    assert.ok(phases.size >= 4, [...phases].join(', '));
    assert.ok(performance.now() - begun < 20_000);
    const left = readdirSync(folder.home, { recursive: true, encoding: 'utf8' }).sort();
    assert.deepEqual(
      left.filter((name) => !before.includes(name) && name !== 'datasets'),
      [],
    );
    // It is the same worker, and it goes on to answer.
    await client.ask('diagnose', { home: folder.home });
  });

  it('answers nothing to a question that was taken back before', async () => {
    open();
    const signal = AbortSignal.abort();
    const taken = client.ask(
      'sample',
      { out: join(folder.path, 'never'), patients: 50_000, seed: 1 },
      { signal },
    );
    await assert.rejects(taken, CancelledError);
    assert.equal(existsSync(join(folder.path, 'never', 'records.tsv')), false);
  });

  it('never tells a patient or a code: not in errors, not in messages, not in the log', async () => {
    open();
    const good = folder.write('good/records.tsv', `${[header, record(), record(), ''].join('\n')}`);
    await client.ask('import', importing(good, 'good'));
    const bad: [string, string][] = [
      ['columns', [header, record(), record('\tmore'), ''].join('\n')],
      ['header', [record(), record(), ''].join('\n')],
      ['quotes', [header, `"${record()}`, record(), ''].join('\n')],
      ['dates', [header, record().replaceAll('2014', 'CANARYCODE'), ''].join('\n')],
      ['binary', [header, record(), `CANARYPATIENT\u0000CANARYCODE`, ''].join('\n')],
    ];
    const labels = (name: string, text: string): Promise<unknown> =>
      client.ask('labels', {
        home: folder.home,
        dataset: 'good',
        labels: folder.write(`labels/${name}.tsv`, `patient_id\tlabel\tindex_date\n${text}\n`),
      });
    const questions: (() => Promise<unknown>)[] = [
      ...bad.map(([name, text]) => () => {
        const source = folder.write(`bad/${name}/records.tsv`, text);
        return client.ask('import', importing(source, name));
      }),
      () => labels('value', 'CANARYPATIENT\tCANARYCODE\t2015-01-01'),
      () => labels('twice', 'CANARYPATIENT\t1\t2015-01-01\nCANARYPATIENT\t0\t2015-01-01'),
      () => labels('date', 'CANARYPATIENT\t1\tCANARYCODE'),
      () => labels('columns', 'CANARYPATIENT\t1'),
    ];
    const shown: string[] = [];
    const tell = showing(shown, teller(recorded.log));
    for (const question of questions) {
      await question().then(
        () => undefined,
        (error: Error) => {
          assert.ok(error instanceof UserError, String(error.stack));
          tell(error);
          const { message, stack = '', details } = error;
          for (const text of [message, stack, JSON.stringify(details)]) assertSilent(text);
        },
      );
    }
    assert.ok(shown.length >= 6, `only ${shown.length} were refused: ${shown.join(' | ')}`);
    for (const text of [...shown, ...recorded.lines]) assertSilent(text);
  });

  it('tells of a bug where it is in the program, and nothing of what it was about', () => {
    open();
    const shown: string[] = [];
    showing(shown, teller(recorded.log))(new TypeError('no visit of CANARYPATIENT with CANARYCODE'));
    assert.equal(shown.length, 1);
    assert.match(recorded.lines.join('\n'), /TypeError\n\s+at /);
    for (const text of [...shown, ...recorded.lines]) assertSilent(text);
  });
});

function assertSilent(text: string): void {
  for (const canary of canaries) assert.ok(!text.includes(canary), text);
}

/** Tells an error while messages go into a list instead of onto the screen. */
function showing(shown: string[], tell: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    const { showErrorMessage } = vscode.window;
    const window = vscode.window as { showErrorMessage: unknown };
    window.showErrorMessage = (text: string) => {
      shown.push(text);
      return Promise.resolve(undefined);
    };
    try {
      tell(error);
    } finally {
      window.showErrorMessage = showErrorMessage;
    }
  };
}

async function waitUntil(holds: () => boolean): Promise<void> {
  const until = Date.now() + 10_000;
  while (!holds()) {
    assert.ok(Date.now() < until, 'waited too long');
    await sleep(20);
  }
}
