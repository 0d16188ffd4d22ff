import type { FrameLocator } from 'playwright-core';
import { pickPoint, selectWithArcs, showWhatIf } from './explaining-steps';
import type { PreparedStudy } from './prepared-study';

/** What a person does on a page that has just been opened: it keeps nothing of a patient while it is hidden. */
export type Doing = (page: FrameLocator) => Promise<unknown>;
export type PicturedPanel = readonly [
  name: string,
  state: string,
  title: string,
  words: RegExp,
  then?: Doing,
];

/** Panels by title: what their picture is called, and what must stand on them. */
export function picturedPanels(study: PreparedStudy): readonly PicturedPanel[] {
  const { pretrained, finetuned, failed, doomed, running } = study;
  return [
    ['curves', 'full', `Training: ${pretrained[0]} and 3 more`, /MLM accuracy/],
    ['curves', 'busy', `Training: ${running.run}`, /Running[^]*Time left/],
    ['curves', 'failed', `Training: ${failed}`, /diverged/],
    ['curves', 'empty', `Training: ${doomed.deleted}`, /These runs are gone/],
    ['curves', 'error', `Training: ${doomed.damaged}`, /damaged|could not be read|are gone/],
    ['cohort', 'full', 'Cohort: study · labels', /Controls[^]*Most frequent codes/],
    ['cohort', 'stale', 'Cohort: earlier', /can no longer be read/],
    ['cohort', 'empty', 'Cohort: gone', /There is no dataset gone/],
    ['cohort', 'error', 'Cohort: study · wrong', /could not be computed/],
    ['cohort', 'busy', 'Cohort: study', /Looking for figures/],
    ['compare', 'full', `Compare ${finetuned.length} runs`, /Paired differences[^]*Over seeds/],
    ['compare', 'stale', 'Compare 3 runs', /changed since/],
    ['compare', 'empty', 'Compare 1 run', /Choose two or more/],
    ['compare', 'error', 'Compare 5 runs', /could not be compared/],
    ['compare', 'busy', 'Compare 2 runs', /Reading runs/],
    ['patient', 'full', `Patient: ${finetuned[0]}`, /Predicted risk[^]*Attends to/i, selectWithArcs],
    ['patient', 'what-if', `Patient: ${finetuned[2]}`, /What if[^]*removed/i, showWhatIf],
    ['patient', 'pretrained', `Patient: ${pretrained[0]}`, /Masked, it would read/i, selectWithArcs],
    ['patient', 'choosing', `Patient: ${finetuned[1]}`, /Choose a patient[^]*highest risk first/],
    ['patient', 'failed', `Patient: ${pretrained[2]}`, /could not be explained/],
    ['map', 'full', `Map: ${pretrained[0]}`, /Code map[^]*Nearest in the full space/, pickPoint],
    ['map', 'patients', `Map: ${finetuned[0]}`, /Map of test patients[^]*Explain Patient/, pickPoint],
  ];
}

/** Pictures that a full panel holds. */
export const pictures: Readonly<Record<string, number>> = {
  curves: 5,
  cohort: 8,
  compare: 1,
  patient: 1,
  map: 1,
};
