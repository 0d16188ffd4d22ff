import {
  type DeletionOrder,
  type EncoderExplanation,
  type Explanation,
  type Replay,
  type RiskExplanation,
  signedOrders,
  type WhatIf,
} from '../protocol/explanation';
import { percentileFigure } from '../protocol/risk-words';

const minus = (text: string): string => text.replace('-', '−');
const signed = (value: number, decimals: number): string =>
  minus(`${value > 0 ? '+' : ''}${value.toFixed(decimals)}`);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** An explanation for people, with the `top` strongest codes. */
export function renderExplanation(explanation: Explanation, top: number): string {
  return explanation.kind === 'finetune' ? renderRisk(explanation, top) : renderEncoder(explanation, top);
}

function renderRisk(e: RiskExplanation, top: number): string {
  return [
    `${e.run}, step ${e.step}, on ${e.dataset}`,
    ...headline(e),
    '',
    ...codeTable(e, top),
    '',
    ...deletionTable(e),
    ...seedTable(e),
    ...e.agreement.sentences,
    'Attention says what the model looked at, not what caused its prediction; neither says what caused the disease.',
    ...e.notes,
    '',
    `Attribution: integrated gradients in log-odds from [MASK] in the place of every code (risk ${e.attribution.baselineRisk.toFixed(3)}), ${e.attribution.steps} steps, sum off by ${percent(e.attribution.completenessError)}.`,
    ...(e.attribution.baselineTrained
      ? []
      : ['This model was never pretrained, so it has never read [MASK].']),
    'Lost: what the risk loses when the code alone is masked, or removed as if it had never been recorded. Attention: share of all attention that the code receives. “at” is the place for --edits.',
    'For research; not a medical device.',
  ].join('\n');
}

function headline(e: RiskExplanation): string[] {
  const rank =
    e.percentile === null
      ? ''
      : `, ${percentileFigure(e.percentile)} percentile of the run's ${e.testPatients} test patients`;
  const label = e.label === null ? 'no label' : `label ${e.label}, index date ${e.indexDate}`;
  return [
    `risk ${e.risk.toFixed(3)}${rank}${bandText(e.seeds)}`,
    `${counted(e.codes.length, 'code')} in ${counted(e.visits.length, 'visit')}; ${label}; ${partText(e.part)}`,
    ...(e.quality === null ? [] : [qualityText(e.quality)]),
  ];
}

function bandText({ risk, predictions }: RiskExplanation['seeds']): string {
  if (risk === null) return '';
  const trained = predictions.filter(({ part }) => part === 'train').length;
  const caution = trained === 0 ? '' : `, ${trained} of them trained on this patient`;
  return `; ${risk.low.toFixed(3)} to ${risk.high.toFixed(3)} over ${predictions.length} seeds${caution}`;
}

/** How far the run can be trusted at all. */
function qualityText({ auroc, ci95 }: NonNullable<RiskExplanation['quality']>): string {
  const [low, high] = ci95.map((bound) => bound.toFixed(3));
  return `the run's AUROC on its test patients: ${auroc.toFixed(3)} (95 % interval ${low} to ${high})`;
}

function partText(part: Explanation['part']): string {
  return part === null ? 'in no part of the run' : `in the run's ${part} part`;
}

function codeTable(e: RiskExplanation, top: number): string[] {
  const { values } = e.attribution;
  const { masked, removed } = e.occlusion;
  const known = [...values.keys()].filter((t) => e.codes[t]!.known);
  const order = known.sort((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!));
  const shown = order.slice(0, top);
  const rows = shown.map((t) => {
    const code = e.codes[t]!;
    return [
      String(t),
      code.code,
      String(code.visit),
      String(code.rank),
      signed(values[t]!, 3),
      signed(masked.risk[t]!, 3),
      removed === null ? '–' : signed(removed.risk[t]!, 3),
      percent(e.attention.received[t]!),
      percent(e.attention.rollout[t]!),
      cut(code.description ?? '', 44),
    ];
  });
  const heads = [
    ...['at', 'code', 'visit', 'rank', 'attribution', 'lost masked', 'lost removed'],
    ...['attention', 'rollout', ''],
  ];
  const rest = order.length - shown.length;
  return [
    ...table(heads, rows, [1, heads.length - 1]),
    ...(rest > 0 ? [`… and ${counted(rest, 'code')} with smaller attributions (--top)`] : []),
    ...unknownTogether(e),
  ];
}

/** Unknown codes are all the same to the model, so none of them is ranked. */
function unknownTogether({ codes, attribution }: RiskExplanation): string[] {
  const unknown = [...codes.keys()].filter((t) => !codes[t]!.known);
  if (unknown.length === 0) return [];
  const sum = unknown.reduce((total, t) => total + attribution.values[t]!, 0);
  return [`… and ${counted(unknown.length, 'unknown code')}, read as [UNK]: ${signed(sum, 3)} together`];
}

const orderNames: Readonly<Record<DeletionOrder, string>> = {
  attribution: 'attribution, what raises the risk first',
  occlusion: 'occlusion, what raises the risk first',
  attributionSize: 'size of attribution',
  attention: 'attention received',
  rollout: 'rollout',
};

function deletionTable({ deletion }: RiskExplanation): string[] {
  if (deletion === null) return [];
  const { random, curves, removed } = deletion;
  const last = removed.length - 1;
  const names = Object.keys(curves) as DeletionOrder[];
  const rows = names.map((name) => {
    const { risk, area, belowRandom, change, changeAboveRandom } = curves[name];
    const after = risk[last]!.toFixed(3);
    // An order is judged by what it was made for: by falling, or by changing anything at all.
    return signedOrders.has(name)
      ? [orderNames[name], area.toFixed(3), percent(belowRandom), '', '', after]
      : [orderNames[name], '', '', change.toFixed(3), percent(changeAboveRandom), after];
  });
  const after = random.risk.mean[last]!.toFixed(3);
  rows.push(['random, mean', random.area.toFixed(3), '', random.change.toFixed(3), '', after]);
  const heads = [
    'removed first',
    'mean risk',
    'lower than',
    '|Δ log-odds|',
    'more than',
    `risk after ${last}`,
  ];
  return [
    `Deletion of up to ${counted(last, 'code')}, one after another, against ${random.orders} random orders (seed ${random.seed}); “lower than”, “more than”: so many of these:`,
    ...table(heads, rows, [0]),
    '',
  ];
}

function seedTable({ seeds }: RiskExplanation): string[] {
  if (seeds.predictions.length < 2) return [];
  const missing = seeds.unreadable.length === 0 ? '' : ` Not readable: ${seeds.unreadable.join(', ')}.`;
  const each = seeds.predictions.map(
    ({ seed, risk, part }) => `seed ${seed}: ${risk.toFixed(3)}${part === 'train' ? ' (trained on)' : ''}`,
  );
  const { stability } = seeds;
  const alike =
    stability === null
      ? ''
      : ` Attributions of two seeds rank the codes alike by ρ ${minus(stability.mean.toFixed(2))} in the mean (${minus(stability.low.toFixed(2))} to ${minus(stability.high.toFixed(2))}).`;
  return [`${each.join(', ')}.${alike}${missing}`];
}

function renderEncoder(e: EncoderExplanation, top: number): string {
  const rows = [...e.codes.keys()].slice(0, top).map((t) => {
    const { top: likeliest, probability, place } = e.guesses[t]!;
    const guess = likeliest.slice(0, 3).map(({ code, probability: p }) => `${code} ${percent(p)}`);
    const near = e.nearest[t]!.slice(0, 3).map(({ code, similarity }) => `${code} ${signed(similarity, 2)}`);
    return [
      e.codes[t]!.code,
      String(e.codes[t]!.visit),
      String(e.codes[t]!.rank),
      probability === null ? '–' : `${percent(probability)}, no. ${place}`,
      percent(e.attention.received[t]!),
      guess.join('  '),
      near.join('  '),
    ];
  });
  const rest = e.codes.length - rows.length;
  return [
    `${e.run}, step ${e.step}, on ${e.dataset}`,
    `${counted(e.codes.length, 'code')} in ${counted(e.visits.length, 'visit')}; ${partText(e.part)}`,
    '',
    ...table(
      [
        'code',
        'visit',
        'rank',
        'guessed when masked',
        'attention',
        'likeliest in its place',
        'nearest embeddings',
      ],
      rows,
      [0, 5, 6],
    ),
    ...(rest > 0 ? [`… and ${rest} more codes (--top)`] : []),
    ...e.notes,
    '',
    'Attention says what the model looked at, not why.',
  ].join('\n');
}

/** What edits change, for people. */
export function renderWhatIf({ before, after, codes, seeds }: WhatIf): string {
  return [
    `risk ${before.risk.toFixed(4)} → ${after.risk.toFixed(4)} (log-odds ${signed(after.logit - before.logit, 3)}), ${codes.length} codes`,
    ...seedChanges(seeds),
    'It says what the model would predict, not what would happen to the patient.',
  ].join('\n');
}

function seedChanges(seeds: WhatIf['seeds']): string[] {
  if (seeds.length < 2) return [];
  const changes = seeds.map(({ before, after }) => after - before);
  return [
    `under ${seeds.length} seeds the risk changes by ${signed(Math.min(...changes), 4)} to ${signed(Math.max(...changes), 4)}`,
  ];
}

/** Whether a case came out as it was saved, for people. */
export function renderReplay({ equal, differences, now }: Replay): string {
  const verdict = equal ? 'The case came out as it was saved.' : 'The case did not come out as it was saved:';
  return [verdict, ...differences, renderWhatIf(now)].join('\n');
}

/** Columns under their heads; those of `left` begin at the same place, all others (numbers) end there. */
function table(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  left: readonly number[],
): string[] {
  const lines = [heads, ...rows];
  const widths = heads.map((_, c) => Math.max(...lines.map((line) => [...line[c]!].length)));
  return lines.map((line) =>
    line
      .map((text, c) => {
        const fill = ' '.repeat(widths[c]! - [...text].length);
        return left.includes(c) ? text + fill : fill + text;
      })
      .join('  ')
      .trimEnd(),
  );
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  const space = text.lastIndexOf(' ', width - 1);
  return `${text.slice(0, space > width / 2 ? space : width - 1)}…`;
}
