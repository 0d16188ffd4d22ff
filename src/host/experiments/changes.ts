import type { ExperimentNode, Experiments } from './node';

/** Which rows have to be drawn anew; `everything` when rows moved from one place to another, or the roots changed. */
export type RowChanges = 'everything' | readonly string[];

/**
 * The rows in which two moments of the tree differ. A row stands for all beneath it, because the editor reads those
 * anew with it. Rows that moved need the whole tree: the editor refuses a row that it still knows in another place.
 */
export function changedRows(before: Experiments, after: Experiments): RowChanges {
  if (!isSameList(before.roots, after.roots)) return 'everything';
  const changed: string[] = [];
  for (const [id, node] of after.nodes) {
    const earlier = before.nodes.get(id);
    if (earlier === undefined) continue;
    if (earlier.parent !== node.parent) return 'everything';
    if (!isSameRow(earlier, node)) changed.push(id);
  }
  const all = new Set(changed);
  return changed.filter((id) => !hangsFrom(id, all, after));
}

/** Whether one of `redrawn` stands above a row. */
function hangsFrom(id: string, redrawn: ReadonlySet<string>, { nodes }: Experiments): boolean {
  for (let above = nodes.get(id)?.parent; above; above = nodes.get(above)?.parent) {
    if (redrawn.has(above)) return true;
  }
  return false;
}

function isSameRow(a: ExperimentNode, b: ExperimentNode): boolean {
  return (
    a.label === b.label &&
    a.description === b.description &&
    a.context === b.context &&
    a.icon.codicon === b.icon.codicon &&
    isSameList(a.children, b.children)
  );
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
