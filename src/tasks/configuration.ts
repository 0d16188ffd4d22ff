import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { explainFileError } from '../files/explain';
import { UserError } from '../protocol/errors';

/**
 * A run configuration from a JSON file and `key=value` settings; a setting wins over the file, the file over
 * the defaults.
 * @returns the configuration, and the keys that were given rather than defaulted
 * @throws UserError naming every key that is unknown or has a wrong value
 */
export function readConfiguration<S extends z.ZodType>(
  schema: S,
  file: string | null,
  settings: readonly string[],
): { config: z.infer<S>; given: ReadonlySet<string> } {
  const fromFile = file === null ? {} : readJsonObject(file);
  const fromSettings = Object.fromEntries(settings.map(parseSetting));
  return checkConfiguration(schema, { ...fromFile, ...fromSettings }, file);
}

/**
 * A run configuration from values that somebody gave; what is not given takes its default.
 * @param file where the values stand, for the message
 * @returns the configuration, and the keys that were given rather than defaulted
 * @throws UserError naming every key that is unknown or has a wrong value
 */
export function checkConfiguration<S extends z.ZodType>(
  schema: S,
  values: Readonly<Record<string, unknown>>,
  file: string | null = null,
): { config: z.infer<S>; given: ReadonlySet<string> } {
  const parsed = schema.safeParse(values);
  if (parsed.success) return { config: parsed.data, given: new Set(Object.keys(values)) };
  const problems = parsed.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `there is no setting ${issue.keys.join(', ')}`
      : `${issue.path.join('.') || 'the whole'}: ${issue.message}`,
  );
  throw new UserError(`The configuration is not usable: ${problems.join('; ')}.`, {
    ...(file === null ? {} : { file }),
    advice: 'Settings are listed in the README under “Configuration”.',
  });
}

function parseSetting(setting: string): [string, unknown] {
  const at = setting.indexOf('=');
  if (at <= 0) throw new UserError(`--set takes key=value, not “${setting}”.`);
  const text = setting.slice(at + 1);
  const value: unknown = /^(true|false|null|-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)$/i.test(text)
    ? JSON.parse(
        text
          .toLowerCase()
          .replace(/^(-?)\./, '$10.')
          .replace(/\.(?=e|$)/, ''),
      )
    : text;
  return [setting.slice(0, at), value];
}

function readJsonObject(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw explainFileError(error, file);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      // Editors find the schema by this key; it is no setting.
      return Object.fromEntries(Object.entries(value).filter(([key]) => key !== '$schema'));
    }
  } catch {
    // Falls through to the message below.
  }
  throw new UserError('A run configuration is a JSON object, such as {"layers": 6, "batchSize": 32}.', {
    file,
  });
}
