import { html, nothing, svg, type TemplateResult } from 'lit';
import type { RiskGlance, SeedSpread } from '../../src/protocol/explanation';
import { counted, fixed, interval } from '../format';

const width = 232;
const inset = 6;
const y = 22;

/** Risk from 0 to 1: the prediction, the interval and the single seeds, the rate of cases, the threshold. */
export function riskBar(
  { risk }: RiskGlance,
  seeds: SeedSpread | undefined,
  rate: number | null,
  threshold: number,
): TemplateResult {
  const x = (value: number): number => inset + value * (width - 2 * inset);
  const spread = seeds?.risk ?? null;
  const others = seeds === undefined || spread === null ? [] : seeds.predictions;
  const words = [
    `Risk ${fixed(risk, 2)}`,
    ...(spread === null
      ? []
      : [`${interval([spread.low, spread.high], 2)} over ${counted(others.length, 'seed')}`]),
    `threshold ${fixed(threshold, 2)}`,
    ...(rate === null ? [] : [`rate of cases ${fixed(rate, 2)}`]),
  ].join(', ');
  return html`<svg
    class="risk-bar"
    width=${width}
    height="50"
    viewBox="0 0 ${width} 50"
    role="img"
    aria-label=${words}
  >
    <title>${words}</title>
    <line class="track" x1=${x(0)} x2=${x(1)} y1=${y} y2=${y}></line>
    ${spread === null ? nothing : svg`<line class="spread" x1=${x(spread.low)} x2=${x(spread.high)} y1=${y} y2=${y}></line>`}
    ${others.map((seed) => svg`<line class="seed" x1=${x(seed.risk)} x2=${x(seed.risk)} y1=${y + 6} y2=${y + 11}></line>`)}
    ${marks(x, rate, threshold)}
    <circle cx=${x(risk)} cy=${y} r="5.5"></circle>
    <text x=${x(0)} y="46">0</text>
    <text x=${x(1)} y="46" text-anchor="end">1</text>
    ${
      spread === null
        ? nothing
        : svg`<text x=${Math.min(width - 40, Math.max(44, x((spread.low + spread.high) / 2)))} y="46" text-anchor="middle">${counted(others.length, 'seed')}</text>`
    }
  </svg>`;
}

/** Rate and threshold above the bar, each with its name on the side where there is room. */
function marks(x: (value: number) => number, rate: number | null, threshold: number): TemplateResult {
  const name = (value: number, text: string, anchor: 'start' | 'middle' | 'end'): TemplateResult =>
    svg`<text x=${x(value)} y="10" text-anchor=${anchor}>${text}</text>`;
  const line = (value: number, kind: string): TemplateResult =>
    svg`<line class=${kind} x1=${x(value)} x2=${x(value)} y1="13" y2="29"></line>`;
  const at = (value: number, rest: 'start' | 'end' | 'middle'): 'start' | 'middle' | 'end' =>
    value < 0.25 ? 'start' : value > 0.75 ? 'end' : rest;
  const limit = `threshold ${fixed(threshold, 2)}`;
  if (rate === null)
    return svg`${line(threshold, 'threshold')}${name(threshold, limit, at(threshold, 'middle'))}`;
  const text = `rate ${fixed(rate, 2)}`;
  const isBefore = rate <= threshold;
  // Close together the two names stand back to back, unless an edge is in the way.
  const isClose = Math.abs(rate - threshold) < 0.42;
  const cramped = isClose && (isBefore ? rate < 0.24 || threshold > 0.62 : threshold < 0.36 || rate > 0.76);
  const both = cramped
    ? name(0.5, isBefore ? `${text} · ${limit}` : `${limit} · ${text}`, 'middle')
    : svg`${name(rate, text, isClose ? (isBefore ? 'end' : 'start') : at(rate, 'middle'))}
      ${name(threshold, limit, isClose ? (isBefore ? 'start' : 'end') : at(threshold, 'middle'))}`;
  return svg`${line(rate, 'rate')}${line(threshold, 'threshold')}${both}`;
}
