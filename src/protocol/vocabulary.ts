/** Ids of the special tokens; diagnosis codes start at {@link firstCode}. */
export const PAD = 0;
export const UNK = 1;
export const MASK = 2;
export const firstCode = 3;

/** Names of the special tokens by id, as in vocabulary.tsv. */
export const specialTokens = ['[PAD]', '[UNK]', '[MASK]'] as const;
