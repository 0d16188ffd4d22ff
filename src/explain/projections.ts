import type { LongWork } from '../protocol/progress';
import type { ProjectionMethod } from '../protocol/projections';
import type { PrincipalPlane } from './principal-components';
import { type ProjectionSettings, projectUmap } from './projection';

/** N points that are to lie on a plane. */
export interface PointCloud {
  /** Vectors of length 1, [N, D]. */
  readonly unit: Float32Array;
  /** D. */
  readonly width: number;
  /** Cosine distances, [N, N]. */
  readonly distances: Float32Array;
  /** Of the vectors of length 1; where layouts that need a start begin. */
  readonly plane: PrincipalPlane;
}

export interface PlanePoints {
  /** [N, 2], on any scale. */
  readonly positions: Float64Array;
  /** Shares of the variance that the two axes hold; null where axes mean nothing. */
  readonly explained: readonly [number, number] | null;
}

/** A way to lay points out. The same points and settings give the same plane. @throws CancelledError */
export type Projection = (
  cloud: PointCloud,
  settings: ProjectionSettings,
  work: LongWork,
) => Promise<PlanePoints>;

/** The projections by name. Which settings each uses, and what people read of it, stands in the protocol. */
export const projections: Readonly<Record<ProjectionMethod, Projection>> = {
  umap: async ({ distances, plane }, settings, work) => ({
    positions: await projectUmap(distances, plane.positions, settings, work),
    explained: null,
  }),
  pca: ({ plane: { positions, explained } }) => Promise.resolve({ positions, explained }),
};
