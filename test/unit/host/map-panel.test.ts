import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import type { Host } from '../../../src/host/host';
import { mapPanel } from '../../../src/host/panels/map-panel';
import { mapTsv } from '../../../src/host/panels/map-tsv';
import { CancelledError, UserError } from '../../../src/protocol/errors';
import { defaultMapSettings, type MapAnswer, type MapData } from '../../../src/protocol/panels/map';
import type { PanelState } from '../../../src/protocol/panels/panel';
import {
  projectionMethods,
  type ProjectionMethod,
  projectionSettings,
} from '../../../src/protocol/projections';

const editor = vi.hoisted(() => ({ consents: true, asked: [] as string[], written: [] as string[] }));
vi.mock('vscode', () => ({
  l10n: {
    t: (text: string, ...args: unknown[]) =>
      args.reduce<string>((t, a, i) => t.replace(`{${i}}`, String(a)), text),
  },
  Uri: { file: (fsPath: string) => ({ fsPath }) },
  Disposable: { from: () => ({ dispose: () => undefined }) },
  workspace: {
    onDidChangeConfiguration: () => undefined,
    onDidGrantWorkspaceTrust: () => undefined,
    fs: {
      writeFile: (_to: unknown, bytes: Uint8Array) =>
        Promise.resolve(void editor.written.push(new TextDecoder().decode(bytes))),
    },
  },
  window: {
    showWarningMessage: (text: string, _options: unknown, yes: string) => {
      editor.asked.push(text);
      return Promise.resolve(editor.consents ? yes : undefined);
    },
    showSaveDialog: ({ defaultUri }: { defaultUri: unknown }) => Promise.resolve(defaultUri),
  },
}));

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const patientSettings = { ...defaultMapSettings, of: 'patients' } as const;
const base = {
  run: 'run-1',
  kind: 'finetune',
  step: 4,
  dimensions: 8,
  candidates: 2,
  explained: null,
} as const;
const place = { x: [0, 1], y: [0.5, -0.5], faithfulness: { neighbours: 15, trustworthiness: 0.9 } };
const ofPatients: MapAnswer = {
  map: {
    ...{ ...base, ...place, settings: patientSettings },
    points: {
      kind: 'patients',
      labels: [0, 1],
      risks: [0.2, 0.8],
      lengths: [3, 9],
      unknown: 0,
      minimumCellCount: 10,
    },
  },
  patients: ['CANARY-1', 'CANARY-2'],
};
const ofCodes: MapAnswer = {
  map: {
    ...{ ...base, ...place, settings: defaultMapSettings },
    points: {
      kind: 'codes',
      codes: ['ICD9_428.0', 'ICD10_I50.9'],
      descriptions: ['=failure\tof heart', null],
      chapters: [8, 8],
      numerals: ['VII', 'IX'],
      ranks: [1, 2],
      occurrences: [40, 'small'],
      minimumCellCount: 10,
      nearest: [[1], [0]],
      cosines: [[0.5], [0.5]],
    },
  },
  patients: null,
};

let asked: {
  question: { settings: unknown };
  answer: (result: MapAnswer) => void;
  refuse: (e: Error) => void;
}[];
let shown: PanelState<MapData>[];
const run = { bestStep: 4 as number | null, checkpoints: [] };
/** Panels that were brought to the front. */
let opened: unknown[];

function open(): ReturnType<typeof mapPanel.open> {
  const host = {
    ...{ home: '/home', workspaceFolder: '/', settings: { minimumCellCount: 10 } },
    runs: {
      onDidChange: () => ({ dispose: () => undefined }),
      facts: () => ({ ...run, state: 'finished', manifest: { kind: 'finetune' } }),
    },
    query: {
      ask: (_name: string, question: { settings: unknown }, { signal }: { signal: AbortSignal }) =>
        new Promise<MapAnswer>((answer, refuse) => {
          asked.push({ question, answer, refuse });
          signal.addEventListener('abort', () => refuse(new CancelledError('It')));
        }),
    },
    openPanels: {
      find: (viewType: string, subject: object) => ({ reveal: () => opened.push({ viewType, ...subject }) }),
    },
    tell: () => undefined,
  } as unknown as Host;
  const page = {
    show: (state: PanelState<MapData>) => void shown.push(state),
    setSubject: () => undefined,
    visible: true,
  };
  const source = mapPanel.open({ run: 'run-1' }, page, host);
  onTestFinished(() => source.dispose());
  return source;
}
async function begun(answer: MapAnswer): Promise<ReturnType<typeof open>> {
  const source = open();
  source.look(answer.map.settings);
  await settled();
  asked.at(-1)!.answer(answer);
  await settled();
  return source;
}
beforeEach(() => {
  [opened, asked, shown, editor.asked, editor.written, editor.consents] = [[], [], [], [], [], true];
});

it('asks for the settings that the page looks at, and once', async () => {
  const source = await begun(ofPatients);
  expect(asked.map(({ question }) => question.settings)).toEqual([patientSettings]);
  source.look(patientSettings);
  await settled();
  expect(asked).toHaveLength(1);
  source.look({ ...patientSettings, seed: 2 });
  await settled();
  expect(asked).toHaveLength(2);
  expect(shown.at(-1)!.kind).toBe('loading');
});

it('sends the id of a patient only when that patient is chosen, and of no other', async () => {
  const source = await begun(ofPatients);
  expect(JSON.stringify(shown)).not.toContain('CANARY');
  await source.act({ do: 'choosePatient', point: 1 });
  expect(shown.at(-1)).toMatchObject({ data: { chosen: { point: 1, patient: 'CANARY-2' } } });
  expect(JSON.stringify(shown)).not.toContain('CANARY-1');
  await source.act({ do: 'choosePatient', point: null });
  expect(shown.at(-1)).toMatchObject({ data: { chosen: null } });
});

it('leads from the chosen patient to the patient panel, and from nobody else', async () => {
  const source = await begun(ofPatients);
  expect(shown.at(-1)).toMatchObject({ data: { canExplain: true } });
  await source.act({ do: 'explainPatient' });
  expect(opened).toEqual([]);
  await source.act({ do: 'choosePatient', point: 1 });
  await source.act({ do: 'explainPatient' });
  expect(opened).toEqual([{ viewType: 'medbert.patient', run: 'run-1', patient: 'CANARY-2' }]);
});

it('leads nowhere from a run that has no checkpoint any more', async () => {
  run.bestStep = null;
  onTestFinished(() => void (run.bestStep = 4));
  const source = await begun(ofPatients);
  expect(shown.at(-1)).toMatchObject({ data: { canExplain: false } });
  await source.act({ do: 'choosePatient', point: 1 });
  await source.act({ do: 'explainPatient' });
  expect(opened).toEqual([]);
});

it('says so when the saved method is one that it does not know, until another is chosen', async () => {
  const source = open();
  source.look({ ...defaultMapSettings, method: 'tsne' } as never);
  await settled();
  expect(asked[0]!.question.settings).toEqual(defaultMapSettings);
  asked[0]!.answer(ofCodes);
  await settled();
  expect(shown.at(-1)).toMatchObject({ data: { unknownMethod: 'tsne' } });
  source.look(defaultMapSettings);
  await settled();
  expect(asked).toHaveLength(1);
  expect(shown.at(-1)).toMatchObject({ kind: 'ready', data: { unknownMethod: null } });
});

it('keeps nothing over a reload but run and settings', () => {
  const kept = mapPanel.keep!({ run: 'run-1' }, { ...patientSettings, picked: 'CANARY' } as never);
  expect(kept).toEqual({ subject: { run: 'run-1' }, view: patientSettings });
  expect(mapPanel.parseSubject(kept.subject)).toEqual({ run: 'run-1' });
});

it('writes patients to a file only with consent', async () => {
  const source = await begun(ofPatients);
  editor.consents = false;
  await source.act({ do: 'exportTable' });
  await source.act({ do: 'exportPng', png: 'aGk=' });
  expect(editor.asked).toHaveLength(2);
  expect(editor.written).toEqual([]);
  editor.consents = true;
  await source.act({ do: 'exportTable' });
  expect(editor.written[0]).toContain('CANARY-1\t0\t0.2\t3\t0\t0.5\n');
});

it('writes codes without asking', async () => {
  const source = await begun(ofCodes);
  await source.act({ do: 'exportTable' });
  expect([editor.asked, editor.written]).toEqual([[], [mapTsv(ofCodes)]]);
});

it('says when the run has a better step', async () => {
  run.bestStep = 9;
  onTestFinished(() => void (run.bestStep = 4));
  await begun(ofCodes);
  expect(shown.at(-1)).toMatchObject({ stale: { step: { do: 'recompute' } } });
});

it('offers the usual settings beside a mistake', async () => {
  const source = open();
  source.look({ ...defaultMapSettings, minOccurrences: 500 });
  await settled();
  asked.at(-1)!.refuse(new UserError('Too few.'));
  await settled();
  expect(shown.at(-1)).toMatchObject({
    kind: 'error',
    steps: [{ do: 'recompute' }, { do: 'usualSettings' }],
  });
});

it('a table says how the map was made, withholds small counts and starts no formula', () => {
  const lines = mapTsv(ofCodes).split('\n');
  expect(lines).toContain('# seed: 1');
  expect(lines).toContain('# trustworthiness (k = 15): 0.9');
  const rows = lines.filter((line) => line.startsWith('ICD')).map((line) => line.split('\t'));
  expect(rows[0]).toEqual([
    'ICD9_428.0',
    "'=failure of heart",
    'Circulatory',
    'VII',
    '1',
    '40',
    'ICD10_I50.9',
    '0.5',
    '0',
    '0.5',
  ]);
  expect(rows[1]![5]).toBe('<10');
});

it.each(Object.entries(projectionMethods))(
  'a table of %s names the settings that it depends on, and no others',
  (method, { uses }) => {
    const settings = { ...defaultMapSettings, method: method as ProjectionMethod };
    const text = mapTsv({ ...ofCodes, map: { ...ofCodes.map, settings } });
    const named = ['neighbours', 'min_dist', 'seed'].filter((name) => text.includes(`# ${name}: `));
    expect(named).toEqual(uses.map((setting) => projectionSettings[setting].inFiles));
  },
);
