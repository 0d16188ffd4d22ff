import { type JsonScalar, scalarsOf } from './json-line';
import type { CodeMention, LineReader, RecordLine } from './record-line';
import { isDiagnosis, readWritten, systemName } from './written-code';

type Scalars = readonly JsonScalar[];
type Read = (scalars: Scalars) => RecordLine | undefined;

/** Longer lines are not looked at: reading one would be felt. */
const longestLine = 2 ** 20;

/** What a line of NDJSON may be: a sequence of ours, a condition of FHIR, an event of MEDS, a row of a dataset. */
const kinds: readonly (readonly [format: string, read: Read])[] = [
  ['sequences', sequence],
  ['FHIR', condition],
  ['MEDS', medsEvent],
  ['events', event],
];

/** The reader of a text with a JSON object in every line, by its first line. */
export function recogniseJson(first: string): LineReader | undefined {
  const scalars = first.length > longestLine ? undefined : scalarsOf(first.replace(/^\ufeff/, ' '));
  if (scalars === undefined) return undefined;
  const kind = kinds.find(([, read]) => read(scalars) !== undefined);
  if (kind === undefined) return undefined;
  const [format, read] = kind;
  return {
    format,
    read: (text) => {
      const all = text.length > longestLine ? undefined : scalarsOf(text.replace(/^\ufeff/, ' '));
      return all === undefined ? undefined : read(all);
    },
  };
}

function sequence(scalars: Scalars): RecordLine | undefined {
  const patient = at(scalars, 'patient');
  const codes = scalars.filter(({ path }) => path === 'codes.[]');
  const visits = scalars.filter(({ path }) => path === 'visits.[]').map(({ text }) => Number(text));
  if (patient === undefined || codes.length === 0 || codes.length !== visits.length) return undefined;
  return { patient, codes: codes.map((code) => mention(code, null)), visits };
}

/** A visit stands in another file. A condition may be coded in several systems; they all are this condition. */
function condition(scalars: Scalars): RecordLine | undefined {
  if (at(scalars, 'resourceType') !== 'Condition') return undefined;
  const patient = at(scalars, 'subject.reference')
    ?.replace(/^.*\//, '')
    .replace(/^urn:uuid:/, '');
  if (patient === undefined) return undefined;
  const systems = new Map(
    scalars
      .filter(({ path }) => path === 'code.coding.[].system')
      .map(({ object, text }) => [object, systemName(text)]),
  );
  const codes = scalars.filter(({ path }) => path === 'code.coding.[].code');
  return { patient, codes: codes.map((code) => mention(code, systems.get(code.object) ?? null)) };
}

function medsEvent(scalars: Scalars): RecordLine | undefined {
  const patient = at(scalars, 'subject_id');
  const code = scalars.find(({ path }) => path === 'code');
  if (patient === undefined || code === undefined) return undefined;
  return { patient, codes: isDiagnosis(code.text) ? [mention(code, null)] : [] };
}

function event(scalars: Scalars): RecordLine | undefined {
  const patient = at(scalars, 'patient_id');
  const code = scalars.find(({ path }) => path === 'code');
  if (patient === undefined || code === undefined) return undefined;
  const codes = [mention(code, systemName(at(scalars, 'system') ?? ''))];
  const discharge = at(scalars, 'discharge');
  if (discharge === undefined) return { patient, codes };
  return { patient, codes, stay: { admit: day(at(scalars, 'admit')), discharge: day(discharge) } };
}

function day(text: string | undefined): string | null {
  return /^\d{4}-\d{2}-\d{2}/.exec(text ?? '')?.[0] ?? null;
}

function at(scalars: Scalars, path: string): string | undefined {
  const text = scalars.find((scalar) => scalar.path === path)?.text;
  return text === '' || text === 'null' ? undefined : text;
}

function mention({ start, end, text }: JsonScalar, system: string | null): CodeMention {
  return { start, end, code: readWritten(text, system) };
}
