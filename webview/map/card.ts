import { html, nothing, type TemplateResult } from 'lit';
import { chapterGroups, chapterNames } from '../../src/protocol/icd-chapters';
import type { CodePoints, MapData, PatientPoints } from '../../src/protocol/panels/map';
import { count, counted, fixed, smallText } from '../format';
import { button, type Part } from '../frame';
import { bareCode, systemOf } from './search';

/** A point, and what a person may do about it. */
export interface CardParts {
  readonly data: MapData;
  readonly point: number;
  /** Which of the nearest codes the keyboard is on. */
  readonly neighbour: number | undefined;
  readonly isPicked: boolean;
  /** Whether the pointer may come to the card: else it is let through to the points beneath. */
  readonly isReachable: boolean;
  /** Leads to the patient whose id is shown. */
  readonly explain: () => void;
}

/** What is known of a point, beside the map. */
export function card(parts: CardParts): TemplateResult {
  const { data, point, neighbour, isReachable } = parts;
  const { points } = data.map;
  return html`<div class=${isReachable ? 'card reachable' : 'card'} data-point=${point}>
    ${points.kind === 'codes' ? codeCard(points, point, neighbour) : patientCard(points, parts)}
  </div>`;
}

function codeCard(points: CodePoints, point: number, neighbour: number | undefined): Part {
  const { codes, descriptions, ranks, nearest, cosines } = points;
  const code = codes[point]!;
  return html`<div class="title">
      <span class="code strong">${bareCode(code)}</span><span class="note">rank ${count(ranks[point]!)}</span>
    </div>
    <div>${descriptions[point] ?? 'No description in the records'}</div>
    <div class="note">
      ${[systemOf(code), chapterText(points, point), `${occurrencesText(points, point)} occurrences`].filter(Boolean).join(' · ')}
    </div>
    <table class="near">
      <caption class="spoken-only">
        Nearest codes by cosine in the full space
      </caption>
      <colgroup>
        <col class="of-code" />
        <col />
        <col class="of-cosine" />
      </colgroup>
      <thead>
        <tr>
          <th scope="col" colspan="2">Nearest in the full space</th>
          <th scope="col">cosine</th>
        </tr>
      </thead>
      <tbody>
        ${nearest[point]!.map(
          (other, n) =>
            html`<tr class=${other === neighbour ? 'on' : ''}>
              <th scope="row" class="code">${bareCode(codes[other]!)}</th>
              <td class="words">${descriptions[other] ?? nothing}</td>
              <td>${fixed(cosines[point]![n]!, 2)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}

function patientCard(
  { labels, risks, lengths }: PatientPoints,
  { data: { chosen, canExplain }, point, isPicked, explain }: CardParts,
): Part {
  const isNamed = chosen?.point === point;
  const who = isNamed
    ? html`Patient <span class="code strong">${chosen.patient}</span>`
    : isPicked
      ? 'Test patient'
      : 'Test patient · click to see who it is';
  return html`<div class="title">
      <span class="strong">Risk ${fixed(risks[point]!, 2)}</span>
      <span class="note">${labels[point] === 1 ? 'case (label 1)' : 'control (label 0)'}</span>
    </div>
    <div>${who}</div>
    <div class="note">${counted(lengths[point]!, 'code')} read by the model</div>
    ${
      isNamed && canExplain
        ? html`<div class="act">
            ${button({ label: 'Explain Patient', name: 'explainPatient', click: explain })}
          </div>`
        : nothing
    }`;
}

/** `IX Circulatory`. */
export function chapterText({ chapters, numerals }: CodePoints, point: number): string {
  return [numerals[point]!, chapterNames[chapterGroups[chapters[point]!]!]].filter(Boolean).join(' ');
}

/** How often a code occurs, as it may be told. */
export function occurrencesText(points: CodePoints, point: number): string {
  const value = points.occurrences[point]!;
  return typeof value === 'number' ? count(value) : smallText(points);
}
