import type { FrameLocator } from 'playwright-core';

/** What can be worked with on a page, and how each of it is marked when the keyboard is on it. */
export interface FocusStop {
  /** Such as `vscode-button[export] “Export”`. */
  readonly name: string;
  /** Width of the mark in CSS pixels: an outline that the element has only while it is focused. */
  readonly ring: number;
  /** Contrast of the mark to what lies around the element. */
  readonly contrast: number;
  /** How many of the four sides of the mark no scrolling ancestor cuts off. */
  readonly sides: number;
}

/** What stands on a page, as a person without a mouse or without eyes meets it. */
export interface PageAudit {
  /** Controls smaller than 24 pixels, links within a text aside. */
  readonly small: readonly string[];
  /** Images whose label has no number, though there is something drawn. */
  readonly wordless: readonly string[];
  /** Levels of the headings, from top to bottom. */
  readonly headings: readonly number[];
  /** What reaches beyond the right edge and cannot be scrolled to. */
  readonly cutOff: readonly string[];
  /** Tables without a caption, or without header cells for columns or rows. */
  readonly bareTables: readonly string[];
  readonly tables: number;
  /** What is being animated. */
  readonly moving: readonly string[];
  /** Areas that scroll, but that the keyboard cannot reach. */
  readonly stuck: readonly string[];
}

/** Marks every control of the page, so that {@link focusStop} and {@link unvisited} know them. Returns their names. */
export async function markControls(page: FrameLocator): Promise<string[]> {
  return page.locator('body').evaluate(mark);
}

/** What has the focus now; undefined when nothing on the page has. */
export async function focusStop(page: FrameLocator): Promise<FocusStop | undefined> {
  return page.locator('body').evaluate(look);
}

/** Controls that never had the focus since they were marked. */
export async function unvisited(page: FrameLocator): Promise<string[]> {
  return page
    .locator('body')
    .evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('[data-control]:not([data-visited])')]
        .filter((control) => control.checkVisibility())
        .map((control) => control.dataset['control']!),
    );
}

/** Measures the page. */
export async function audit(page: FrameLocator): Promise<PageAudit> {
  return page.locator('body').evaluate(measure);
}

// What follows runs inside the page, so everything that a function needs stands within it.

function mark(): string[] {
  const kinds =
    'button, input, select, textarea, a[href], summary, vscode-button, vscode-checkbox, [tabindex="0"], ' +
    '[role=button], [role=checkbox], [role=slider], [role=link], [role=menuitem], [role=tab]';
  const names: string[] = [];
  for (const control of document.querySelectorAll<HTMLElement>(kinds)) {
    if (!control.checkVisibility({ visibilityProperty: true })) continue;
    if (control.matches(':disabled, [disabled], [aria-disabled=true]')) continue;
    // Of a grid or list that arrows walk through, Tab comes to one.
    if (control.tabIndex < 0 && control.closest('[role=grid], [data-walked]') !== null) continue;
    const words = control.getAttribute('aria-label') ?? control.textContent.trim();
    const action = control.dataset['action'] === undefined ? '' : `[${control.dataset['action']}]`;
    const name = `${control.localName}${action} “${words.replace(/\s+/g, ' ').slice(0, 40)}”`;
    control.dataset['control'] = name;
    delete control.dataset['visited'];
    // Its looks without the focus.
    const inner = control.shadowRoot?.querySelector<HTMLElement>('[part=control]');
    for (const part of [control, ...(inner ? [inner] : [])]) {
      const { outlineStyle, outlineWidth } = getComputedStyle(part);
      part.dataset['rest'] = outlineStyle === 'none' ? '0' : String(parseFloat(outlineWidth));
    }
    names.push(name);
  }
  return names;
}

function look(): FocusStop | undefined {
  const chain: HTMLElement[] = [];
  for (let at = document.activeElement; at; at = at.shadowRoot?.activeElement ?? null)
    chain.push(at as HTMLElement);
  const [control] = chain;
  if (control === undefined || control === document.body || !document.hasFocus()) return undefined;
  control.dataset['visited'] = 'yes';

  const brush = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
  type Colour = [number, number, number];
  /** A colour over another. */
  const over = (css: string, below: Colour): Colour => {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = `rgb(${below.join(' ')})`;
    brush.fillRect(0, 0, 1, 1);
    brush.fillStyle = css;
    brush.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = brush.getImageData(0, 0, 1, 1).data;
    return [red, green, blue];
  };
  const luminance = (colour: Colour): number => {
    const [red, green, blue] = colour.map((part) =>
      part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
    ) as Colour;
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const above: HTMLElement[] = [];
  for (let at = control.parentElement; at; at = at.parentElement) above.unshift(at);
  const editor = getComputedStyle(document.documentElement).getPropertyValue('--vscode-editor-background');
  const ground = above.reduce<Colour>(
    (below, element) => over(getComputedStyle(element).backgroundColor, below),
    over(editor, [255, 255, 255]),
  );

  const marked = chain
    .map((part) => ({ part, style: getComputedStyle(part) }))
    .filter(({ part, style }) => style.outlineStyle !== 'none' && part.dataset['rest'] !== undefined)
    .map(({ part, style }) => ({
      part,
      style,
      ring: parseFloat(style.outlineWidth) - Number(part.dataset['rest']),
    }))
    .sort((a, b) => b.ring - a.ring)[0];
  const label = control.getAttribute('aria-label') ?? control.textContent.trim();
  const name = control.dataset['control'] ?? `${control.localName} “${label}”`;
  if (marked === undefined) return { name, ring: 0, contrast: 1, sides: 0 };

  const [low, high] = [luminance(over(marked.style.outlineColor, ground)), luminance(ground)].sort(
    (a, b) => a - b,
  ) as [number, number];
  const reach = parseFloat(marked.style.outlineOffset) + parseFloat(marked.style.outlineWidth);
  const box = marked.part.getBoundingClientRect();
  const sides = {
    left: box.left - reach,
    top: box.top - reach,
    right: box.right + reach,
    bottom: box.bottom + reach,
  };
  const seen = { left: true, top: true, right: true, bottom: true };
  for (const element of [...above, document.documentElement]) {
    const isPage = element === document.documentElement;
    if (!isPage && getComputedStyle(element).overflow === 'visible') continue;
    const edge = isPage
      ? { left: 0, top: 0, right: innerWidth, bottom: innerHeight }
      : element.getBoundingClientRect();
    seen.left &&= sides.left >= edge.left - 0.5;
    seen.top &&= sides.top >= edge.top - 0.5;
    seen.right &&= sides.right <= edge.right + 0.5;
    seen.bottom &&= sides.bottom <= edge.bottom + 0.5;
  }
  return {
    name,
    ring: marked.ring,
    contrast: Math.round(((high + 0.05) / (low + 0.05)) * 100) / 100,
    sides: Object.values(seen).filter(Boolean).length,
  };
}

function measure(): PageAudit {
  const shown = (selector: string): HTMLElement[] =>
    [...document.querySelectorAll<HTMLElement>(selector)].filter((element) =>
      element.checkVisibility({ visibilityProperty: true }),
    );
  const words = (element: Element): string =>
    `${element.localName}.${[...element.classList].join('.')} “${element.textContent.trim().replace(/\s+/g, ' ').slice(0, 40)}”`;
  const scrolls = (element: Element): boolean => /auto|scroll/.test(getComputedStyle(element).overflowX);
  const within = (element: Element, is: (around: Element) => boolean): boolean => {
    for (let at = element.parentElement; at; at = at.parentElement) if (is(at)) return true;
    return false;
  };
  const controls = shown('button, input, select, vscode-button, vscode-checkbox, [role=gridcell]');
  const width = document.documentElement.clientWidth;
  return {
    small: controls
      .filter((control) => !control.classList.contains('inline'))
      .map((control) => ({ control, box: control.getBoundingClientRect() }))
      .filter(({ box }) => Math.min(box.width, box.height) < 23.95)
      .map(({ control, box }) => `${words(control)} ${box.width.toFixed(1)} × ${box.height.toFixed(1)}`),
    wordless: shown('[role=img]')
      .filter(
        (image) => image.dataset['points'] !== '0' && !/\d/.test(image.getAttribute('aria-label') ?? ''),
      )
      .map(words),
    headings: shown('h1, h2, h3, h4, h5, h6').map((heading) => Number(heading.localName.slice(1))),
    cutOff: [
      ...(document.documentElement.scrollWidth > width
        ? [`page ${document.documentElement.scrollWidth} > ${width}`]
        : []),
      ...shown('#root *')
        .filter((element) => !element.matches('.spoken-only, .spoken-only *') && !within(element, scrolls))
        .filter((element) => element.getBoundingClientRect().right > width + 0.5)
        .map((element) => `beyond the edge: ${words(element)}`),
      ...shown('#root *')
        .filter(
          (element) =>
            getComputedStyle(element).overflowX === 'hidden' &&
            element.scrollWidth > element.clientWidth + 1 &&
            !element.matches('.spoken-only, .progress, [title]'),
        )
        .map((element) => `clipped: ${words(element)}`),
    ],
    bareTables: shown('table')
      .filter(
        (table) =>
          table.querySelector('caption') === null ||
          table.querySelector('thead th[scope=col]') === null ||
          table.querySelector('tbody th[scope=row]') === null,
      )
      .filter((table) => table.role !== 'grid')
      .map(words),
    tables: shown('table').length,
    moving: document
      .getAnimations()
      .filter(({ playState }) => playState === 'running')
      .map(({ effect }) => words((effect as KeyframeEffect).target!)),
    stuck: shown('#root *')
      .filter((element) => /auto|scroll/.test(getComputedStyle(element).overflow))
      .filter(
        (element) =>
          element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1,
      )
      .filter(
        (element) => element.tabIndex < 0 && element.querySelector('button, input, [tabindex="0"]') === null,
      )
      .map(words),
  };
}
