import { defaultProjection, isProjectionMethod, type ProjectionMethod } from '../projections';
import type { Count } from './cohort';

/** What a map is of: one run, whose best step is drawn. */
export interface MapSubject {
  readonly run: string;
}

/** How the vectors come to lie on a plane. Every combination is computed by itself, and kept by the worker. */
export interface MapSettings {
  /** Embeddings of codes, or pooled vectors of test patients (of a fine-tuned run). */
  readonly of: 'codes' | 'patients';
  readonly method: ProjectionMethod;
  /** UMAP: how many neighbours, itself among them, a point is tied to. */
  readonly neighbours: number;
  /** UMAP: how near to one another points may be drawn. */
  readonly minDist: number;
  /** Of a method's random steps, and of the draw where there are too many patients. */
  readonly seed: number;
  /** Codes: those that occur at least so many times in the patients that the vocabulary was made from. */
  readonly minOccurrences: number;
  /** Codes: no more than so many, the most frequent ones. */
  readonly most: number;
}

/** What a person may choose from; the worker takes other values too. */
export const mapChoices = {
  neighbours: [5, 15, 30, 50],
  minDist: [0.01, 0.1, 0.3, 0.5],
  minOccurrences: [1, 5, 10, 25, 50, 100, 500],
  most: [1000, 3000, 5000],
} as const;

export const defaultMapSettings: MapSettings = {
  of: 'codes',
  method: defaultProjection,
  neighbours: 15,
  minDist: 0.1,
  seed: 1,
  minOccurrences: 10,
  most: 3000,
};

/** Settings as a page sends or a reload has kept them; whatever is none of them is as usual. */
export function readMapSettings(value: unknown): MapSettings {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const usual = defaultMapSettings;
  const within = (key: keyof MapSettings & string, low: number, high: number): number => {
    const number = given[key];
    const isFit = typeof number === 'number' && number >= low && number <= high;
    return isFit ? number : (usual[key] as number);
  };
  const whole = (key: keyof MapSettings & string, low: number, high: number): number =>
    Math.round(within(key, low, high));
  return {
    of: given['of'] === 'patients' ? 'patients' : 'codes',
    method: isProjectionMethod(given['method']) ? given['method'] : usual.method,
    neighbours: whole('neighbours', 2, 200),
    minDist: within('minDist', 0, 1),
    seed: whole('seed', 0, 2 ** 31),
    minOccurrences: whole('minOccurrences', 1, 1e9),
    most: whole('most', 5, 5000),
  };
}

/** The method that settings name and nobody here knows, so that {@link readMapSettings} took another; null = none. */
export function unknownMethod(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('method' in value)) return null;
  const { method } = value;
  return isProjectionMethod(method) ? null : typeof method === 'string' ? method.slice(0, 30) : '?';
}

/** Test patients beyond these are left out, by a seeded draw. */
export const mostPatients = 2000;
/** How many neighbours the faithfulness of a map is judged by, and how many of a code are listed. */
export const judgedNeighbours = 15;
export const listedNeighbours = 5;

/** What a page asks its host for. */
export type MapView = MapSettings;

/** A button beside an error: the page goes back to {@link defaultMapSettings}. The host never sees it. */
export const usualSettings = 'usualSettings';
/** A button beside the word that the method is another one: the page takes what is shown. The host never sees it. */
export const keepMethod = 'keepMethod';

export type MapAction =
  | { readonly do: 'recompute' | 'cancel' | 'openLog' | 'exportTable' }
  /** Who the patient of a point is; null = nobody any more. */
  | { readonly do: 'choosePatient'; readonly point: number | null }
  /** Opens the patient panel about the chosen one. */
  | { readonly do: 'explainPatient' }
  /** Saves the drawn map; `png` is base64. */
  | { readonly do: 'exportPng'; readonly png: string };

/** Points of a run on a plane, as columns. The id of no patient is among them. */
export interface EmbeddingMap {
  readonly run: string;
  readonly kind: 'pretrain' | 'finetune';
  /** The step whose weights these are. */
  readonly step: number;
  readonly settings: MapSettings;
  /** Width of the space that the map is a picture of. */
  readonly dimensions: number;
  /** Coordinates, the longer side from −1 to 1. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** How many points there would be without the greatest number allowed. */
  readonly candidates: number;
  readonly faithfulness: Faithfulness | null;
  /** Shares of the variance that the two axes hold; null where axes mean nothing. */
  readonly explained: readonly [number, number] | null;
  readonly points: CodePoints | PatientPoints;
}

/** Whether neighbours on the map are neighbours in the full space; null where there are too few points to say. */
export interface Faithfulness {
  readonly neighbours: number;
  /** Venna & Kaski's trustworthiness: 1 = all are, 0.5 = about what a random picture has. */
  readonly trustworthiness: number;
}

export interface CodePoints {
  readonly kind: 'codes';
  readonly codes: readonly string[];
  readonly descriptions: readonly (string | null)[];
  /** Places in `chapterGroups`. */
  readonly chapters: readonly number[];
  /** Roman numerals in the code's own classification; `''` = in no chapter. */
  readonly numerals: readonly string[];
  /** Places by frequency in the whole vocabulary, from 1. */
  readonly ranks: readonly number[];
  /** Occurrences in the patients that the vocabulary was made from. */
  readonly occurrences: readonly Count[];
  /** What is `small`. */
  readonly minimumCellCount: number;
  /** Points of the nearest codes by cosine in the full space, among those on the map; the nearest first. */
  readonly nearest: readonly (readonly number[])[];
  /** Their cosines. */
  readonly cosines: readonly (readonly number[])[];
}

export interface PatientPoints {
  readonly kind: 'patients';
  readonly labels: readonly (0 | 1)[];
  /** Predicted on the test set by this run. */
  readonly risks: readonly number[];
  /** Codes that the model reads. */
  readonly lengths: readonly number[];
  /** Test patients without any code that the run knows. */
  readonly unknown: number;
  /** Groups of fewer patients are not counted aloud. */
  readonly minimumCellCount: number;
}

/** What the worker answers: the map, and whose points it holds. The latter stays with the host. */
export interface MapAnswer {
  readonly map: EmbeddingMap;
  /** Ids of the patients by point; null for codes. */
  readonly patients: readonly string[] | null;
}

/** What the page gets: the map, and at most one patient, whom the person chose on it. */
export interface MapData {
  readonly map: EmbeddingMap;
  /** Whether patients can be shown: the run is fine-tuned and has been tested. */
  readonly hasPatients: boolean;
  readonly chosen: { readonly point: number; readonly patient: string } | null;
  /** Whether the run can be asked about a patient: it still has a checkpoint. */
  readonly canExplain: boolean;
  /** The method that was asked for and that nobody here knows; null when it is the one that is shown. */
  readonly unknownMethod: string | null;
}
