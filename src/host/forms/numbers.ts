import * as vscode from 'vscode';
import type { z } from 'zod';
import { plainProblem } from '../../protocol/plain-problem';
import type { Reading } from './question';

/** A number as people type it: `0.0003`, `3e-4`, `30,000`, `30 000`; undefined when it is none. */
export function parseNumber(text: string): number | undefined {
  const plain = text.replaceAll(/(?<=\d)[, _\u00a0\u202f](?=\d{3}(?!\d))/g, '');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : undefined;
}

/** Reads a number that a schema accepts. */
export function readNumber(text: string, schema: z.ZodType): Reading<number> {
  const value = parseNumber(text);
  if (value === undefined) {
    return { problem: vscode.l10n.t('Write a number, with a point for decimals: 0.5, 3e-4, 30,000.') };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { value };
  return { problem: sentence(parsed.error.issues.map(plainProblem).join(', ')) };
}

/** `must be at least 2` → `It must be at least 2.` */
function sentence(problem: string): string {
  return vscode.l10n.t('It {0}.', problem);
}

/** `61,400`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** A number as a setting is written: `0.0003`, `5e-5`, `30,000`. */
export function plainNumber(value: number): string {
  if (value !== 0 && Math.abs(value) < 1e-4) return value.toExponential().replace('e+', 'e');
  return Number.isInteger(value) && Math.abs(value) >= 10_000 ? count(value) : String(value);
}
