import { html, nothing, render, type TemplateResult } from 'lit';

/** A column of a {@link DataTable}. */
export interface Column {
  readonly title: string;
  /** Numbers stand right (the default), words left. */
  readonly align?: 'left' | 'right';
}

/** What a table shows. The first column names the row. */
export interface TableContent {
  /** What the table holds, and how many rows of what. */
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: number;
  /** Text of a cell; called for visible rows only where there are many. */
  readonly cell: (row: number, column: number) => string | TemplateResult;
}

/** With more rows than this only those in sight are in the page. */
const virtualFrom = 500;
/** Rows beyond the edge, so that a fast scroll shows no gap. */
const margin = 20;

/** A real `<table>` with a head that stays, for keyboard and screen readers; of many rows only those in sight exist. */
export class DataTable {
  private host: HTMLElement | undefined;
  private content: TableContent | undefined;
  private rowHeight = 24;

  /** For lit's `ref`: the element that scrolls and holds the table. */
  readonly attach = (element: Element | undefined): void => {
    this.host?.removeEventListener('scroll', this.draw);
    this.host = element as HTMLElement | undefined;
    this.host?.addEventListener('scroll', this.draw, { passive: true });
    this.draw();
  };

  /** Shows other content; the place scrolled to stays. */
  show(content: TableContent): void {
    this.content = content;
    this.draw();
  }

  private readonly draw = (): void => {
    const { host, content } = this;
    if (host === undefined || content === undefined) return;
    const [first, last] = this.window(host, content.rows);
    render(tableTemplate(content, first, last, this.rowHeight), host);
    const row = host.querySelector('tbody tr:not(.gap)');
    // Measured, because zoom and font decide it.
    if (row !== null) this.rowHeight = row.getBoundingClientRect().height || this.rowHeight;
  };

  private window(host: HTMLElement, rows: number): [number, number] {
    if (rows <= virtualFrom) return [0, rows];
    const first = Math.max(0, Math.floor(host.scrollTop / this.rowHeight) - margin);
    const shown = Math.ceil((host.clientHeight || 600) / this.rowHeight) + 2 * margin;
    return [Math.min(first, rows), Math.min(rows, first + shown)];
  }
}

function tableTemplate(
  content: TableContent,
  first: number,
  last: number,
  rowHeight: number,
): TemplateResult {
  const { columns } = content;
  const shown = Array.from({ length: last - first }, (_, index) => first + index);
  return html`<table class="data" aria-rowcount=${content.rows + 1}>
    <caption>
      ${content.caption}
    </caption>
    <thead>
      <tr aria-rowindex="1">
        ${columns.map((column) => html`<th scope="col" class=${column.align ?? 'right'}>${column.title}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${gap(first, rowHeight, columns.length)}
      ${shown.map(
        (row) =>
          html`<tr aria-rowindex=${row + 2}>
            ${columns.map((column, index) => cellTemplate(content.cell(row, index), column, index))}
          </tr>`,
      )}
      ${gap(content.rows - last, rowHeight, columns.length)}
    </tbody>
  </table>`;
}

function cellTemplate(cell: string | TemplateResult, column: Column, index: number): TemplateResult {
  const side = column.align ?? 'right';
  return index === 0
    ? html`<th scope="row" class=${side}>${cell}</th>`
    : html`<td class=${side}>${cell}</td>`;
}

function gap(rows: number, rowHeight: number, columns: number): TemplateResult | typeof nothing {
  if (rows === 0) return nothing;
  const height = `height: ${rows * rowHeight}px`;
  return html`<tr class="gap" aria-hidden="true">
    <td colspan=${columns} .style=${height}></td>
  </tr>`;
}
