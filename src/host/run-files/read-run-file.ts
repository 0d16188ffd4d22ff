import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import { UserError } from '../../protocol/errors';
import { plainProblem } from '../../protocol/plain-problem';
import type { FinetuneParameters, Queries } from '../../protocol/queries';
import { type RunFile, runFile } from '../../protocol/run-file';
import { contradictions } from './check-run-file';
import { type JsonTree, nodeAt, readJsonTree } from './json-tree';

/** A run to be made: what the query worker is asked, without the home folder. */
export type RunRequest =
  | ({ readonly task: 'pretrain' } & Omit<Queries['pretrain']['params'], 'home'>)
  | ({ readonly task: 'finetune' } & Omit<FinetuneParameters, 'home'>);

/** The text of a file, such as an editor's document. */
export interface RunFileText {
  readonly fileName: string;
  getText(): string;
}

/**
 * What a run configuration file asks for; its paths come back as absolute ones.
 * @throws UserError naming the file, the line, and every key that is missing, unknown or has a wrong value
 */
export function readRunFile(document: RunFileText): RunRequest {
  const file = document.fileName;
  const text = document.getText();
  const tree = readJsonTree(text);
  const { mistake } = tree;
  if (mistake !== undefined) {
    const row = lineOf(text, mistake.offset);
    throw new UserError(mistake.message, { file, row, advice: 'A run configuration is a JSON object.' });
  }
  const parsed = parseRunFile(text);
  if ('issues' in parsed) throw asMistake(parsed.issues, tree, text, file);
  const wrong = contradictions(parsed.file).find(({ isError }) => isError);
  if (wrong !== undefined) {
    throw new UserError(wrong.message, { file, row: lineOf(text, nodeAt(tree.root, wrong.path).start) });
  }
  return requestOf(parsed.file, dirname(file));
}

/** Reads a run configuration whose JSON is whole. */
export function parseRunFile(text: string): { file: RunFile } | { issues: readonly z.core.$ZodIssue[] } {
  const parsed = runFile.safeParse(jsonOrUndefined(text));
  return parsed.success ? { file: parsed.data } : { issues: parsed.error.issues };
}

/** What can be understood of a run configuration without the values that are wrong; undefined where too little is left. */
export function understoodOf(text: string): RunFile | undefined {
  const parsed = parseRunFile(text);
  if ('file' in parsed) return parsed.file;
  const rest = jsonOrUndefined(text);
  for (const issue of parsed.issues) {
    const unknown = issue.code === 'unrecognized_keys';
    const paths = unknown ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    for (const path of paths.filter(({ length }) => length > 0)) removeAt(rest, path);
  }
  return runFile.safeParse(rest).data;
}

function removeAt(value: unknown, path: readonly PropertyKey[]): void {
  const parent = path
    .slice(0, -1)
    .reduce((at: unknown, key) => (at as Record<PropertyKey, unknown>)[key], value);
  delete (parent as Record<PropertyKey, unknown>)[path.at(-1)!];
}

function requestOf(file: RunFile, folder: string): RunRequest {
  const { dataset } = file;
  const settings = { ...file.settings };
  if (file.task === 'pretrain') {
    const exclude = file.exclude === null ? null : resolve(folder, file.exclude);
    return { task: 'pretrain', dataset, exclude, settings };
  }
  const { from, like, allowSeenTestPatients } = file;
  const labels = resolve(folder, file.labels);
  return { task: 'finetune', dataset, labels, from, like, allowSeenTestPatients, settings };
}

function asMistake(
  issues: readonly z.core.$ZodIssue[],
  { root }: JsonTree,
  text: string,
  file: string,
): UserError {
  const offsets = issues.map((issue) => placeOf(issue, root));
  const problems = issues.map((issue) => problemOf(issue, root));
  return new UserError(`The run configuration is not usable: ${problems.join('; ')}.`, {
    file,
    row: lineOf(text, Math.min(...offsets)),
    advice: 'The editor completes keys and values: Ctrl+Space.',
  });
}

function problemOf(issue: z.core.$ZodIssue, root: JsonTree['root']): string {
  const path = issue.path.map(String);
  const name = path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return `${path.length === 0 ? '' : `${name}: `}${plainProblem(issue)}`;
  }
  if (name === '') return 'it must be an object in { }';
  const isThere = nodeAt(root, path.slice(0, -1)).members?.has(path.at(-1)!) === true;
  if (!isThere) return `${name} is missing`;
  if (name === 'task') return 'task must be pretrain or finetune';
  return `${name} ${plainProblem(issue)}`;
}

/** Where a problem stands: an unknown key itself, otherwise the value. */
function placeOf(issue: z.core.$ZodIssue, root: JsonTree['root']): number {
  const node = nodeAt(root, issue.path);
  if (issue.code !== 'unrecognized_keys') return node.start;
  return node.members?.get(issue.keys[0]!)?.key.start ?? node.start;
}

/** The line of an offset, from 1. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}
