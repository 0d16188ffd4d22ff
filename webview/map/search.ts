import type { CodePoints } from '../../src/protocol/panels/map';

/** A code as people write it: without its classification, which stands beside it where it matters. */
export function bareCode(code: string): string {
  return code.replace(/^ICD(9|10)_/i, '');
}

/** `ICD-9`, `ICD-10`; empty for anything else. */
export function systemOf(code: string): string {
  const [, edition] = /^ICD(9|10)_/i.exec(code) ?? [];
  return edition === undefined ? '' : `ICD-${edition}`;
}

/**
 * Points whose code begins with what is sought (dots may be left out), then those whose description holds all of its
 * words; each by frequency, as they stand on the map.
 */
export function findCodes({ codes, descriptions }: CodePoints, sought: string): number[] {
  const text = sought.trim().toLowerCase();
  if (text === '') return [];
  const plain = text.replaceAll('.', '');
  const words = text.split(/\s+/);
  const byCode: number[] = [];
  const byWords: number[] = [];
  codes.forEach((code, i) => {
    const whole = code.toLowerCase();
    const bare = bareCode(whole).replaceAll('.', '');
    if (whole.startsWith(text) || bare.startsWith(plain)) byCode.push(i);
    else {
      const description = descriptions[i]?.toLowerCase();
      if (description !== undefined && words.every((word) => description.includes(word))) byWords.push(i);
    }
  });
  return [...byCode, ...byWords];
}
