import type {
  DeletionOrder,
  EncoderExplanation,
  Explanation,
  Replay,
  RiskExplanation,
  WhatIf,
} from '../protocol/explanation';

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
    'Removed: whole risk − risk without the code. Attention: share of all attention that the code receives.',
    'For research; not a medical device.',
  ].join('\n');
}

function headline(e: RiskExplanation): string[] {
  const { risk } = e.seeds;
  const over = e.seeds.predictions.length;
  const band = risk === null ? '' : ` (${risk.low.toFixed(3)} to ${risk.high.toFixed(3)} over ${over} seeds)`;
  const rank =
    e.percentile === null
      ? ''
      : `, higher than ${e.percentile.toFixed(0)} % of the run's ${e.testPatients} test patients`;
  const label = e.label === null ? 'no label' : `label ${e.label}, index date ${e.indexDate}`;
  return [
    `risk ${e.risk.toFixed(3)}${band}${rank}`,
    `${e.codes.length} codes in ${e.visits.length} visits; ${label}; ${partText(e.part)}`,
  ];
}

function partText(part: Explanation['part']): string {
  return part === null ? 'in no part of the run' : `in the run's ${part} part`;
}

function codeTable(e: RiskExplanation, top: number): string[] {
  const { values } = e.attribution;
  const order = [...values.keys()].sort((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!));
  const shown = order.slice(0, top);
  const rows = shown.map((t) => {
    const code = e.codes[t]!;
    const removed = e.occlusion.removed;
    return [
      code.known ? code.code : `${code.code} [UNK]`,
      `${code.visit}.${code.rank}`,
      signed(values[t]!, 3),
      signed(e.occlusion.masked.risk[t]!, 3),
      removed === null ? '–' : signed(removed.risk[t]!, 3),
      percent(e.attention.received[t]!),
      percent(e.attention.rollout[t]!),
      cut(code.description ?? '', 44),
    ];
  });
  const heads = ['code', 'visit.rank', 'attribution', 'masked', 'removed', 'attention', 'rollout', ''];
  const rest = order.length - shown.length;
  return [...table(heads, rows, 1), ...(rest > 0 ? [`… and ${rest} codes with smaller attributions`] : [])];
}

const orderNames: Readonly<Record<DeletionOrder, string>> = {
  attribution: 'attribution',
  occlusion: 'occlusion',
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
    return [
      orderNames[name],
      area.toFixed(3),
      percent(belowRandom),
      change.toFixed(3),
      percent(changeAboveRandom),
      risk[last]!.toFixed(3),
    ];
  });
  rows.push([
    'random, mean',
    random.area.toFixed(3),
    '',
    random.change.toFixed(3),
    '',
    random.risk.mean[last]!.toFixed(3),
  ]);
  const heads = ['removed first', 'mean risk', 'below', '|Δ log-odds|', 'above', `risk after ${last}`];
  return [
    `Deletion of up to ${last} codes, against ${random.orders} random orders (seed ${random.seed}):`,
    ...table(heads, rows, 0),
    '',
  ];
}

function seedTable({ seeds }: RiskExplanation): string[] {
  if (seeds.predictions.length < 2) return [];
  const each = seeds.predictions.map(
    ({ seed, risk, part }) => `seed ${seed}: ${risk.toFixed(3)}${part === 'train' ? ' (trained on)' : ''}`,
  );
  const { stability } = seeds;
  const alike =
    stability === null
      ? ''
      : ` Attributions of two seeds rank the codes alike by ρ ${minus(stability.mean.toFixed(2))} in the mean (${minus(stability.low.toFixed(2))} to ${minus(stability.high.toFixed(2))}).`;
  return [`${each.join(', ')}.${alike}`];
}

function renderEncoder(e: EncoderExplanation, top: number): string {
  const rows = [...e.codes.keys()].slice(0, top).map((t) => {
    const { top: likeliest, probability, place } = e.guesses[t]!;
    const guess = likeliest.slice(0, 3).map(({ code, probability: p }) => `${code} ${percent(p)}`);
    const near = e.nearest[t]!.slice(0, 3).map(({ code, similarity }) => `${code} ${signed(similarity, 2)}`);
    return [
      e.codes[t]!.code,
      `${e.codes[t]!.visit}.${e.codes[t]!.rank}`,
      probability === null ? '–' : `${percent(probability)}, no. ${place}`,
      percent(e.attention.received[t]!),
      guess.join('  '),
      near.join('  '),
    ];
  });
  const rest = e.codes.length - rows.length;
  return [
    `${e.run}, step ${e.step}, on ${e.dataset}`,
    `${e.codes.length} codes in ${e.visits.length} visits; ${partText(e.part)}`,
    '',
    ...table(
      [
        'code',
        'visit.rank',
        'guessed when masked',
        'attention',
        'likeliest in its place',
        'nearest embeddings',
      ],
      rows,
      2,
    ),
    ...(rest > 0 ? [`… and ${rest} more codes (--top)`] : []),
    ...e.notes,
    '',
    'Attention says what the model looked at, not why.',
  ].join('\n');
}

/** What edits change, for people. */
export function renderWhatIf({ before, after, codes }: WhatIf): string {
  return [
    `risk ${before.risk.toFixed(4)} → ${after.risk.toFixed(4)} (log-odds ${signed(after.logit - before.logit, 3)}), ${codes.length} codes`,
    'It says what the model would predict, not what would happen to the patient.',
  ].join('\n');
}

/** Whether a case came out as it was saved, for people. */
export function renderReplay({ equal, differences, now }: Replay): string {
  const verdict = equal ? 'The case came out as it was saved.' : 'The case did not come out as it was saved:';
  return [verdict, ...differences, renderWhatIf(now)].join('\n');
}

/** Columns under their heads: numbers to the right, the first column and the last `texts` ones to the left. */
function table(heads: readonly string[], rows: readonly (readonly string[])[], texts: number): string[] {
  const lines = [heads, ...rows];
  const widths = heads.map((_, c) => Math.max(...lines.map((line) => [...line[c]!].length)));
  return lines.map((line) =>
    line
      .map((text, c) => {
        const fill = ' '.repeat(widths[c]! - [...text].length);
        const toLeft = c === 0 || c >= line.length - texts;
        return toLeft ? text + fill : fill + text;
      })
      .join('  ')
      .trimEnd(),
  );
}

function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  const space = text.lastIndexOf(' ', width - 1);
  return `${text.slice(0, space > width / 2 ? space : width - 1)}…`;
}
