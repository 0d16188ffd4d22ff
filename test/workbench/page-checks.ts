import type { FrameLocator } from 'playwright-core';
import { contrast, type ContrastReport } from './contrast';

/** What a panel looks like, as far as a machine can tell. */
export interface PageCheck {
  readonly text: string;
  readonly contrast: ContrastReport;
  /** Pixels that each canvas has inked, by the name of its picture. */
  readonly inked: readonly { readonly chart: string; readonly points: number; readonly pixels: number }[];
  /** Whether the page as a whole must be scrolled sideways. */
  readonly isTooWide: boolean;
  /** Texts cut off without a sign: no ellipsis, no way to scroll. */
  readonly cut: readonly string[];
}

/** Colours that charts write with on their canvases: measured as text of the page, since a canvas has none. */
const inks = ['--text', '--text-strong', '--text-muted', ...[1, 2, 3, 4, 5, 6].map((n) => `--series-${n}`)];

/** Measures the visible page of a panel. */
export async function check(page: FrameLocator): Promise<PageCheck> {
  const body = page.locator('body');
  // A page that has just come back draws within a frame or two.
  await body.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const text = await body.innerText();
  await body.evaluate((element, names) => {
    const samples = element.appendChild(document.createElement('p'));
    samples.id = 'inks';
    for (const name of names) {
      const sample = samples.appendChild(document.createElement('span'));
      sample.textContent = `written in ${name} `;
      sample.style.color = `var(${name})`;
    }
  }, inks);
  const report = await contrast(page);
  const looks = await body.evaluate(measure);
  return { text, contrast: report, ...looks };
}

/** Runs inside the page. */
function measure(body: Element): Pick<PageCheck, 'inked' | 'isTooWide' | 'cut'> {
  body.querySelector('#inks')?.remove();
  const plots = [...body.querySelectorAll<HTMLElement>('.plot[data-points]')];
  const inked = plots.map((plot) => {
    const canvas = plot.querySelector('canvas')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    let pixels = 0;
    for (let at = 3; at < data.length; at += 4) if (data[at]! > 64) pixels += 1;
    const chart =
      plot.dataset['chart'] ?? plot.closest<HTMLElement>('[data-picture]')?.dataset['picture'] ?? '';
    return { chart, points: Number(plot.dataset['points']), pixels };
  });
  const cut = [...body.querySelectorAll<HTMLElement>('*')].flatMap((element) => {
    const style = getComputedStyle(element);
    const isCut = style.overflowX === 'hidden' && element.scrollWidth > element.clientWidth + 1;
    const isTold =
      style.textOverflow === 'ellipsis' || element.clientWidth <= 1 || element.matches('.progress');
    return isCut && !isTold ? [`${element.className}: ${element.innerText.slice(0, 60)}`] : [];
  });
  const root = document.documentElement;
  return { inked, isTooWide: root.scrollWidth > root.clientWidth + 1, cut };
}
