/**
 * What every panel and its page say to one another. A message moves a whole plane: never a difference. Messages to a
 * hidden page may be lost, therefore a page that becomes ready or visible asks `since` the last number that it has.
 */

/** From the page to the host. `View` is what the person chose to look at; `Action` what they want done. */
export type PageMessage<View, Action> =
  | {
      readonly type: 'since';
      /** Number of the newest snapshot that the page holds; 0 = none. */
      readonly seq: number;
      readonly view: View;
    }
  | { readonly type: 'act'; readonly action: Action };

/** From the host to the page. */
export interface HostMessage<Subject, Data> {
  readonly type: 'snapshot';
  readonly seq: number;
  /** What the panel is about. */
  readonly subject: Subject;
  /**
   * What the page may keep so that the panel can be restored after a reload. VS Code writes it to the disk, beside
   * the layout of the window: `all` = subject, view and what only the page knows; else this and nothing more.
   */
  readonly kept: 'all' | KeptPanel;
  readonly state: PanelState<Data>;
}

/** The part of a panel that may be written to the disk. What is left out is as in a new panel after a reload. */
export interface KeptPanel {
  readonly subject: unknown;
  readonly view?: object;
}

/** A whole panel at one moment. Every state but `ready` says what to do next. */
export type PanelState<Data> =
  | {
      readonly kind: 'loading';
      /** What is being done: `counting visits`. */
      readonly phase: string;
      /** Share done, 0 to 1; null = nobody knows. */
      readonly share: number | null;
      /** Whether `cancel` is understood. */
      readonly cancellable: boolean;
    }
  | { readonly kind: 'empty'; readonly title: string; readonly text: string; readonly steps: readonly Step[] }
  | {
      readonly kind: 'error';
      /** What happened. */
      readonly title: string;
      /** What survived, and what to do. */
      readonly text: string;
      readonly steps: readonly Step[];
    }
  | {
      readonly kind: 'ready';
      /** Why the data no longer hold, with the action that makes them anew; null = they hold. */
      readonly stale: { readonly text: string; readonly step: Step } | null;
      readonly data: Data;
    };

/** A button beside a state: the page sends `{ type: 'act', action: { do: step.do } }`. */
export interface Step {
  readonly label: string;
  /** Name of a plain action (one without arguments) of the panel. */
  readonly do: string;
}
