import { beforeEach, expect, it, vi } from 'vitest';
import { teller } from '../../../src/host/tell';
import { CancelledError, UserError } from '../../../src/protocol/errors';

const shown = vi.hoisted(() => [] as string[]);
vi.mock('vscode', () => ({
  l10n: {
    t: (text: string, ...parts: unknown[]) => text.replace(/\{(\d)\}/g, (_, at) => String(parts[Number(at)])),
  },
  CancellationError: class extends Error {},
  window: {
    showErrorMessage: (text: string) => {
      shown.push(text);
      return Promise.resolve(undefined);
    },
  },
}));

/** An id and a code, as a bug's text may quote them. */
const canary = 'CANARY-4711 ICD10_CANARY';
let logged: string[];
let tell: (error: unknown) => void;
beforeEach(() => {
  shown.length = 0;
  logged = [];
  const write = (text: string): void => void logged.push(text);
  tell = teller({ warn: write, error: write, show: () => undefined } as never);
});

it('tells a mistake in its own words', () => {
  tell(new UserError('No such run.', { advice: 'Choose another.' }));
  expect(shown).toEqual(['No such run. Choose another.']);
  expect(logged).toEqual(['No such run.\nChoose another.']);
});

it('of a bug tells its kind and places, and never its text', () => {
  class Torn extends TypeError {
    override readonly name = 'Torn';
  }
  for (const text of [canary, `of\n    at ${canary} (file.ts:1:1)\n\tat ${canary}`, '']) {
    tell(new Torn(text));
    expect(shown.at(-1)).toContain('(Torn)');
    expect(logged.at(-1)).toMatch(/^Torn\n\s+at /);
    expect(logged.at(-1)).toContain('tell.test.ts');
  }
  const changed = new Torn(`of\n    at ${canary} (file.ts:1:1)`);
  // A stack is written when it is read first.
  expect(changed.stack).toContain(canary);
  changed.message = 'something else';
  tell(changed);
  expect(logged.at(-1), 'how far its first text goes cannot be told').toBe('Torn');
  tell(canary);
  expect([...shown, ...logged].join()).not.toContain('CANARY');
});

it('of a cancellation says nothing', () => {
  tell(new CancelledError());
  expect([shown, logged]).toEqual([[], []]);
});
