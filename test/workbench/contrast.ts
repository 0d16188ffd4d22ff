import type { FrameLocator } from 'playwright-core';

/** A text that is hard to read. */
export interface FaintText {
  readonly text: string;
  readonly contrast: number;
  /** What the text would need: 4.5, or 3 for large letters (WCAG 2.2, 1.4.3). */
  readonly needed: number;
  readonly colour: string;
  readonly background: string;
  /** Where it stands, such as `div.step > span`. */
  readonly place: string;
}

/** What was measured of one page. */
export interface ContrastReport {
  /** Texts measured: zero means that nothing was on the page. */
  readonly texts: number;
  /** The least contrast of all. */
  readonly least: number;
  /** Texts under what they need, the faintest first. */
  readonly faint: readonly FaintText[];
}

/**
 * Measures the contrast of every visible text of a page, shadow trees of components included: its computed colour
 * over whatever lies behind it, with all opacities. Text of disabled controls is exempt, as the norm has it.
 * Text on canvases and images cannot be measured this way.
 */
export async function contrast(page: FrameLocator): Promise<ContrastReport> {
  return page.locator('body').evaluate(measure);
}

/** Runs inside the page, so everything it needs stands within it. */
function measure(body: Element): ContrastReport {
  type Colour = readonly [number, number, number, number];
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const brush = canvas.getContext('2d', { willReadFrequently: true })!;

  /** Any CSS colour as red, green, blue (0 to 255) and alpha (0 to 1). */
  const parse = (css: string): Colour => {
    const plain = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(css);
    if (plain) return [Number(plain[1]), Number(plain[2]), Number(plain[3]), Number(plain[4] ?? 1)];
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = css;
    brush.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0, alpha = 0] = brush.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (top: Colour, below: Colour): Colour => {
    const mix = (i: 0 | 1 | 2): number => top[i] * top[3] + below[i] * (1 - top[3]);
    return [mix(0), mix(1), mix(2), 1];
  };
  const luminance = (colour: Colour): number => {
    const linear = ([0, 1, 2] as const).map((i) => {
      const share = colour[i] / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!;
  };
  const ratio = (one: Colour, other: Colour): number => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
    return (light + 0.05) / (dark + 0.05);
  };
  /** The element around, through slots and out of shadow trees: the order in which things are painted. */
  const around = (element: Element): Element | null => {
    if (element.assignedSlot) return element.assignedSlot;
    if (element.parentElement) return element.parentElement;
    const root = element.getRootNode();
    return root instanceof ShadowRoot ? root.host : null;
  };

  /** The frame of a webview is transparent: below it lies the editor, whose colour VS Code hands in. */
  const ground = (): Colour => {
    const given = getComputedStyle(document.documentElement).getPropertyValue('--vscode-editor-background');
    return over(parse(given.trim() || '#ffffff'), [255, 255, 255, 1]);
  };
  const base = ground();

  /** Background and text as they are seen: every opaque layer and every opacity from the outside in. */
  const seen = (element: Element): { text: Colour; background: Colour } => {
    const layers: Element[] = [];
    for (let at: Element | null = element; at; at = around(at)) layers.unshift(at);
    const own = parse(getComputedStyle(element).color);
    const paint = (index: number, below: Colour): { text: Colour; background: Colour } => {
      const layer = layers[index];
      if (!layer) return { text: over(own, below), background: below };
      const style = getComputedStyle(layer);
      const inner = paint(index + 1, over(parse(style.backgroundColor), below));
      const opacity = Number(style.opacity);
      if (opacity === 1) return inner;
      const faded = ([red, green, blue]: Colour): Colour => over([red, green, blue, opacity], below);
      return { text: faded(inner.text), background: faded(inner.background) };
    };
    return paint(0, base);
  };

  const exempt = (element: Element): boolean => {
    for (let at: Element | null = element; at; at = around(at)) {
      if (at.matches(':disabled, [disabled], [aria-disabled="true"]')) return true;
    }
    return false;
  };
  const shown = (element: Element, rectangle: DOMRect): boolean =>
    rectangle.width > 1 && // text for screen readers alone is a square of one pixel
    rectangle.height > 1 &&
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true });

  const place = (element: Element): string => {
    const name = (at: Element): string =>
      at.localName + (at.id ? `#${at.id}` : '') + [...at.classList].map((one) => `.${one}`).join('');
    const outer = around(element);
    return outer ? `${name(outer)} > ${name(element)}` : name(element);
  };
  const words = (colour: Colour): string =>
    `rgb(${colour
      .slice(0, 3)
      .map((part) => Math.round(part))
      .join(', ')})`;

  const measured: FaintText[] = [];
  const weigh = (element: Element, text: string, rectangle: DOMRect): void => {
    if (!shown(element, rectangle) || exempt(element)) return;
    const style = getComputedStyle(element);
    if (element instanceof SVGElement) return; // painted by `fill`; charts draw on canvases
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const { text: colour, background } = seen(element);
    measured.push({
      text: text.slice(0, 60),
      contrast: Math.round(ratio(colour, background) * 100) / 100,
      needed: large ? 3 : 4.5,
      colour: words(colour),
      background: words(background),
      place: place(element),
    });
  };
  const walk = (node: Node): void => {
    if (node instanceof Text) {
      const text = node.data.trim();
      const element = node.parentElement ?? (node.parentNode as ShadowRoot | null)?.host;
      if (text === '' || !element || /^(script|style|template)$/.test(element.localName)) return;
      const range = document.createRange();
      range.selectNodeContents(node);
      weigh(element, text, range.getBoundingClientRect());
      return;
    }
    if (node instanceof HTMLInputElement || node instanceof HTMLSelectElement) {
      const text = node instanceof HTMLInputElement ? node.value || node.placeholder : node.value;
      const hasText = !(node instanceof HTMLInputElement && /^(checkbox|radio|range|color)$/.test(node.type));
      if (text.trim() !== '' && hasText) weigh(node, text.trim(), node.getBoundingClientRect());
      return;
    }
    if (node instanceof Element && node.shadowRoot) node.shadowRoot.childNodes.forEach(walk);
    node.childNodes.forEach(walk);
  };
  walk(body);

  const faint = measured
    .filter((one) => one.contrast < one.needed)
    .sort((a, b) => a.contrast / a.needed - b.contrast / b.needed);
  return {
    texts: measured.length,
    least: measured.reduce((least, one) => Math.min(least, one.contrast), 21),
    faint,
  };
}
