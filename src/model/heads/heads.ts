import type { headNames } from '../../protocol/config';
import { ffl } from './ffl';
import type { Head } from './head';

export type HeadName = (typeof headNames)[number];

/** Every head by its name in the configuration. */
export const heads: Readonly<Record<HeadName, Head>> = { ffl };
