import { html, type TemplateResult } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import add from '@vscode/codicons/src/icons/add.svg';
import beaker from '@vscode/codicons/src/icons/beaker.svg';
import chevronLeft from '@vscode/codicons/src/icons/chevron-left.svg';
import chevronRight from '@vscode/codicons/src/icons/chevron-right.svg';
import close from '@vscode/codicons/src/icons/close.svg';
import database from '@vscode/codicons/src/icons/database.svg';
import debugStop from '@vscode/codicons/src/icons/debug-stop.svg';
import edit from '@vscode/codicons/src/icons/edit.svg';
import error from '@vscode/codicons/src/icons/error.svg';
import exportIcon from '@vscode/codicons/src/icons/export.svg';
import folder from '@vscode/codicons/src/icons/folder.svg';
import compare from '@vscode/codicons/src/icons/git-compare.svg';
import graph from '@vscode/codicons/src/icons/graph-line.svg';
import history from '@vscode/codicons/src/icons/history.svg';
import info from '@vscode/codicons/src/icons/info.svg';
import output from '@vscode/codicons/src/icons/output.svg';
import pass from '@vscode/codicons/src/icons/pass.svg';
import person from '@vscode/codicons/src/icons/person.svg';
import pin from '@vscode/codicons/src/icons/pin.svg';
import play from '@vscode/codicons/src/icons/debug-start.svg';
import refresh from '@vscode/codicons/src/icons/refresh.svg';
import save from '@vscode/codicons/src/icons/bookmark.svg';
import sync from '@vscode/codicons/src/icons/sync.svg';
import table from '@vscode/codicons/src/icons/table.svg';
import warning from '@vscode/codicons/src/icons/warning.svg';

/** Codicons by what they mean here. */
const drawings = {
  add,
  beaker,
  close,
  compare,
  database,
  edit,
  error,
  export: exportIcon,
  folder,
  graph,
  history,
  info,
  log: output,
  next: chevronRight,
  pass,
  person,
  pin,
  play,
  previous: chevronLeft,
  refresh,
  save,
  stop: debugStop,
  sync,
  table,
  warning,
} as const;

export type IconName = keyof typeof drawings;

/** A codicon, 16 px, in the colour of the text; hidden from screen readers, because words stand beside it. */
export function icon(name: IconName, slot = ''): TemplateResult {
  return html`<span class="icon icon-${name}" slot=${slot} aria-hidden="true"
    >${unsafeHTML(drawings[name])}</span
  >`;
}
