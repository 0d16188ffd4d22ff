import type { EmbeddingMap } from '../../src/protocol/panels/map';
import { count, fixed } from '../format';
import { type Group, lookOf, type Slots } from './groups';
import { Sprites } from './paint';
import type { Theme } from '../theme';
import { extentText, methodText } from './words';

const gap = 24;
const line = 20;

/** The map with heading, legend and how it was made, as PNG in base64. */
export function sheet(
  map: EmbeddingMap,
  drawn: HTMLCanvasElement,
  groups: readonly Group[],
  slots: Slots,
  theme: Theme,
): string {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [drawn.width / ratio, drawn.height / ratio];
  const entries = slots.flatMap((key) => groups.find((group) => group.key === key) ?? []);
  const sprites = new Sprites(ratio);
  const canvas = document.createElement('canvas');
  canvas.width = Math.round((width + 2 * gap) * ratio);
  canvas.height = Math.round((height + 2 * gap + line * (4.5 + Math.ceil(entries.length / 3))) * ratio);
  const context = canvas.getContext('2d')!;
  context.scale(ratio, ratio);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  const write = (text: string, x: number, y: number, font: string, color: string): void => {
    context.font = `${font} ${theme.fontFamily}`;
    context.fillStyle = color;
    context.fillText(text, x, y);
  };
  const what = map.points.kind === 'codes' ? 'Code map' : 'Map of test patients';
  write(`${what} · ${map.run}, step ${count(map.step)}`, gap, gap + 12, '600 16px', theme.strong);
  context.drawImage(drawn, gap, gap + line * 1.5, width, height);
  let top = gap + line * 2.5 + height;
  entries.forEach((group, n) => {
    const [x, y] = [gap + (n % 3) * (width / 3), top + Math.floor(n / 3) * line];
    sprites.stamp(context, lookOf(group.key, slots.indexOf(group.key), theme), 4.5, x + 6, y - 4);
    const size = group.told === null ? '' : ` (${count(group.told)})`;
    write(`${group.name}${size}`, x + 18, y, '12px', theme.foreground);
  });
  top += Math.ceil(entries.length / 3) * line + 4;
  write(`${extentText(map)}.`, gap, top, '11px', theme.muted);
  write(`${methodText(map)}; ${qualityText(map)}`, gap, top + line * 0.8, '11px', theme.muted);
  return canvas.toDataURL('image/png').replace(/^data:image\/png;base64,/, '');
}

function qualityText({ faithfulness, dimensions }: EmbeddingMap): string {
  const trust =
    faithfulness === null
      ? ''
      : `; trustworthiness (k = ${faithfulness.neighbours}) ${fixed(faithfulness.trustworthiness, 3)}`;
  return `cosine in ${dimensions} dimensions${trust}. Positions are not distances.`;
}
