import { dayOf } from './fields';
import { type JsonScalar, scalarsOf } from './json-line';
import type { CodeMention, LineReader, RecordLine } from './record-line';
import { isDiagnosis, readWritten, systemName } from './written-code';

type Scalars = readonly JsonScalar[];
type Read = (scalars: Scalars) => RecordLine | undefined;

/** What a line of NDJSON may be: a sequence of ours, a condition of FHIR, an event of MEDS, a row of a dataset. */
const kinds: readonly { readonly format: string; readonly read: Read; readonly holdsAll?: true }[] = [
  { format: 'sequences', read: sequence },
  { format: 'FHIR', read: condition },
  { format: 'MEDS', read: medsEvent, holdsAll: true },
  { format: 'events', read: event, holdsAll: true },
];

/** The reader of a text with a JSON object in every line, by its first line. */
export function recogniseJson(first: string): LineReader | undefined {
  const scalars = scalarsOf(first.replace(/^\ufeff/, ' '));
  const kind = scalars === undefined ? undefined : kinds.find(({ read }) => read(scalars) !== undefined);
  if (kind === undefined) return undefined;
  return {
    ...kind,
    read: (text) => {
      const all = scalarsOf(text.replace(/^\ufeff/, ' '));
      return all === undefined ? undefined : kind.read(all);
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
  const codes = isDiagnosis(code.text) ? [mention(code, null)] : [];
  const seen = dayOf(at(scalars, 'time') ?? '');
  return { patient, codes, ...(seen === null ? {} : { day: seen }) };
}

function event(scalars: Scalars): RecordLine | undefined {
  const patient = at(scalars, 'patient_id');
  const code = scalars.find(({ path }) => path === 'code');
  if (patient === undefined || code === undefined) return undefined;
  const [priority, visit, discharge] = ['priority', 'visit', 'discharge'].map((path) => at(scalars, path));
  const written = mention(code, systemName(at(scalars, 'system') ?? ''));
  const stay = { admit: dayOf(at(scalars, 'admit') ?? ''), discharge: dayOf(discharge ?? '') };
  return {
    patient,
    codes: [priority === undefined ? written : { ...written, rank: [priority] }],
    ...(discharge === undefined ? {} : { stay }),
    ...(visit === undefined ? {} : { visit }),
  };
}

function at(scalars: Scalars, path: string): string | undefined {
  const text = scalars.find((scalar) => scalar.path === path)?.text;
  return text === '' || text === 'null' ? undefined : text;
}

function mention({ start, end, text }: JsonScalar, system: string | null): CodeMention {
  return { start, end, code: readWritten(text, system) };
}
