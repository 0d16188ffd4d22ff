/** Made at first use: loading the language's data takes longer than everything else that a window waits for. */
let collator: Intl.Collator | undefined;

/** Orders names of runs as people read them: `finetune-9` before `finetune-10`. */
export function byNumber(one: string, other: string): number {
  collator ??= new Intl.Collator('en', { numeric: true });
  return collator.compare(one, other);
}
