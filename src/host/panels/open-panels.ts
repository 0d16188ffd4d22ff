import type * as vscode from 'vscode';

/** The panels that are open in this window, by what they are about. */
export class OpenPanels {
  private readonly panels = new Map<
    vscode.WebviewPanel,
    { readonly viewType: string; readonly key: string }
  >();

  /** Takes in a panel, until it is closed. */
  add(panel: vscode.WebviewPanel, viewType: string, subject: unknown): void {
    this.panels.set(panel, { viewType, key: JSON.stringify(subject) });
    panel.onDidDispose(() => this.panels.delete(panel));
  }

  /** An open panel is now about something else; a closed one stays forgotten. */
  rename(panel: vscode.WebviewPanel, subject: unknown): void {
    const known = this.panels.get(panel);
    if (known !== undefined) this.panels.set(panel, { ...known, key: JSON.stringify(subject) });
  }

  find(viewType: string, subject: unknown): vscode.WebviewPanel | undefined {
    const key = JSON.stringify(subject);
    for (const [panel, is] of this.panels) if (is.viewType === viewType && is.key === key) return panel;
    return undefined;
  }

  /** Whether a panel with this title is open and served; the tabs of dead ones bear it too. */
  hasTitle(viewType: string, title: string): boolean {
    return [...this.panels].some(([panel, is]) => is.viewType === viewType && panel.title === title);
  }
}
