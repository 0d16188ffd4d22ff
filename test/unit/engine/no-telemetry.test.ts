import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import '../../../src/engine/runtimes/onnxruntime-cpu';

const root = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
const libraries = readdirSync(join(root, 'bin'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.(so(\.\d+)*|dylib|node)$/.test(name),
);

test('the runtime brings libraries to look into', () => {
  expect(libraries.length).toBeGreaterThan(1);
});

test.each(libraries)('%s knows no address that usage data could be sent to', (name) => {
  const content = readFileSync(join(root, 'bin', name));
  expect(content.includes('events.data.microsoft.com')).toBe(false);
  expect(content.includes('OneCollector')).toBe(false);
});

test('a version that could send is told not to, before it is loaded', () => {
  expect(process.env['ORT_DISABLE_TELEMETRY']).toBe('1');
});
