import * as vscode from 'vscode';
import type { Host } from '../host';
import { cohortPanel } from './cohort-panel';
import { comparePanel } from './compare-panel';
import { curvesPanel } from './curves-panel';
import { patientPanel } from './patient-panel';
import { mapPanel } from './map-panel';
import { restorePanels } from './panel';

/** Every kind of panel, so that a reloaded window finds its panels again. A new panel is one line here. */
export function restoreAllPanels(host: Host): vscode.Disposable {
  return vscode.Disposable.from(
    restorePanels(curvesPanel, host),
    restorePanels(cohortPanel, host),
    restorePanels(comparePanel, host),
    restorePanels(patientPanel, host),
    restorePanels(mapPanel, host),
  );
}
