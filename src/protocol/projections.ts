/** Numbers that projections are steered by; each uses some of them. */
export type ProjectionSetting = 'neighbours' | 'minDist' | 'seed';

/** What people read of a way to lay points out on a plane. */
export interface ProjectionWords {
  readonly name: string;
  /** As a file names it, for those who want to do it again. */
  readonly inFull: string;
  /** What it depends on; maps that differ in anything else are the same map. */
  readonly uses: readonly ProjectionSetting[];
  /** How its pictures are to be read. */
  readonly reading: string;
}

/**
 * The ways to lay points out on a plane, in the order of the list. Another one is an entry here and one in
 * `explain/projections.ts`, which does not compile without it.
 */
export const projectionMethods = {
  umap: {
    name: 'UMAP',
    inFull: 'UMAP from the principal plane',
    uses: ['neighbours', 'minDist', 'seed'],
    reading:
      'Read who lies beside whom, nothing else: the distance between groups that lie apart, their size, their density and the axes mean nothing.',
  },
  pca: {
    name: 'PCA',
    inFull: 'PCA',
    uses: [],
    reading:
      'A flat shadow of the cloud: what lies apart here lies apart, but what lies together may be far apart in the other dimensions.',
  },
} as const satisfies Readonly<Record<string, ProjectionWords>>;
export type ProjectionMethod = keyof typeof projectionMethods;

/** Taken where nothing was chosen, or something that is not in the list. */
export const defaultProjection: ProjectionMethod = 'umap';

/** The settings in words: on the page, and as files name them. */
export const projectionSettings: Readonly<
  Record<ProjectionSetting, { readonly label: string; readonly inFiles: string }>
> = {
  neighbours: { label: 'Neighbours', inFiles: 'neighbours' },
  minDist: { label: 'Least distance', inFiles: 'min_dist' },
  seed: { label: 'Seed', inFiles: 'seed' },
};

export function isProjectionMethod(value: unknown): value is ProjectionMethod {
  return typeof value === 'string' && Object.hasOwn(projectionMethods, value);
}

/** The words of a method. */
export function projectionWords(method: ProjectionMethod): ProjectionWords {
  return projectionMethods[method];
}
