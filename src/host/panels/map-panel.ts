import * as vscode from 'vscode';
import { UserError } from '../../protocol/errors';
import {
  defaultMapSettings,
  type MapAction,
  type MapAnswer,
  type MapData,
  type MapSettings,
  type MapSubject,
  type MapView,
  readMapSettings,
  unknownMethod,
  usualSettings,
} from '../../protocol/panels/map';
import type { PanelState, Step } from '../../protocol/panels/panel';
import type { LongWork } from '../../protocol/progress';
import type { Host } from '../host';
import { canExplain } from '../inline/inline-model';
import { type Computation, ComputedSource } from './computed-source';
import { mapTsv } from './map-tsv';
import { type PanelDefinition, type PanelPage, type PanelSource, showPanel } from './panel';
import { patientPanel } from './patient-panel';
import { askWhereToSave, pictureBytes } from './save-file';

/** What a run has learnt, on a plane: its codes, or the patients that it was tested on. */
export const mapPanel: PanelDefinition<MapSubject, MapView, MapData, MapAction> = {
  viewType: 'medbert.map',
  page: 'map',
  icon: 'map',
  title: ({ run }) => vscode.l10n.t('Map: {0}', run),
  parseSubject(value) {
    if (typeof value !== 'object' || value === null || !('run' in value)) return undefined;
    return typeof value.run === 'string' ? { run: value.run } : undefined;
  },
  // Not what the page alone knows: a chosen point may be a patient.
  keep: (subject, view) => ({ subject, view: readMapSettings(view) }),
  open: (subject, page, host) => new MapSource(subject, page, host),
};

class MapSource implements PanelSource<MapView, MapAction> {
  private settings: MapSettings = defaultMapSettings;
  /** What the page asked for in place of a method. */
  private unknown: string | null = null;
  /** The point whose patient the page may name. */
  private chosen: number | null = null;
  private shown: PanelState<MapData> | undefined;
  private readonly computed: ComputedSource<MapAnswer, MapData>;
  private readonly watching: vscode.Disposable;

  constructor(
    private readonly subject: MapSubject,
    private readonly page: PanelPage<MapSubject, MapData>,
    private readonly host: Host,
  ) {
    this.computed = new ComputedSource(this.computation(), { show: (state) => this.show(state) }, host);
    this.watching = host.runs.onDidChange(() => this.computed.judge());
  }

  /** Other settings are another map, which the worker may have kept. */
  look(view: MapView): void {
    const settings = readMapSettings(view);
    const unknown = unknownMethod(view);
    if (unknown !== this.unknown) {
      this.unknown = unknown;
      this.showAgain();
    }
    if (JSON.stringify(settings) !== JSON.stringify(this.settings)) {
      this.settings = settings;
      this.chosen = null;
      void this.computed.restart();
    }
    this.computed.look();
  }

  async act(action: MapAction): Promise<void> {
    switch (action.do) {
      case 'recompute':
      case 'cancel':
      case 'openLog':
        return this.computed.act(action.do);
      case 'choosePatient':
        this.chosen = action.point;
        this.showAgain();
        return;
      case 'explainPatient':
        return this.explain();
      case 'exportTable':
        return this.save('tsv', mapTsv);
      case 'exportPng':
        return this.save('png', () => pictureBytes(action.png));
    }
  }

  dispose(): void {
    this.watching.dispose();
    this.computed.dispose();
  }

  private computation(): Computation<MapAnswer, MapData> {
    const usual: Step = { label: vscode.l10n.t('Usual Settings'), do: usualSettings };
    return {
      missing: () => (this.host.runs.facts(this.subject.run) === undefined ? gone() : undefined),
      compute: (work) => this.ask(work),
      data: (answer) => this.data(answer),
      outdated: ({ map }) => this.outdated(map.step),
      mistakeSteps: () => [usual],
      words: {
        beginning: vscode.l10n.t('opening the run'),
        cancelled: {
          title: vscode.l10n.t('Drawing the map was cancelled'),
          text: vscode.l10n.t('The run is untouched.'),
          steps: [usual],
        },
        earlier: vscode.l10n.t('This is the earlier map; the new one was cancelled'),
        failed: {
          title: vscode.l10n.t('The map could not be drawn'),
          bug: vscode.l10n.t('This is a bug. The run is untouched; the log holds the places.'),
        },
      },
    };
  }

  private ask(work: LongWork): Promise<MapAnswer> {
    const { home, settings } = this.host;
    const { minimumCellCount } = settings;
    this.chosen = null;
    return this.host.query.ask(
      'map',
      { home, run: this.subject.run, settings: this.settings, minimumCellCount },
      work,
    );
  }

  private data({ map, patients }: MapAnswer): MapData {
    const facts = this.host.runs.facts(this.subject.run);
    const patient = this.chosen === null ? undefined : patients?.[this.chosen];
    return {
      map,
      hasPatients: facts?.manifest.kind === 'finetune' && facts.state === 'finished',
      chosen: patient === undefined ? null : { point: this.chosen!, patient },
      canExplain: facts !== undefined && canExplain(facts),
      unknownMethod: this.unknown,
    };
  }

  /** Leads from the chosen point to the patient. */
  private explain(): void {
    const { made } = this.computed;
    const data = made && this.data(made);
    if (!data?.canExplain || data.chosen === null) return;
    showPanel(patientPanel, { run: this.subject.run, patient: data.chosen.patient }, this.host);
  }

  private outdated(step: number): string | undefined {
    const facts = this.host.runs.facts(this.subject.run);
    if (facts === undefined) return vscode.l10n.t('The run can no longer be read; this is its earlier map');
    return facts.bestStep === step || facts.bestStep === null
      ? undefined
      : vscode.l10n.t('The run has a better step since this was drawn');
  }

  private show(state: PanelState<MapData>): void {
    this.shown = state;
    this.page.show(state);
  }

  /** The same map with another patient named on it. */
  private showAgain(): void {
    const { made } = this.computed;
    if (made === undefined || this.shown?.kind !== 'ready') return;
    this.show({ ...this.shown, data: this.data(made) });
  }

  private async save(kind: 'tsv' | 'png', content: (made: MapAnswer) => string | Uint8Array): Promise<void> {
    const asked = this.computed.made;
    if (asked === undefined) return;
    const { of } = asked.map.settings;
    if (of === 'patients' && !(await consents(kind))) return;
    const target = await askWhereToSave(this.host, `map-${of}-${this.subject.run}.${kind}`);
    if (target === undefined) return;
    // While the person chose a place, the map may have been forgotten, or become one of patients.
    const { made } = this.computed;
    if (made === undefined || made !== asked) {
      throw new UserError(vscode.l10n.t('This map is no longer shown.'));
    }
    const written = content(made);
    const bytes = typeof written === 'string' ? new TextEncoder().encode(written) : written;
    await vscode.workspace.fs.writeFile(target, bytes);
  }
}

/** Files of patients leave the panel only when the person says so. */
async function consents(kind: 'tsv' | 'png'): Promise<boolean> {
  const question = vscode.l10n.t('Save patient data to a file?');
  const detail =
    kind === 'tsv'
      ? vscode.l10n.t(
          'It holds ids, labels and predicted risks of test patients. Keep it where such data may be.',
        )
      : vscode.l10n.t(
          'It holds a point for every test patient, with label or risk, but no id. Keep it where such data may be.',
        );
  const yes = vscode.l10n.t('Save');
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}

function gone(): PanelState<MapData> {
  return {
    kind: 'empty',
    title: vscode.l10n.t('The run is not there'),
    text: vscode.l10n.t('It was deleted, or its folder cannot be read.'),
    steps: [],
  };
}
