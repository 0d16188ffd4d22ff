import { RandomStream } from '../engine/random';
import { cosineDistances, nearestOf, unitVectors } from '../explain/cosine-distances';
import { patientVectors } from '../explain/patient-vectors';
import { principalPlane } from '../explain/principal-components';
import { projections } from '../explain/projections';
import { trustworthiness } from '../explain/trustworthiness';
import { UserError } from '../protocol/errors';
import { chapterGroups, chapterOf } from '../protocol/icd-chapters';
import type { LongWork } from '../protocol/progress';
import {
  type CodePoints,
  type EmbeddingMap,
  judgedNeighbours,
  listedNeighbours,
  type MapAnswer,
  type MapSettings,
  mostPatients,
} from '../protocol/panels/map';
import { type ProjectionSetting, projectionWords } from '../protocol/projections';
import { firstCode } from '../protocol/vocabulary';
import type { RunModel } from './explain-model';
import type { RunPatients } from './explain-patients';

/** Maps of one run that are kept. */
const mostKept = 12;
/** Fewer points make no picture. */
const fewest = 5;

/** What is to be drawn: vectors, and what is known of each. */
interface Cloud {
  /** [N, D] */
  readonly vectors: Float32Array;
  readonly candidates: number;
  /** @param distances cosine distances of the vectors, [N, N] */
  describe(distances: Float32Array): EmbeddingMap['points'];
  readonly patients: readonly string[] | null;
}

/** Maps of an open run, each computed once. They end with it, so that another step never shows an old map. */
export class EmbeddingMaps {
  /** The one that was asked last comes last. */
  private readonly kept = new Map<string, MapAnswer>();

  constructor(
    private readonly model: RunModel,
    private readonly patients: RunPatients,
  ) {}

  /**
   * Lays codes or test patients out on a plane, by the cosines of their vectors.
   *
   * @param minimumCellCount smaller counts, of occurrences or of patients, are not told
   * @throws UserError when there are too few points, or no patients whom the run was tested on; CancelledError
   */
  async draw(settings: MapSettings, minimumCellCount: number, work: LongWork = {}): Promise<MapAnswer> {
    const used = relevant(settings);
    const key = JSON.stringify([used, minimumCellCount]);
    const known = this.kept.get(key);
    this.kept.delete(key);
    const answer = known ?? (await this.compute(used, minimumCellCount, work));
    this.kept.set(key, answer);
    for (const old of [...this.kept.keys()].slice(0, -mostKept)) this.kept.delete(old);
    // A choice that this map does not depend on stays as it was made.
    return { ...answer, map: { ...answer.map, settings } };
  }

  private async compute(settings: MapSettings, minimum: number, work: LongWork): Promise<MapAnswer> {
    const { run, step, size } = this.model;
    const width = size.hidden;
    const cloud =
      settings.of === 'codes'
        ? this.codeCloud(settings, minimum)
        : await this.patientCloud(settings.seed, minimum, work);
    const n = cloud.vectors.length / width;
    if (n < fewest) throw tooFew(settings.of);
    if (!cloud.vectors.every(Number.isFinite)) {
      throw new UserError(
        'The model holds numbers that are not finite: its checkpoint is damaged or training diverged.',
        {
          advice: 'Take the checkpoint from a copy, or train the run again with a lower learningRate.',
        },
      );
    }
    const unit = unitVectors(cloud.vectors, width);
    const distances = await cosineDistances(unit, width, work);
    const plane = principalPlane(unit, width);
    const cloudOfUnit = { unit, width, distances, plane };
    const { positions, explained } = await projections[settings.method](cloudOfUnit, settings, work);
    const trust = await trustworthiness(distances, positions, judgedNeighbours, work);
    const map: EmbeddingMap = {
      ...{ run: run.id, kind: run.manifest.kind, step, settings, dimensions: width },
      ...fitted(positions),
      candidates: cloud.candidates,
      faithfulness: trust === null ? null : { neighbours: judgedNeighbours, trustworthiness: trust },
      explained,
      points: cloud.describe(distances),
    };
    return { map, patients: cloud.patients };
  }

  /** Ids are places by frequency, so that the most frequent codes are the first ones. */
  private codeCloud({ minOccurrences, most }: MapSettings, minimumCellCount: number): Cloud {
    const { vocabulary, parameters, size } = this.model;
    const { names, counts } = vocabulary;
    const rare = counts.findIndex((count, id) => id >= firstCode && count < minOccurrences);
    const candidates = (rare < 0 ? names.length : rare) - firstCode;
    const ids = Array.from({ length: Math.min(candidates, most) }, (_, i) => firstCode + i);
    const table = parameters.get('embeddings.code.weight')!;
    const chapters = ids.map((id) => chapterOf(names[id]!));
    const describe = (distances: Float32Array): CodePoints => {
      const n = ids.length;
      const row = (i: number): Float32Array => distances.subarray(i * n, (i + 1) * n);
      const nearest = ids.map((_, i) => nearestOf(row(i), i, listedNeighbours));
      return {
        kind: 'codes',
        codes: ids.map((id) => names[id]!),
        descriptions: ids.map((id) => this.patients.descriptions.get(names[id]!) ?? null),
        chapters: chapters.map(({ group }) => chapterGroups.indexOf(group)),
        numerals: chapters.map(({ numeral }) => numeral ?? ''),
        ranks: ids.map((id) => id - firstCode + 1),
        occurrences: ids.map((id) => (counts[id]! < minimumCellCount ? 'small' : counts[id]!)),
        minimumCellCount,
        nearest,
        cosines: nearest.map((near, i) => near.map((j) => rounded(1 - row(i)[j]!))),
      };
    };
    const vectors = table.slice(firstCode * size.hidden, (firstCode + ids.length) * size.hidden);
    return { vectors, candidates, describe, patients: null };
  }

  private async patientCloud(seed: number, minimumCellCount: number, work: LongWork): Promise<Cloud> {
    const { run, parameters, size } = this.model;
    if (run.manifest.kind !== 'finetune') {
      throw new UserError('A pretraining run has no test patients to show.', {
        advice: 'Choose a fine-tuned run, or look at the codes.',
      });
    }
    const { test, byPatient } = this.patients.scores;
    if (test.size === 0) {
      throw new UserError('The run has not been tested yet, so there are no test patients to show.', {
        advice: 'Let it finish first.',
      });
    }
    work.progress?.({ phase: 'reading patients', done: 0 });
    const drawn = draw([...test].sort(), mostPatients, seed);
    const records = await this.patients.readAll(drawn, work);
    const shown = records.flatMap(({ patient }) => {
      const tokens = patient && this.model.tokensOrNull(patient.sequence);
      return patient === null || tokens === null || patient.label === null
        ? []
        : [{ ...patient, label: patient.label, tokens }];
    });
    const { threads } = run.manifest.config;
    const vectors = await patientVectors(
      { size, parameters, threads },
      shown.map(({ tokens }) => tokens),
      work,
    );
    const describe = (): EmbeddingMap['points'] => ({
      kind: 'patients',
      labels: shown.map(({ label }) => label),
      risks: shown.map(({ id }) => rounded(byPatient.get(id)!)),
      lengths: shown.map(({ tokens }) => tokens.codes.length),
      unknown: drawn.length - shown.length,
      minimumCellCount,
    });
    return { vectors, candidates: test.size, describe, patients: shown.map(({ id }) => id) };
  }
}

/** Settings that a map does not depend on are as good as any, so that both choices are one map in the cache. */
function relevant(settings: MapSettings): MapSettings {
  const { of, method } = settings;
  const { uses } = projectionWords(method);
  const used = (setting: ProjectionSetting): number => (uses.includes(setting) ? settings[setting] : 0);
  return {
    of,
    method,
    neighbours: used('neighbours'),
    minDist: used('minDist'),
    // Patients are drawn by it, too.
    seed: of === 'patients' ? settings.seed : used('seed'),
    ...(of === 'codes'
      ? { minOccurrences: settings.minOccurrences, most: settings.most }
      : { minOccurrences: 0, most: 0 }),
  };
}

function tooFew(of: MapSettings['of']): UserError {
  return of === 'codes'
    ? new UserError('Fewer than five codes occur that often: there is no map of them.', {
        advice: 'Ask for codes that occur fewer times.',
      })
    : new UserError('Fewer than five test patients have codes that the run knows: there is no map of them.', {
        advice: 'Look at the codes instead.',
      });
}

/** Some of the ids by a seeded draw, in their order; all when there are no more. */
function draw(ids: readonly string[], most: number, seed: number): string[] {
  const order = new RandomStream(0x6d6170, seed).shuffle(Uint32Array.from(ids.keys()));
  return Array.from(order.subarray(0, most).sort(), (i) => ids[i]!);
}

/** Coordinates about the middle, the longer side from −1 to 1, short enough for a message. */
function fitted(positions: Float64Array): { x: number[]; y: number[] } {
  const columns = [0, 1].map((axis) => Array.from(positions).filter((_, i) => i % 2 === axis));
  const spans = columns.map((values) => [Math.min(...values), Math.max(...values)] as const);
  const reach = Math.max(...spans.map(([low, high]) => high - low)) / 2 || 1;
  const [x, y] = columns.map((values, axis) => {
    const [low, high] = spans[axis]!;
    return values.map((value) => rounded((value - (low + high) / 2) / reach));
  });
  return { x: x!, y: y! };
}

function rounded(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}
