import * as vscode from 'vscode';

/** The settings of the extension, read when asked so that a change holds at once. */
export interface Settings {
  /** Home folder, as the person wrote it; empty = `.medbert` in the workspace folder. */
  readonly home: string;
  readonly simultaneousRuns: number;
  /** Threads of a new run; 0 = one per processor. */
  readonly threads: number;
  readonly minimumCellCount: number;
  readonly notifyWhenRunEnds: 'always' | 'failures' | 'never';
  /** Smoothing with which the training curves open, 0 to 0.99. */
  readonly smoothing: number;
  /** Seconds between two looks at the run folders. */
  readonly pollSeconds: number;
  readonly inlineExplanations: InlineExplanations;
}

/** Where patients are explained inline, once a run has been chosen for it. */
export interface InlineExplanations {
  /** In editors of records. */
  readonly records: boolean;
  /** In the pages of single patients. */
  readonly patientDocument: boolean;
  /** Whether codes are shaded by their attribution, in both. */
  readonly shading: boolean;
}
const inlineDefaults: InlineExplanations = { records: true, patientDocument: true, shading: false };

/** Reads the settings of `section` on every access. */
export function settingsOf(section = 'medbert'): Settings {
  const read = <T>(key: string, otherwise: T): T =>
    vscode.workspace.getConfiguration(section).get<T>(key) ?? otherwise;
  return {
    get home() {
      return read('home', '');
    },
    get simultaneousRuns() {
      return Math.max(1, Math.floor(read('simultaneousRuns', 1)));
    },
    get threads() {
      return Math.max(0, Math.floor(read('threads', 0)));
    },
    get minimumCellCount() {
      // A study that was received must not lower what the person has chosen for themselves.
      const own = vscode.workspace.getConfiguration(section).inspect<number>('minimumCellCount')?.globalValue;
      return Math.max(0, Math.floor(read('minimumCellCount', 10)), Math.floor(own ?? 0));
    },
    get notifyWhenRunEnds() {
      return read<Settings['notifyWhenRunEnds']>('notifyWhenRunEnds', 'always');
    },
    get smoothing() {
      return Math.min(0.99, Math.max(0, read('curves.smoothing', 0.6)));
    },
    get pollSeconds() {
      return Math.min(60, Math.max(0.5, read('pollSeconds', 1)));
    },
    get inlineExplanations() {
      return { ...inlineDefaults, ...read<Partial<InlineExplanations>>('inlineExplanations', {}) };
    },
  };
}
