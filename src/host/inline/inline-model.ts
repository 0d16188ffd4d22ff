import * as vscode from 'vscode';
import type { RunFacts } from '../../runs/run-facts';
import type { RunWatch } from '../run-watch';

const key = 'inline.run';

/**
 * The run that explains patients inline: the one that the person has pinned in the tree. Which one it is, is kept for
 * the workspace; nothing is shown inline without it.
 */
export class InlineModel implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** Another run is used, or the one in use is no longer what it was. */
  readonly onDidChange = this.changed.event;
  private readonly listening: vscode.Disposable;
  private stamp = '';

  constructor(
    private readonly memory: vscode.Memento,
    private readonly runs: Pick<RunWatch, 'facts' | 'onDidChange'>,
  ) {
    void this.show();
    this.listening = runs.onDidChange(({ vanished }) => {
      if (this.run !== null && vanished.includes(this.run)) void this.use(null);
      else if (this.stamp !== this.currentStamp()) this.notice();
    });
  }

  /** Id of the run in use. */
  get run(): string | null {
    const id = this.memory.get(key);
    return typeof id === 'string' ? id : null;
  }

  /** What is known of it; undefined while it has not been looked at, or when its folder is gone. */
  get facts(): RunFacts | undefined {
    return this.run === null ? undefined : this.runs.facts(this.run);
  }

  async use(run: string | null): Promise<void> {
    await this.memory.update(key, run ?? undefined);
    this.notice();
    await this.show();
  }

  dispose(): void {
    this.listening.dispose();
    this.changed.dispose();
  }

  private notice(): void {
    this.stamp = this.currentStamp();
    this.changed.fire();
  }

  /** What an answer depends on: a run that goes on training has another best checkpoint later. */
  private currentStamp(): string {
    const { facts } = this;
    return facts === undefined ? '' : `${facts.id} ${facts.state} ${facts.bestStep}`;
  }

  /** For the menus that end the use of a run. */
  private async show(): Promise<void> {
    await vscode.commands.executeCommand('setContext', 'medbert.hasInlineModel', this.run !== null);
  }
}

/** Whether a run can explain patients: it has a best checkpoint. */
export function canExplain({ bestStep, checkpoints }: RunFacts): boolean {
  return bestStep !== null || checkpoints.length > 0;
}
