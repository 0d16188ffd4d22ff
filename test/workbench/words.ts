/** A pattern for exactly these words, spaces around them aside. */
export function wholly(words: string): RegExp {
  return new RegExp(`^\\s*${words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`);
}
