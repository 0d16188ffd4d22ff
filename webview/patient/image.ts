import { percentileFigure, riskFigure } from '../../src/protocol/risk-words';
import type { LegendEntry } from '../chart-image';
import { counted, fixed, interval } from '../format';
import { palettes, translucent } from '../palette';
import type { Arc } from './arcs';
import { gapDays, stayWords } from './dates';
import type { TimelineLayout } from './layout';
import { editWords } from './edits';
import { type Sight, signedFigures, wholeRisk } from './sight';
import { chipLooks, mostLetters, pillWidth, shownArcs, weightText } from './timeline';
import { cutAtWord, shortCode } from './words';

/** The timeline as it is on the page, all of it, on a canvas: for a picture to be saved. */
export function timelineCanvas(sight: Sight, layout: TimelineLayout): HTMLCanvasElement {
  const { theme } = sight;
  const canvas = document.createElement('canvas');
  // A browser gives up beyond this size; a patient with a thousand visits is then drawn coarser.
  const ratio = Math.min(window.devicePixelRatio || 1, 16_000 / Math.max(layout.width, layout.height));
  canvas.width = Math.ceil(layout.width * ratio);
  canvas.height = Math.ceil(layout.height * ratio);
  const brush = canvas.getContext('2d')!;
  brush.scale(ratio, ratio);
  brush.fillStyle = theme.background;
  brush.fillRect(0, 0, layout.width, layout.height);
  paintHeadings(brush, sight, layout);
  paintChips(brush, sight, layout);
  for (const arc of shownArcs(sight, layout)) paintArc(brush, arc, sight);
  return canvas;
}

function paintHeadings(brush: CanvasRenderingContext2D, sight: Sight, layout: TimelineLayout): void {
  const { explanation, theme, unit } = sight;
  explanation.visits.forEach((visit, index) => {
    const { left, top, width } = layout.headings[index]!;
    const before = explanation.visits[index - 1];
    brush.textAlign = 'left';
    brush.font = `${12 * unit}px ${theme.codeFamily}`;
    brush.fillStyle = theme.foreground;
    brush.fillText(`${visit.visit}  ${visit.admit}`, left, top + 12 * unit);
    brush.font = `${11 * unit}px ${theme.fontFamily}`;
    brush.fillStyle = theme.muted;
    const gap = before === undefined ? '' : ` · ${gapDays(before, visit)} d on`;
    brush.fillText(`${stayWords(visit.admit, visit.discharge)}${gap}`, left, top + 28 * unit);
    if (layout.kind === 'columns') brush.fillRect(left, top + 36 * unit, width, 1);
  });
}

function paintChips(brush: CanvasRenderingContext2D, sight: Sight, layout: TimelineLayout): void {
  const { explanation, local, theme, unit } = sight;
  const { attention } = palettes[theme.kind];
  chipLooks(sight).forEach((look, index) => {
    const { left, top, width, height } = layout.chips[index]!;
    const { code, description } = explanation.codes[index]!;
    brush.fillStyle = look.fill;
    brush.strokeStyle = index === local.selected ? theme.strong : theme.hairline;
    brush.lineWidth = index === local.selected ? 2 : 1;
    brush.beginPath();
    brush.roundRect(left + 0.5, top + 0.5, width - 1, height - 1, 3);
    brush.fill();
    brush.stroke();
    brush.textAlign = 'left';
    brush.fillStyle = look.text;
    brush.font = `600 ${12 * unit}px ${theme.codeFamily}`;
    brush.fillText(`${shortCode(code)} ${look.sign}`, left + 7 * unit, top + 14 * unit);
    brush.font = `${11 * unit}px ${theme.fontFamily}`;
    brush.fillText(cutAtWord(description ?? '', mostLetters(width / unit)), left + 7 * unit, top + 27 * unit);
    if (look.bar !== null) {
      const length = Math.max(1, Math.abs(look.bar) * (width / 2 - 6 * unit));
      brush.fillRect(
        left + width / 2 - (look.bar < 0 ? length : 0),
        top + height - 4 * unit,
        length,
        2 * unit,
      );
    }
    const [x, y] = [left + width - 11 * unit, top + 10 * unit];
    disc(brush, x, y, 5.4 * unit, theme.background);
    brush.strokeStyle = attention;
    brush.lineWidth = 0.8;
    brush.stroke();
    disc(brush, x, y, look.dot * unit, attention);
  });
}

function disc(brush: CanvasRenderingContext2D, x: number, y: number, radius: number, color: string): void {
  brush.beginPath();
  brush.arc(x, y, radius, 0, 2 * Math.PI);
  brush.fillStyle = color;
  brush.fill();
}

function paintArc(
  brush: CanvasRenderingContext2D,
  { path, width, pill, weight }: Arc,
  { theme, unit }: Sight,
): void {
  const { attention } = palettes[theme.kind];
  brush.strokeStyle = translucent(attention, 0.65);
  brush.lineWidth = width;
  brush.stroke(new Path2D(path));
  brush.beginPath();
  const room = pillWidth(weight) * unit;
  brush.roundRect(pill.x - room / 2, pill.y - 7.5 * unit, room, 15 * unit, 7.5 * unit);
  brush.fillStyle = theme.background;
  brush.fill();
  brush.strokeStyle = attention;
  brush.lineWidth = 1;
  brush.stroke();
  brush.font = `${11 * unit}px ${theme.fontFamily}`;
  brush.textAlign = 'center';
  brush.fillStyle = theme.strong;
  brush.fillText(weightText(weight), pill.x, pill.y + 4 * unit);
}

/** What the exported sheet says beside its pictures: all that the page says with them, so that it can stand alone. */
export function sheetLegend(sight: Sight): LegendEntry[] {
  const { theme, data, explanation, local } = sight;
  const palette = palettes[theme.kind];
  const figures = signedFigures(explanation, local.colour);
  const what = local.colour === 'attribution' ? 'attribution' : 'effect of removing the code';
  const text = (line: string): LegendEntry => ({ text: line, color: null, dash: [] });
  return [
    ...(figures === undefined
      ? []
      : [
          {
            text: `chips: ${what} in log-odds, from orange and a bar to the right (raises the risk) to blue and a bar to the left (lowers it); full colour at ${fixed(figures.scale, 2)}`,
            color: palette.raises,
            dash: [],
          },
        ]),
    { text: 'dots and arcs: attention. Attention is not a cause', color: palette.attention, dash: [] },
    ...[
      `${data.context.join(' · ')}`,
      ...answerLines(sight),
      ...whatIfLines(sight),
      ...explanation.notes,
    ].map(text),
  ];
}

function answerLines({ explanation }: Sight): string[] {
  if (explanation.kind === 'pretrain') return [];
  const { risk, percentile, testPatients, label, indexDate, quality } = explanation;
  const seeds = wholeRisk(explanation)?.seeds;
  const spread = seeds?.risk;
  const trained = seeds?.predictions.filter(({ part }) => part === 'train').length ?? 0;
  const words = [
    `Predicted risk ${riskFigure(risk)}`,
    ...(spread
      ? [
          `${interval([spread.low, spread.high], 2)} over ${counted(seeds!.predictions.length, 'seed')}${trained === 0 ? '' : `, ${trained} trained on this patient`}`,
        ]
      : []),
    ...(percentile === null
      ? []
      : [`${percentileFigure(percentile)} percentile of ${counted(testPatients, 'test patient')}`]),
    label === null ? 'no label' : label === 1 ? 'a case' : 'a control',
    ...(indexDate === null ? [] : [`index date ${indexDate}`]),
    ...(quality === null
      ? []
      : [`test AUROC of the run ${fixed(quality.auroc, 3)} (${interval(quality.ci95, 2)})`]),
  ];
  return [words.join(' · ')];
}

function whatIfLines({ data }: Sight): string[] {
  const { whatIf } = data;
  if (whatIf === null || whatIf.result === null) return [];
  const { trace, before, after } = whatIf.result;
  const edits = editWords(whatIf.edits, trace).map(({ verb, code, where }) =>
    `${code ?? ''} ${verb} ${where}`.trim(),
  );
  return [
    `What if (only the prediction is of the edits, the pictures are of the patient): ${edits.join('; ')}: risk ${riskFigure(before.risk)} to ${riskFigure(after.risk)}`,
  ];
}
