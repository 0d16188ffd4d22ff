/** What a cohort panel is about: a dataset, alone or seen through a labels file. */
export interface CohortSubject {
  /** Name of the dataset. */
  readonly dataset: string;
  /** Path of a labels file; null = the dataset alone. */
  readonly labels: string | null;
}

/** The whole report travels at once, so the host need not know what the person looks at. */
export type CohortView = Readonly<Record<string, never>>;

/** Everything that the page draws. */
export interface CohortData {
  readonly report: CohortReport;
  /** Name of the labels file, without its folder. */
  readonly labelsName: string | null;
}

/** What the person wants done. */
export type CohortAction =
  | { readonly do: 'recompute' | 'cancel' | 'importRecords' | 'openLog' }
  /** Asks for a labels file and shows the dataset through it; `clearLabels` shows the dataset alone again. */
  | { readonly do: 'chooseLabels' | 'clearLabels' }
  /** Saves the figures as a table. */
  | { readonly do: 'export' }
  /** Opens the source file at the rows of an import problem, an index into `report.problems`. */
  | { readonly do: 'showRows'; readonly problem: number };

/**
 * A number of patients. `small` = from 1 to the minimum cell count − 1. `withheld` = told, it would give a small
 * number away by subtraction.
 */
export type Count = number | 'small' | 'withheld';
/** A figure that may not be told, or that the records do not hold (null). */
export type Disclosed<T> = T | 'withheld' | null;

/**
 * Statistics of a dataset, and of a cohort of it. No number of patients below `minimumCellCount` stands in it, and
 * none can be computed from what does: bins are merged, steps left out, pairs withheld together.
 */
export interface CohortReport {
  readonly version: 1;
  readonly dataset: string;
  /** Of the dataset; another hash means that the report is stale. */
  readonly contentHash: string;
  readonly minimumCellCount: number;
  /** Codes of a patient that the model will see. */
  readonly maxLength: number;
  /** ISO 8601. */
  readonly computedAt: string;
  /** Diagnosis rows that were read. */
  readonly rows: number;
  /** The dataset; null when it has, or differs from the cohort by, too few patients. */
  readonly all: CohortScope | null;
  /** The labelled cohort; null without labels, or when it has too few patients. */
  readonly cohort: CohortScope | null;
  /** From the records to the patients of the report, in the order of the rules. */
  readonly funnel: readonly FunnelFigure[];
  /** Labels in the file; null without labels. */
  readonly labelled: Count | null;
  readonly problems: readonly ProblemFigure[];
}

/** One step of the attrition funnel. */
export interface FunnelFigure {
  /** The rule in words. */
  readonly step: string;
  /** Patients left. */
  readonly patients: Count;
  /** Patients that the rule cost; null for the first step. */
  readonly removed: Count | null;
  /** Of the patients left, from the labels on; null before, or where they may not be told. */
  readonly cases: number | null;
}

/** A problem found at import. */
export interface ProblemFigure {
  readonly kind: string;
  readonly message: string;
  /** Name of the file inside the source. */
  readonly file: string;
  /** Rows concerned. */
  readonly rows: Count;
}

/** The figures of one set of patients. */
export interface CohortScope {
  /** All patients; then, with labels, cases and controls, unless one of them has too few patients. */
  readonly groups: readonly GroupFigures[];
  /** Absolute standardised differences of cases and controls; null where there is none to tell. */
  readonly differences: GroupDifferences | null;
  readonly visitsPerPatient: HistogramFigure;
  readonly codesPerVisit: HistogramFigure;
  /** Codes per patient; the decision line stands at `maxLength`, beyond it codes are cut. */
  readonly sequenceLength: HistogramFigure;
  /** Days from admission to discharge, visits; the decision line stands at 7 days. */
  readonly lengthOfStay: HistogramFigure;
  /** Days from a discharge to the next admission; an overlap counts as 0. */
  readonly gaps: HistogramFigure;
  readonly years: YearsFigure;
  readonly codes: CodesFigure;
}

export type CohortGroup = 'all' | 'cases' | 'controls';

/** One line of Table 1. */
export interface GroupFigures {
  readonly group: CohortGroup;
  readonly patients: number;
  readonly visitsPerPatient: Spread;
  /** Diagnosis rows: a code counts once a visit. */
  readonly codesPerPatient: Spread;
  /** Years at the index date (cohort) or the last discharge (dataset), where the birth date is known. */
  readonly age: Disclosed<Spread>;
  /** Share of all patients of the group. */
  readonly female: Disclosed<number>;
  readonly sexUnknown: Count;
  /** Share of patients with a stay longer than 7 days. */
  readonly prolongedStay: Disclosed<number>;
  /** Share of diagnosis rows. */
  readonly icd10: Disclosed<number>;
  /** Years from the first admission to the index date (cohort) or the last discharge (dataset). */
  readonly followUp: Spread;
}

export interface Spread {
  readonly mean: number;
  /** Sample standard deviation; null for one value. */
  readonly sd: number | null;
}

export type GroupDifferences = Readonly<
  Record<
    'visitsPerPatient' | 'codesPerPatient' | 'age' | 'female' | 'prolongedStay' | 'icd10' | 'followUp',
    number | null
  >
>;

/** A distribution over whole numbers. */
export interface HistogramFigure {
  /** Values counted: patients, or visits. */
  readonly total: number;
  readonly median: number | null;
  /** Rising, gap-free; null when they would tell of too few patients. */
  readonly bins: readonly Bin[] | null;
  /** The same, coarser, for cases and controls; null without groups, or when too few are left. */
  readonly split: readonly SplitBin[] | null;
  /** Of what lies above the decision line; null without a line. */
  readonly beyond: Beyond | null;
}

export interface Bin {
  /** Smallest value in it. */
  readonly from: number;
  /** Largest value in it; null = no upper end. */
  readonly to: number | null;
  readonly count: number;
}

export interface SplitBin extends Omit<Bin, 'count'> {
  readonly cases: number;
  readonly controls: number;
}

export interface Beyond {
  /** Values above this lie beyond. */
  readonly limit: number;
  /** Share of all values, or of those that are not zero; null when it would tell of too few patients. */
  readonly share: number | null;
  readonly of: 'all' | 'nonzero';
  /** Share of values that are zero, where `of` leaves them out. */
  readonly zero: number | null;
  /** Median of the values that `share` is of. */
  readonly median: number | null;
}

/** Diagnosis rows by calendar year of discharge. */
export interface YearsFigure {
  readonly icd9: readonly Bin[] | null;
  readonly icd10: readonly Bin[] | null;
}

export interface CodesFigure {
  /** Distinct codes. */
  readonly distinct: number;
  /** The most frequent codes, by falling number of patients. */
  readonly top: readonly CodeFigure[];
  /** Codes with enough patients to be shown. */
  readonly shown: number;
  /** Patients per code by rank, thinned to even steps on a logarithmic axis. */
  readonly frequency: readonly { readonly rank: number; readonly patients: number }[];
  /** Slope of the line through `frequency` on logarithmic axes; null for fewer than three points. */
  readonly slope: number | null;
  /** Share of diagnosis rows whose code is among the `size` most frequent. */
  readonly coverage: readonly { readonly size: number; readonly share: number }[];
}

export interface CodeFigure {
  readonly code: string;
  /** Null where the dataset does not describe it. */
  readonly description: string | null;
  readonly patients: number;
  /** Shares of the cases and the controls that have it; null without groups, or where they may not be told. */
  readonly cases: number | null;
  readonly controls: number | null;
}
