import { html, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type { EncoderExplanation } from '../../src/protocol/explanation';
import { isWhole } from '../../src/protocol/panels/patient';
import { count, fixed, fixedOrNone, none, share, signed } from '../format';
import { DataTable, type TableContent } from '../table';
import { gapDays, stayWords } from './dates';
import { topEdges } from './partners';
import { attributedRisk, type Sight, wholeRisk } from './sight';
import { recordedText, shareText } from './frequency';
import { choiceName, readings, sharesOf } from './words';

/** The tables behind the pictures; each keeps its place while the figures change. */
export class Tables {
  readonly #tables = new Map<string, DataTable>();

  /** All of them, in the order of the pictures. */
  draw(sight: Sight): TemplateResult {
    const contents = [codes(sight), visits(sight), edges(sight), heads(sight), deletion(sight), seeds(sight)];
    return html`<div class="tables">
      ${contents.map((content, index) => {
        if (content === undefined) return html``;
        const key = String(index);
        const table = this.#tables.get(key) ?? new DataTable();
        this.#tables.set(key, table);
        table.show(content);
        return html`<div
          class="scroll"
          tabindex="0"
          role="region"
          aria-label=${content.caption}
          ${ref(table.attach)}
        ></div>`;
      })}
    </div>`;
  }
}

type Cell = readonly [title: string, cell: (row: number) => string, align?: 'left'];

function content(caption: string, rows: number, cells: readonly Cell[]): TableContent {
  return {
    ...{ caption, rows },
    columns: cells.map(([title, , align]) => ({ title, align: align ?? 'right' })),
    cell: (row, column) => cells[column]![1](row),
  };
}

function codes({ explanation }: Sight): TableContent {
  const { codes: list, attention } = explanation;
  const values = attributedRisk(explanation)?.attribution.values;
  const whole = wholeRisk(explanation);
  const encoder =
    explanation.kind === 'pretrain' && isWhole(explanation) ? (explanation as EncoderExplanation) : undefined;
  const removed = whole?.occlusion.removed;
  return content(`Codes: ${count(list.length)}`, list.length, [
    ['Code', (row) => list[row]!.code, 'left'],
    ['Description', (row) => list[row]!.description ?? none, 'left'],
    ['Visit', (row) => String(list[row]!.visit)],
    ['Priority', (row) => String(list[row]!.rank)],
    ...(values === undefined
      ? []
      : ([['Attribution, log-odds', (row) => signed(values[row]!, 3)]] as Cell[])),
    ...(whole === undefined
      ? []
      : ([
          ['Risk lost when masked', (row) => signed(whole.occlusion.masked.risk[row]!, 4)],
          ...(removed === null || removed === undefined
            ? []
            : ([['Risk lost when removed', (row) => signed(removed.risk[row]!, 4)]] as Cell[])),
        ] as Cell[])),
    ...(encoder === undefined
      ? []
      : ([
          [
            'Guessed at place',
            (row) => (encoder.guesses[row]!.place === null ? none : count(encoder.guesses[row]!.place!)),
          ],
          ['Its probability', (row) => fixedOrNone(encoder.guesses[row]!.probability, 4)],
          ['First guess', (row) => encoder.guesses[row]!.top[0]?.code ?? none, 'left'],
        ] as Cell[])),
    ['Attention received', (row) => share(attention.received[row]!, 2)],
    ['By rollout', (row) => share(attention.rollout[row]!, 2)],
    ...explanation.groups.map((group, g): Cell => [`Among ${group.name}`, (row) => shareText(list[row]!, g)]),
    ['Recorded in training', (row) => recordedText(explanation, list[row]!)],
  ]);
}

function visits({ explanation }: Sight): TableContent {
  const list = explanation.visits;
  const sums = attributedRisk(explanation)?.attribution.visits;
  return content(`Visits: ${count(list.length)}`, list.length, [
    ['Visit', (row) => String(list[row]!.visit), 'left'],
    ['Admission', (row) => list[row]!.admit, 'left'],
    ['Discharge', (row) => list[row]!.discharge, 'left'],
    ['Stay', (row) => stayWords(list[row]!.admit, list[row]!.discharge)],
    [
      'Days since the discharge before',
      (row) => (row === 0 ? none : fixed(gapDays(list[row - 1]!, list[row]!), 0)),
    ],
    ...(sums === undefined ? [] : ([['Attribution, log-odds', (row) => signed(sums[row]!, 3)]] as Cell[])),
    ['Attention received', (row) => share(list[row]!.received, 2)],
  ]);
}

function edges({ explanation, data, local }: Sight): TableContent | undefined {
  const { square } = data;
  const list = explanation.codes;
  if (square === null || square.length !== list.length) return undefined;
  const { selected } = local;
  const rows =
    selected === null
      ? topEdges(square, 100)
      : list
          .map((_, to) => ({ from: selected, to, weight: square.weights[selected * square.length + to]! }))
          .sort((a, b) => b.weight - a.weight);
  const what =
    selected === null ? 'strongest edges between different codes' : `what ${list[selected]!.code} attends to`;
  return content(`${choiceName(square.choice)}: ${what}`, rows.length, [
    ['From', (row) => list[rows[row]!.from]!.code, 'left'],
    ['Visit', (row) => String(list[rows[row]!.from]!.visit)],
    ['To', (row) => list[rows[row]!.to]!.code, 'left'],
    ['Description', (row) => list[rows[row]!.to]!.description ?? none, 'left'],
    ['Visit', (row) => String(list[rows[row]!.to]!.visit)],
    ['Weight', (row) => fixed(rows[row]!.weight, 4)],
  ]);
}

function heads({ explanation }: Sight): TableContent {
  const { patterns, chance } = explanation.attention;
  const all = [...patterns, chance];
  return content('Heads: share of attention by what is read (shares overlap)', all.length, [
    [
      'Layer, head',
      (row) =>
        row < patterns.length ? `${patterns[row]!.layer + 1}, ${patterns[row]!.head + 1}` : 'by chance',
      'left',
    ],
    ...readings.map(({ key, label }): Cell => [label, (row) => share(sharesOf(all[row]!)[key])]),
    ['across visits', (row) => share(1 - all[row]!.withinVisit)],
  ]);
}

function deletion({ explanation }: Sight): TableContent | undefined {
  const test = wholeRisk(explanation)?.deletion ?? undefined;
  if (test === undefined) return undefined;
  const { curves, random, removed } = test;
  return content('Deletion test: risk after removing codes', removed.length, [
    ['Codes removed', (row) => String(removed[row]), 'left'],
    ['By attribution', (row) => fixed(curves.attribution.risk[row]!, 4)],
    ['By occlusion', (row) => fixed(curves.occlusion.risk[row]!, 4)],
    ['By attention', (row) => fixed(curves.attention.risk[row]!, 4)],
    ['By rollout', (row) => fixed(curves.rollout.risk[row]!, 4)],
    ['Random, mean', (row) => fixed(random.risk.mean[row]!, 4)],
    ['5 %', (row) => fixed(random.risk.low[row]!, 4)],
    ['95 %', (row) => fixed(random.risk.high[row]!, 4)],
  ]);
}

function seeds({ explanation }: Sight): TableContent | undefined {
  const list = wholeRisk(explanation)?.seeds.predictions;
  if (list === undefined) return undefined;
  return content(`Seeds: ${count(list.length)}`, list.length, [
    ['Run', (row) => list[row]!.run, 'left'],
    ['Seed', (row) => String(list[row]!.seed)],
    ['Risk', (row) => fixed(list[row]!.risk, 4)],
    ['Log-odds', (row) => fixed(list[row]!.logit, 3)],
    ['Part of the patient there', (row) => list[row]!.part ?? none, 'left'],
  ]);
}
