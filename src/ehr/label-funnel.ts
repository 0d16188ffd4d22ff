import { UserError } from '../protocol/errors';
import { readStandings, type LabelStandings } from './label-standing';
import type { Labels } from './labels';

/** One step on the way from the labels to the patients that a model is made and judged from. */
export interface FunnelStep {
  /** The rule in words. */
  readonly step: string;
  /** Labelled patients left after it. */
  readonly patients: number;
  /** Those of them with label 1. */
  readonly positives: number;
}

/** What labels mean for a dataset. */
export interface LabelsReport {
  /** Patients with a label. */
  readonly labelled: number;
  /** Those with label 1. */
  readonly positives: number;
  /** Labelled patients without any record before their index date: no model can see anything of them. */
  readonly withoutHistory: number;
  /** Labelled patients of the source whom the import left out by its rules (too few codes, inconsistent dates). */
  readonly excluded: number;
  /** From all labels to those that can be used, in the order of the rules; fit to be printed in a paper. */
  readonly funnel: FunnelStep[];
}

/**
 * Checks labels against the patients of a dataset. With `rules` (as an open dataset has them), patients with fewer
 * distinct codes than `minCodes` before their index date count as lost: `withEnoughCodes` leaves them out.
 *
 * @throws UserError when a labelled patient was not even in the dataset's source, when nobody or only one class
 * is left in the end, or on a damaged dataset.
 */
export async function checkLabels(
  labels: Labels,
  dataset: { readonly folder: string; readonly rules?: { readonly minCodes: number } },
): Promise<LabelsReport> {
  const standings = await readStandings(labels, dataset.folder);
  refuseStrangers(labels, standings);
  const funnel = makeFunnel(labels, standings, dataset.rules?.minCodes);
  refuseOneClass(labels.file, funnel);
  const [labelled, known, withHistory] = funnel as [FunnelStep, FunnelStep, FunnelStep];
  return {
    labelled: labelled.patients,
    positives: labelled.positives,
    withoutHistory: known.patients - withHistory.patients,
    excluded: labelled.patients - known.patients,
    funnel,
  };
}

function makeFunnel(
  labels: Labels,
  { excluded, codesBefore }: LabelStandings,
  minCodes: number | undefined,
): FunnelStep[] {
  const isPositive = Uint8Array.from(labels.byPatient.values(), ({ label }) => label);
  const step = (rule: string, isLeft: (patient: number) => boolean): FunnelStep => {
    let patients = 0;
    let positives = 0;
    for (let patient = 0; patient < isPositive.length; patient++) {
      if (!isLeft(patient)) continue;
      patients += 1;
      positives += isPositive[patient]!;
    }
    return { step: rule, patients, positives };
  };
  const before = 'before the index date';
  const funnel = [
    step('labelled', () => true),
    step('in the dataset (import exclusions)', (patient) => excluded[patient] === 0),
    step(`with a record ${before}`, (patient) => codesBefore[patient]! > 0),
  ];
  if (minCodes === undefined) return funnel;
  const enough = `with at least ${minCodes} distinct ${minCodes === 1 ? 'code' : 'codes'} ${before}`;
  return [...funnel, step(enough, (patient) => codesBefore[patient]! >= Math.max(minCodes, 1))];
}

function refuseStrangers({ byPatient, file }: Labels, { present, excluded }: LabelStandings): void {
  const rows: number[] = [];
  // The header is row 1.
  present.forEach((isPresent, patient) => {
    if (isPresent === 0 && excluded[patient] === 0) rows.push(patient + 2);
  });
  if (rows.length === 0) return;
  const first = rows.slice(0, 10).join(', ') + (rows.length > 10 ? ', …' : '');
  throw new UserError(
    `${rows.length} of ${byPatient.size} labelled patients are not in the dataset (rows ${first}).`,
    {
      file,
      row: rows[0]!,
      advice:
        rows.length === byPatient.size
          ? 'Check that the labels belong to this dataset and write patient ids the same way.'
          : 'Remove these rows, or import all of their records.',
    },
  );
}

function refuseOneClass(file: string, funnel: readonly FunnelStep[]): void {
  const { patients, positives } = funnel.at(-1)!;
  if (positives > 0 && positives < patients) return;
  const [labelled, known, withHistory] = funnel as [FunnelStep, FunnelStep, FunnelStep];
  if (known.patients > 0 && withHistory.patients === 0) {
    const what =
      known.patients < labelled.patients
        ? 'No labelled patient of the dataset has a record before its index_date'
        : 'Every index_date lies before the first record of its patient';
    throw new UserError(`${what}, so there is nothing to predict from.`, {
      file,
      advice:
        'Check that the labels belong to this dataset and that the index dates are those of the outcome.',
    });
  }
  const steps = funnel.map(
    (step) => `${step.step}: ${step.patients}, of them ${step.positives} with label 1`,
  );
  const left =
    patients === 0 ? 'No labelled patient is left' : `Only label ${positives === 0 ? 0 : 1} is left`;
  throw new UserError(`${left} after the exclusions (${steps.join('; ')}).`, {
    file,
    advice:
      'A prediction task needs cases (1) and controls (0) with a history before their index date; give more labels, ' +
      'or import the records with a lower least number of codes.',
  });
}
