import { expect, it } from 'vitest';
import { readJsonTree } from '../../../src/host/run-files/json-tree';

it.each(['[', '{"a":'])('a text of %s without end is a mistake and no bug', (opening) => {
  const { mistake } = readJsonTree(opening.repeat(30_000));
  expect(mistake?.message).toBe('This is nested too deeply.');
  expect(readJsonTree(`${opening.repeat(50)}1`).mistake?.message).not.toMatch(/deeply/);
});
