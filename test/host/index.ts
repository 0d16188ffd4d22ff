import { format } from 'node:util';
import Mocha from 'mocha';

/** The suites that run inside the extension host; a new one is a file in suites/ and a line here. */
const suites = [
  () => import('./suites/activation'),
  () => import('./suites/inline'),
  () => import('./suites/manifest'),
  () => import('./suites/pages'),
  () => import('./suites/query-client'),
  () => import('./suites/watching'),
];

/** Stands before every line of the report: the editor mixes its own words in. */
const mark = '│ ';

/**
 * What the editor calls in its extension host (`extensionTestsPath`), in code-server and on the desktop alike.
 * @throws Error when a test fails, which the editor turns into its exit code
 */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 30_000, reporter: 'spec', color: false });
  const { Base } = Mocha.reporters;
  const say = Base.consoleLog;
  Base.consoleLog = (...words: unknown[]) => say(mark + format(...words).replaceAll('\n', `\n${mark}`));
  // Gives `describe` and `it` their meaning, before any suite is loaded.
  mocha.suite.emit('pre-require', globalThis, 'bundle', mocha);
  for (const load of suites) await load();
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} ${failures === 1 ? 'test has' : 'tests have'} failed.`);
}
