import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenBrowser, openBrowser } from './browser';
import { type ContrastReport, contrast } from './contrast';

// The expected ratios are those that WCAG's own understanding documents and the usual calculators give.

let home: string;
let browser: OpenBrowser;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'medbert-contrast-'));
  browser = await openBrowser({ home, prefix: [], viewport: { width: 600, height: 400 } });
});
afterAll(async () => {
  await browser.close();
  rmSync(home, { recursive: true, force: true });
});

async function measured(html: string): Promise<ContrastReport> {
  await browser.page.setContent(`<iframe id="inner"></iframe>`);
  const inner = browser.page.frames()[1]!;
  await inner.setContent(html);
  return contrast(browser.page.frameLocator('#inner'));
}

test('grey on white: #767676 passes with 4.54, #777777 fails with 4.48', async () => {
  const report = await measured(
    '<p style="color: #767676">passes</p><p style="color: #777777">fails</p><p style="color: #000">black</p>',
  );
  expect(report.texts).toBe(3);
  expect(report.faint.map(({ text, contrast: ratio }) => [text, ratio])).toEqual([['fails', 4.48]]);
});

test('large letters need 3 only', async () => {
  const report = await measured(
    '<p style="color: #949494; font-size: 24px">large</p><p style="color: #949494; font: bold 19px serif">bold</p>',
  );
  expect(report.least).toBe(3.03);
  expect(report.faint).toEqual([]);
});

test('transparent layers and opacities are seen through', async () => {
  // Half black over white is rgb(128, 128, 128), and white on that has 3.95.
  const layered =
    '<div style="background: rgba(0, 0, 0, 0.498)"><p style="color: white">over a veil</p></div>';
  // Black at half opacity on white is the same grey, the other way round.
  const faded = '<div style="opacity: 0.498"><p style="color: black">faded</p></div>';
  const report = await measured(layered + faded);
  expect(report.faint.map(({ text }) => text).sort()).toEqual(['faded', 'over a veil']);
  for (const { contrast: ratio } of report.faint) expect(ratio).toBeCloseTo(3.95, 1);
});

test('text in shadow trees and in slots is measured', async () => {
  const report = await measured(
    `<div id="host"><span>slotted</span></div><script>
      const root = document.getElementById('host').attachShadow({ mode: 'open' });
      root.innerHTML = '<p style="color: #aaa">inside</p><div style="background: #333"><slot></slot></div>';
    </script>`,
  );
  expect(report.faint.map(({ text }) => text).sort()).toEqual(['inside', 'slotted']);
});

test('hidden and disabled text is left out', async () => {
  const report = await measured(
    `<p style="visibility: hidden; color: #fff">unseen</p><p style="display: none; color: #fff">gone</p>
     <button disabled style="color: #ddd">off</button><p>read</p>`,
  );
  expect(report.texts).toBe(1);
});
