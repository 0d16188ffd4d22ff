import * as vscode from 'vscode';
import type { Host } from '../host';
import type { InlineAnswers } from './inline-answers';
import { patientsInView } from './records-in-view';
import { recordsNear } from './records-near';
import { type ShadingLevel, levelAt, levelsOf, shadingLevels } from './shading-level';
import type { RecordSource, RecordSources } from './sources';

/** From this level on, a code has a mark in the overview ruler. */
const strong = 4;
/**
 * The editor is sent so many stretches at most, the same number for every line: of long lines side by side nobody sees
 * more than their beginnings, and one that is wrapped stands nearly alone.
 */
const mostShaded = 5000;
const leastOfLine = 40;

/** Shades codes in view by their attribution: orange raises the risk, blue lowers it. */
export class Shading implements vscode.Disposable {
  private decorations = makeDecorations();

  constructor(
    private readonly host: Pick<Host, 'settings'>,
    private readonly answers: InlineAnswers,
  ) {}

  /** Draws what is known of the patients in view; nothing where shading is off. */
  paint(editor: vscode.TextEditor, source: ReturnType<RecordSources['of']>): void {
    const isOn = this.host.settings.inlineExplanations.shading && vscode.workspace.isTrusted;
    const ranges = source === undefined || !isOn ? new Map() : this.ranges(editor, source);
    for (const [level, decoration] of this.decorations) {
      editor.setDecorations(decoration, ranges.get(level) ?? []);
    }
  }

  /** Another theme may need other signs. Everything has to be painted again. */
  renew(): void {
    this.dispose();
    this.decorations = makeDecorations();
  }

  dispose(): void {
    for (const decoration of this.decorations.values()) decoration.dispose();
  }

  private ranges(
    { document, visibleRanges }: vscode.TextEditor,
    { reader, run }: RecordSource,
  ): Map<ShadingLevel, vscode.Range[]> {
    const ranges = new Map<ShadingLevel, vscode.Range[]>();
    const patients = patientsInView(document, visibleRanges, reader);
    const lines = patients.reduce((sum, { records }) => sum + records.length, 0);
    const mostOfLine = Math.max(leastOfLine, Math.floor(mostShaded / Math.max(1, lines)));
    for (const inView of patients) {
      const attributed = this.answers.attributed({ run, patient: inView.patient });
      if (attributed === undefined || 'error' in attributed) continue;
      const levels = levelsOf(attributed.answer);
      if (levels === undefined) continue;
      const held = this.answers.held(attributed.answer, recordsNear(document, reader, inView));
      if (held.likeness !== 'same') continue;
      for (const { line, record } of inView.records) {
        for (const [index, standing] of held.standings(record).slice(0, mostOfLine).entries()) {
          const level = levelAt(standing, levels);
          if (level === 0) continue;
          const { start, end } = record.codes[index]!;
          const range = new vscode.Range(line, start, line, end);
          const present = ranges.get(level);
          if (present === undefined) ranges.set(level, [range]);
          else present.push(range);
        }
      }
    }
    return ranges;
  }
}

function makeDecorations(): Map<ShadingLevel, vscode.TextEditorDecorationType> {
  const { HighContrast, HighContrastLight } = vscode.ColorThemeKind;
  const { kind } = vscode.window.activeColorTheme;
  const isHighContrast = kind === HighContrast || kind === HighContrastLight;
  const levels = Array.from({ length: shadingLevels }, (_, index) => index + 1);
  return new Map(
    [...levels, ...levels.map((level) => -level)].map((level) => [
      level,
      vscode.window.createTextEditorDecorationType(
        isHighContrast ? highContrastStyle(level) : colourStyle(level),
      ),
    ]),
  );
}

/** A fill whose strength is the level. The edge beneath tells the sign without colour: whole raises, dashed lowers. */
function colourStyle(level: ShadingLevel): vscode.DecorationRenderOptions {
  return {
    backgroundColor: new vscode.ThemeColor(colourName(level)),
    color: new vscode.ThemeColor('medbert.attribution.text'),
    borderRadius: '2px',
    borderWidth: '0 0 1px 0',
    borderStyle: level > 0 ? 'solid' : 'dashed',
    borderColor: new vscode.ThemeColor(edgeName(level)),
    ...ruler(level),
  };
}

/** No fill: an edge, and one to three triangles. */
function highContrastStyle(level: ShadingLevel): vscode.DecorationRenderOptions {
  const strength = Math.abs(level);
  const color = new vscode.ThemeColor(edgeName(level));
  const sign = (level > 0 ? '▲' : '▼').repeat(Math.ceil((3 * strength) / shadingLevels));
  return {
    borderWidth: strength >= strong ? '2px' : '1px',
    borderStyle: level > 0 ? 'solid' : 'dashed',
    borderColor: color,
    after: { contentText: sign, color, margin: '0 0 0 2px' },
    ...ruler(level),
  };
}

function ruler(level: ShadingLevel): vscode.DecorationRenderOptions {
  if (Math.abs(level) < strong) return {};
  const overviewRulerColor = new vscode.ThemeColor(edgeName(level));
  return { overviewRulerColor, overviewRulerLane: vscode.OverviewRulerLane.Right };
}

/** Theme colour of a level, as package.json contributes it: `medbert.attribution.raises3`. */
export function colourName(level: ShadingLevel): string {
  return `medbert.attribution.${level > 0 ? 'raises' : 'lowers'}${Math.abs(level)}`;
}

export function edgeName(level: ShadingLevel): string {
  return `medbert.attribution.${level > 0 ? 'raises' : 'lowers'}Edge`;
}
