import { expect, it } from 'vitest';
import { RandomStream } from '../../../src/engine/random';
import { cosineDistances, unitVectors } from '../../../src/explain/cosine-distances';
import { principalPlane } from '../../../src/explain/principal-components';
import { projections } from '../../../src/explain/projections';
import {
  projectionMethods,
  type ProjectionMethod,
  type ProjectionSetting,
} from '../../../src/protocol/projections';

const width = 6;
const random = new RandomStream(5, 1);
const unit = unitVectors(
  Float32Array.from({ length: 40 * width }, () => random.normal()),
  width,
);
const usual = { neighbours: 10, minDist: 0.1, seed: 3 };
const other = { neighbours: 5, minDist: 0.8, seed: 4 };

it.each(Object.keys(projectionMethods) as ProjectionMethod[])(
  '%s lays every point out, and depends on just the settings that it says it uses',
  async (method) => {
    const distances = await cosineDistances(unit, width, {});
    const cloud = { unit, width, distances, plane: principalPlane(unit, width) };
    const laid = async (settings: typeof usual): Promise<number[]> => {
      const { positions } = await projections[method](cloud, settings, {});
      return [...positions];
    };
    const before = await laid(usual);
    expect(before).toHaveLength(2 * 40);
    expect(before.every(Number.isFinite)).toBe(true);
    expect(await laid(usual)).toEqual(before);
    const uses: readonly ProjectionSetting[] = projectionMethods[method].uses;
    for (const setting of Object.keys(usual) as ProjectionSetting[]) {
      const after = await laid({ ...usual, [setting]: other[setting] });
      expect(JSON.stringify(after) !== JSON.stringify(before), setting).toBe(uses.includes(setting));
    }
  },
);
