import { leastWeight } from '../../protocol/attention-partners';
import type { AttentionSquare, Attributed, ExplainedCode, Glance, WhatIf } from '../../protocol/explanation';
import { ordinal, riskFigure } from '../../protocol/risk-words';
import { plain } from '../experiments/markdown';
import { type Words, count, dot, fixed } from '../experiments/wording';

/** Attention partners that are named, in each direction. */
const partners = 3;
/** Above it, attributions do not add up to the prediction and are said to be rough. */
const largestError = 0.05;

/** What is told of a code that the model reads. */
export interface CodeFacts {
  /** Places of the code; several when the line does not tell which visit it is of. */
  readonly at: readonly number[];
  /** False: the row may also be of a visit that the model does not read. */
  readonly isCertain: boolean;
  readonly glance: Glance;
  /** Undefined while it is computed. */
  readonly attributed: Attributed | undefined;
  /** The patient without each of the codes; those that are not there yet, or never will be, are missing. */
  readonly without: readonly (WhatIf | null)[];
  readonly attention: AttentionSquare | undefined;
}

type Row = readonly [name: string, value: string];

/** Heading of a code: its name, its description, its place. Markdown, as all here. */
export function codeHeading(code: string, description: string | null, place: string | null): string {
  const title = `**${plain(code)}**${place === null ? '' : ` ${dot.trim()} ${plain(place)}`}`;
  return description === null ? title : `${title}  \n${plain(description)}`;
}

/** Everything that the run says of a code, as a heading, a table and what has to be said beside it. */
export function codeText(facts: CodeFacts, l10n: Words): string {
  const { glance, at } = facts;
  const first = glance.codes[at[0]!]!;
  const place = isOne(facts) ? l10n.t('visit {0}, priority {1}', first.visit, first.rank) : null;
  const parts = [
    codeHeading(first.code, first.description, place),
    plain(openPlace(facts, l10n)),
    table([...at.flatMap((_each, index) => rowsOf(index, facts, l10n)), ...frequency(glance, first, l10n)]),
    facts.attributed === undefined
      ? `*${plain(l10n.t('The attribution is being computed; point at the code again in a moment.'))}*`
      : '',
    first.known
      ? ''
      : plain(l10n.t('The vocabulary of the run lacks this code: the model reads it as unknown.')),
    caution(facts, l10n),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Whether it is known which place is meant. */
function isOne({ at, isCertain }: CodeFacts): boolean {
  return isCertain && at.length === 1;
}

/** What a row leaves open of its place. */
function openPlace({ at, isCertain }: CodeFacts, l10n: Words): string {
  if (isCertain)
    return at.length === 1
      ? ''
      : l10n.t('It is recorded {0} times, and this row does not tell which visit it is of.', at.length);
  const may = l10n.t(
    'This row does not tell the date of its visit, and may be of one that the model does not read.',
  );
  const where =
    at.length === 1
      ? l10n.t('The figures are of the place where the model reads this code.')
      : l10n.t('The figures are of the {0} places where the model reads this code.', at.length);
  return `${may} ${where}`;
}

function rowsOf(index: number, facts: CodeFacts, l10n: Words): Row[] {
  const { attributed, without, attention, glance } = facts;
  const at = facts.at[index]!;
  const visit = glance.codes[at]!.visit;
  const named = (name: string): string => (isOne(facts) ? name : l10n.t('{0}, visit {1}', name, visit));
  const rows: (Row | null)[] = [];
  if (attributed?.kind === 'finetune')
    rows.push([named(l10n.t('Attribution')), attributionText(at, attributed, l10n)]);
  rows.push([named(l10n.t('Without it')), withoutIt(without[index], l10n)]);
  if (attributed?.kind === 'pretrain') {
    rows.push([named(l10n.t('Expected here')), guessText(at, attributed, l10n)]);
    rows.push([named(l10n.t('Nearest codes')), nearText(at, attributed)]);
  }
  if (attention !== undefined && attention.length === glance.codes.length) {
    const { length, weights } = attention;
    const reads = Array.from({ length }, (_, to) => weights[at * length + to]!);
    const isRead = Array.from({ length }, (_, from) => weights[from * length + at]!);
    rows.push([named(l10n.t('Attends to')), partnersText(at, reads, glance)]);
    rows.push([named(l10n.t('Attended by')), partnersText(at, isRead, glance)]);
  }
  return rows.filter((row) => row !== null && row[1] !== '') as Row[];
}

/** `+0.21 raises the risk, 4th of 40`: log-odds, and the place by size whatever the sign. */
export function attributionText(
  at: number,
  { attribution }: Extract<Attributed, { kind: 'finetune' }>,
  l10n: Words,
): string {
  const value = attribution.values[at]!;
  const place = 1 + attribution.values.filter((other) => Math.abs(other) > Math.abs(value)).length;
  const shown = fixed(value, 2);
  const isNothing = Number(value.toFixed(2)) === 0;
  const effect = isNothing
    ? l10n.t('no effect to speak of')
    : value > 0
      ? l10n.t('raises the risk')
      : l10n.t('lowers the risk');
  const signed = value > 0 && !isNothing ? `+${shown}` : shown;
  const of = l10n.t('{0} of {1}', ordinal(place), attribution.values.length);
  return `**${plain(signed)}** ${plain(`${effect}, ${of}`)}`;
}

function withoutIt(whatIf: WhatIf | null | undefined, l10n: Words): string {
  if (whatIf === null || whatIf === undefined) return '';
  const { before, after } = whatIf;
  return plain(l10n.t('risk {0} instead of {1}', riskFigure(after.risk), riskFigure(before.risk)));
}

function guessText(at: number, { guesses }: Extract<Attributed, { kind: 'pretrain' }>, l10n: Words): string {
  const guess = guesses[at];
  if (guess === undefined) return '';
  const top = guess.top
    .slice(0, partners)
    .map(({ code, probability }) => `${plain(code)} ${plain(fixed(probability, 2))}`)
    .join(dot);
  const own = guess.place === null ? '' : l10n.t('this code is {0} of the vocabulary', ordinal(guess.place));
  return own === '' ? top : `${top}; ${plain(own)}`;
}

function nearText(at: number, { nearest }: Extract<Attributed, { kind: 'pretrain' }>): string {
  return (nearest[at] ?? [])
    .slice(0, partners)
    .map(({ code, similarity }) => `${plain(code)} ${plain(fixed(similarity, 2))}`)
    .join(dot);
}

function partnersText(at: number, weights: readonly number[], { codes }: Glance): string {
  const least = leastWeight(codes.length);
  return weights
    .map((weight, other) => ({ weight, other }))
    .filter(({ weight, other }) => other !== at && weight >= least)
    .sort((one, two) => two.weight - one.weight)
    .slice(0, partners)
    .map(({ weight, other }) => `${plain(codes[other]!.code)} ${plain(fixed(weight, 2))}`)
    .join(dot);
}

/** How common the code is among the run's patients, and how often the vocabulary has met it. */
function frequency({ groups, minimumCellCount }: Glance, code: ExplainedCode, l10n: Words): Row[] {
  const names = {
    cases: (share: string, of: string) => l10n.t('{0} of {1} cases', share, of),
    controls: (share: string, of: string) => l10n.t('{0} of {1} controls', share, of),
    patients: (share: string, of: string) => l10n.t('{0} of {1} patients', share, of),
  };
  const told = (value: number | 'small'): string =>
    value === 'small' ? `<${minimumCellCount}` : count(value);
  const percent = (share: number): string => `${fixed(100 * share, 1)} %`;
  const among =
    code.shares === null
      ? l10n.t('withheld: too few patients')
      : groups
          .map(({ name, patients }, g) => names[name](percent(code.shares![g]!), told(patients)))
          .join(dot);
  const met = l10n.t('recorded {0} times in the patients of the vocabulary', told(code.count));
  return [
    [l10n.t('Frequency'), plain(among)],
    ...(code.known ? [[l10n.t('In training'), plain(met)] as const] : []),
  ];
}

function caution({ attributed }: CodeFacts, l10n: Words): string {
  const words = [l10n.t('Attention and attribution describe the model, not causes.')];
  if (attributed?.kind === 'finetune') {
    const { completenessError, baselineTrained, steps } = attributed.attribution;
    words.unshift(l10n.t('Log-odds by integrated gradients, {0} steps.', steps));
    if (completenessError > largestError) {
      const percent = `${Math.round(100 * completenessError)} %`;
      words.push(l10n.t('They miss the prediction by {0} in sum: take them as rough.', percent));
    }
    if (!baselineTrained) {
      words.push(
        l10n.t('This model has never read a masked code, so what they are measured from is random.'),
      );
    }
  }
  return `*${plain(words.join(' '))}*`;
}

function table(rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  return ['| | |', '|:--|:--|', ...rows.map(([name, value]) => `| ${plain(name)} | ${value} |`)].join('\n');
}
