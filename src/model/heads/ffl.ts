import { denseParameters } from '../parameters';
import { denseLogit } from '../pooling';
import type { Head } from './head';

/** Feed-forward layer on the mean of the token vectors: "Med-BERT_only (FFL)" in the paper. */
export const ffl: Head = {
  parameters: ({ hidden }) => denseParameters('ffl', 1, hidden),
  logit: (encoder, pool) => denseLogit(encoder, pool(), 'ffl'),
};
