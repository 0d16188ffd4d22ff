import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CancelledError, UserError } from '../../../src/protocol/errors';
import { chapterGroups } from '../../../src/protocol/icd-chapters';
import { defaultMapSettings, type MapAnswer, type MapSettings } from '../../../src/protocol/panels/map';
import type { LongWork } from '../../../src/protocol/progress';
import { ExplainedRuns } from '../../../src/tasks/explained-runs';
import { type ExplainedStudy, makeExplainedStudy } from './explained-study';

let study: ExplainedStudy;
const runs = new ExplainedRuns();
beforeAll(async () => {
  study = await makeExplainedStudy();
}, 180_000);
afterAll(() => study.remove());

const draw = (
  run: string,
  change: Partial<MapSettings> = {},
  work: LongWork = {},
  minimum = 10,
): Promise<MapAnswer> =>
  runs.ask({ home: study.home, run }, work, ({ maps }) =>
    maps.draw({ ...defaultMapSettings, most: 120, ...change }, minimum, work),
  );

describe('a map of codes', () => {
  it('holds the most frequent codes with what is known of them, and says how many there are', async () => {
    const { map, patients } = await draw(study.encoderRun);
    expect(patients).toBeNull();
    const { points } = map;
    if (points.kind !== 'codes') throw new Error('not codes');
    expect(points.codes).toHaveLength(120);
    expect(map.candidates).toBeGreaterThan(120);
    expect(points.ranks).toEqual(points.codes.map((_, i) => i + 1));
    expect(points.codes.every((code) => /^ICD(9|10)_/.test(code))).toBe(true);
    expect(points.chapters.every((chapter) => chapterGroups[chapter] !== undefined)).toBe(true);
    expect(Math.max(...map.x.map(Math.abs), ...map.y.map(Math.abs))).toBeCloseTo(1, 4);
    expect(map.faithfulness!.trustworthiness).toBeGreaterThan(0.5);
    // Those of a code are the nearest ones by falling cosine, and neither it nor a stranger is among them.
    points.nearest.forEach((near, i) => {
      expect(near).not.toContain(i);
      expect(points.cosines[i]).toEqual([...points.cosines[i]!].sort((a, b) => b - a));
    });
  });

  it('is the same for the same settings, and kept', async () => {
    const first = await draw(study.encoderRun);
    const again = await draw(study.encoderRun);
    expect(again.map.x).toBe(first.map.x);
    const fresh = await new ExplainedRuns().ask({ home: study.home, run: study.encoderRun }, {}, ({ maps }) =>
      maps.draw({ ...defaultMapSettings, most: 120 }, 10),
    );
    expect(fresh).toEqual(first);
    const other = await draw(study.encoderRun, { seed: 2 });
    expect(other.map.x).not.toEqual(first.map.x);
  });

  it('does not tell small counts', async () => {
    const { map } = await draw(study.encoderRun, { minOccurrences: 1, most: 5000, method: 'pca' }, {}, 30);
    const { points } = map;
    if (points.kind !== 'codes') throw new Error('not codes');
    expect(points.occurrences).toContain('small');
    for (const count of points.occurrences)
      if (typeof count === 'number') expect(count).toBeGreaterThanOrEqual(30);
    const frequent = await draw(study.encoderRun, { minOccurrences: 30, most: 5000, method: 'pca' }, {}, 30);
    expect(frequent.map.candidates).toBe(points.occurrences.filter((count) => count !== 'small').length);
  });

  it('by PCA depends on no seed, and says what its axes hold', async () => {
    const one = await draw(study.encoderRun, { method: 'pca', seed: 1 });
    const two = await draw(study.encoderRun, { method: 'pca', seed: 2 });
    expect(two.map.x).toBe(one.map.x);
    const [first, second] = one.map.explained!;
    expect(first).toBeGreaterThanOrEqual(second);
    expect(first + second).toBeLessThan(1);
  });

  it('needs five codes', async () => {
    await expect(draw(study.encoderRun, { minOccurrences: 1e8 })).rejects.toThrow(UserError);
  });

  it('can be cancelled, and is then drawn anew', async () => {
    const abort = new AbortController();
    const progress: LongWork['progress'] = ({ phase }) => {
      if (phase === 'laying out the map') abort.abort();
    };
    await expect(draw(study.encoderRun, { seed: 99 }, { signal: abort.signal, progress })).rejects.toThrow(
      CancelledError,
    );
    expect((await draw(study.encoderRun, { seed: 99 })).map.x).toHaveLength(120);
  });
});

describe('a map of patients', () => {
  it('holds the test patients with label and predicted risk, and their ids apart', async () => {
    const { map, patients } = await draw(study.runs[0], { of: 'patients' });
    const { points } = map;
    if (points.kind !== 'patients') throw new Error('not patients');
    const risks = new Map(study.tested.map(({ id, score }) => [id, score]));
    expect(points.unknown + patients!.length).toBe(study.tested.length);
    patients!.forEach((id, i) => expect(points.risks[i]).toBeCloseTo(risks.get(id)!, 5));
    expect(new Set(points.labels)).toEqual(new Set([0, 1]));
    const told = JSON.stringify(map);
    for (const id of patients!) expect(told.includes(`"${id}"`)).toBe(false);
  });

  it('is none of a run that was tested on nobody', async () => {
    await expect(draw(study.encoderRun, { of: 'patients' })).rejects.toThrow(UserError);
  });
});
