import type * as vscode from 'vscode';

/** The panels that are open in this window. */
export class OpenPanels {
  private readonly panels = new Map<vscode.WebviewPanel, { viewType: string; key: string }>();

  add(panel: vscode.WebviewPanel, viewType: string, subject: unknown): void {
    this.panels.set(panel, { viewType, key: JSON.stringify(subject) });
    panel.onDidDispose(() => this.panels.delete(panel));
  }

  find(viewType: string, subject: unknown): vscode.WebviewPanel | undefined {
    const key = JSON.stringify(subject);
    for (const [panel, is] of this.panels) if (is.viewType === viewType && is.key === key) return panel;
    return undefined;
  }
}
