import { cpSync, readdirSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { expect } from 'vitest';
import type { Editor } from './editor';

const soon = { timeout: 30_000 };

/** Opens the patient panel of a run, where a patient has still to be chosen. */
export async function openPatients(editor: Editor, run: string): Promise<FrameLocator> {
  await editor.command('Med-BERT: Explain Patient…');
  await editor.quickInput.step('Explain by which run?');
  await editor.quickInput.choose(run, run);
  const page = await editor.panel(`Patient: ${run}`);
  await page.locator('.picker [data-patient]').first().waitFor(soon);
  return page;
}

/** A patient in the list of a panel, with the number of codes. */
export interface ListedPatient {
  readonly patient: string;
  readonly codes: number;
}

/** Who stands in the list of a panel. */
export async function listed(page: FrameLocator): Promise<ListedPatient[]> {
  await page.locator('.picker [data-patient]').first().waitFor({ timeout: 60_000 });
  return page.locator('.picker tbody tr').evaluateAll((rows) =>
    rows.map((row) => ({
      patient: row.querySelector<HTMLElement>('[data-patient]')!.dataset['patient']!,
      codes: Number(row.querySelector('td:nth-last-child(2)')!.textContent.replace(',', '')),
    })),
  );
}

/** Picks the first patient of the list who has a number of codes that suits, and waits for the whole explanation. */
export async function pickByCodes(page: FrameLocator, suits: (codes: number) => boolean): Promise<void> {
  const place = (await listed(page)).findIndex(({ codes }) => suits(codes));
  await page.locator('.picker [data-patient]').nth(place).click();
  await whole(page);
}

/** Picks a patient of the list. Returns the milliseconds from the click to the drawn page. */
export async function timePick(page: FrameLocator, patient: string): Promise<number> {
  return page.locator('body').evaluate(async (body, wanted) => {
    const began = performance.now();
    body.querySelector<HTMLElement>(`.picker [data-patient="${wanted}"]`)!.click();
    const isDrawn = (): boolean =>
      body.querySelector('h1')?.textContent.includes(wanted) === true &&
      body.querySelector('.timeline .chip') !== null &&
      body.querySelector('.square-host canvas') !== null;
    await new Promise<void>((resolve) => {
      const look = (): void => (isDrawn() ? resolve() : void requestAnimationFrame(look));
      look();
    });
    await new Promise((resolve) => requestAnimationFrame(resolve));
    return performance.now() - began;
  }, patient);
}

/** A number for what the square of attention shows. */
export async function squareInk(page: FrameLocator): Promise<number> {
  return page
    .locator('.square-host canvas')
    .first()
    .evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
      return data.reduce((sum, value, at) => (sum * 31 + value * ((at % 251) + 1)) % 4_294_967_291, 7);
    });
}

/** Waits until nothing is computed any more. */
export async function whole(page: FrameLocator): Promise<void> {
  await page.locator('.timeline .chip[data-code]').first().waitFor(soon);
  await page.locator('.square-host canvas').waitFor(soon);
  await expect.poll(() => page.locator('.working').count(), soon).toBe(0);
}

/** Selects a code that has arcs to its partners. Returns how many. */
export async function selectWithArcs(page: FrameLocator): Promise<number> {
  const chips = page.locator('.timeline .chip[data-code]');
  const arcs = page.locator('svg.arcs path');
  await chips.first().waitFor(soon);
  for (let place = (await chips.count()) - 1; place >= 0; place--) {
    await chips.nth(place).click();
    await expect.poll(() => page.locator('.chip.selected').count()).toBe(1);
    const drawn = await arcs.count();
    if (drawn > 0) return drawn;
  }
  throw new Error('No code of this patient has a partner.');
}

/** Selects a code, and scrolls to what would be without it. */
export async function showWhatIf(page: FrameLocator): Promise<void> {
  await selectWithArcs(page);
  await page.locator('footer').last().scrollIntoViewIfNeeded();
}

/** Puts shortened copies in the place of the checkpoints in a folder, as a transfer that broke off leaves them. */
export function tearCheckpoints(folder: string): void {
  for (const step of readdirSync(folder)) {
    const torn = `${folder}-torn`;
    cpSync(join(folder, step), torn, { recursive: true });
    truncateSync(join(torn, 'model.safetensors'), 2000);
    rmSync(join(folder, step), { recursive: true });
    renameSync(torn, join(folder, step));
  }
}

/** Opens the map of a run. */
export async function openMap(editor: Editor, run: string): Promise<FrameLocator> {
  await editor.command('Med-BERT: Show Embedding Map');
  await editor.quickInput.step('Map of which run?');
  await editor.quickInput.choose(run, run);
  const page = await editor.panel(`Map: ${run}`);
  await drawn(page);
  return page;
}

/** Shows the test patients in place of the codes. */
export async function showPatients(page: FrameLocator): Promise<void> {
  await page.locator('button[data-value=patients]').click();
  await page.locator('h1', { hasText: 'Map of test patients' }).waitFor(soon);
  await drawn(page);
}

/** Goes with the keyboard to the point beside the middle of the map. */
export async function pickPoint(page: FrameLocator): Promise<void> {
  await page.locator('.plot').focus();
  await page.locator('.plot').press('ArrowRight');
  await page.locator('.card').waitFor(soon);
}

async function drawn(page: FrameLocator): Promise<void> {
  await page.locator('.map .plot[data-points]').waitFor({ timeout: 60_000 });
}
