import type { RecordLine } from './record-line';
import type { Extent, RecordsNear } from './records-near';
import type { Likeness, ReadPatient, Standing } from './standing';
import { type VisitRows, isSameVisit, visitsOf, visitsRead } from './visit-rows';

/**
 * The records of a patient in an editor, held against what a run has read of the patient. Where all records of the
 * patient are at hand they are put together into visits, as the import does: then it shows when a row is missing or
 * the order of codes is another, and a row without a date is known by its visit.
 */
export class HeldRecords {
  readonly likeness: Likeness;
  /** What rows of a visit may be, by the word that they share. */
  private readonly places: ReadonlyMap<string, readonly number[] | 'unread'>;

  constructor(
    private readonly read: ReadPatient,
    { lines, extent }: RecordsNear,
  ) {
    const rows = extent === 'part' ? undefined : visitsOf(lines, read);
    this.likeness = this.judge(lines, extent, rows);
    this.places = rows === undefined || extent !== 'whole' ? new Map() : this.place(rows);
  }

  /** How each code of a line stands, in their order. */
  standings(line: RecordLine): readonly Standing[] {
    const alone = this.read.standings(line);
    const places = line.visit === undefined ? undefined : this.places.get(line.visit);
    if (places === undefined || line.stay !== undefined || this.likeness !== 'same') return alone;
    return alone.map((standing) => within(standing, places));
  }

  private judge(
    lines: readonly RecordLine[],
    extent: Extent,
    rows: ReadonlyMap<string, VisitRows> | undefined,
  ): Likeness {
    const alone = this.read.likeness(lines);
    if (extent === 'part' || alone === 'differs') return alone;
    const hasAll = rows === undefined ? this.hasEveryCode(lines) : this.hasEveryVisit([...rows.values()]);
    if (hasAll) return alone;
    return extent === 'whole' ? 'differs' : 'unconfirmed';
  }

  /** Whether every code that is read has a row that may be its own. */
  private hasEveryCode(lines: readonly RecordLine[]): boolean {
    const told = new Set(lines.flatMap((line) => this.read.standings(line).flatMap(placesOf)));
    return this.read.names.every((_name, at) => told.has(at));
  }

  /** Whether every visit that is read has rows of its own; rows beside them are of visits that are not read. */
  private hasEveryVisit(rows: VisitRows[]): boolean {
    const left = [...rows];
    // The oldest visit may have lost codes to the cut, so it takes what no other needs.
    return visitsRead(this.read)
      .map((visit, index) => ({ visit, index }))
      .reverse()
      .every(({ visit, index }) => {
        const at = left.findIndex((each) => isSameVisit(each, visit, this.isCutShort(index)));
        if (at >= 0) left.splice(at, 1);
        return at >= 0;
      });
  }

  /** Visits of the same codes cannot be told apart: their rows are placed only if the model reads them all. */
  private place(rows: ReadonlyMap<string, VisitRows>): Map<string, readonly number[] | 'unread'> {
    const visits = visitsRead(this.read);
    const mayBe = (each: VisitRows): number[] =>
      [...visits.keys()].filter((index) => isSameVisit(each, visits[index]!, this.isCutShort(index)));
    const candidates = new Map([...rows].map(([key, each]) => [key, mayBe(each)]));
    const places = new Map<string, readonly number[] | 'unread'>();
    for (const [key, own] of candidates) {
      const rivals = [...candidates.values()].filter((other) => other.some((index) => own.includes(index)));
      if (own.length === 0) places.set(key, 'unread');
      else if (rivals.length === own.length)
        places.set(
          key,
          this.read.glance.codes.flatMap(({ visit }, at) => (own.includes(visit - 1) ? [at] : [])),
        );
    }
    return places;
  }

  private isCutShort(index: number): boolean {
    return index === 0 && this.read.glance.cut > 0;
  }
}

/** What is known of a row by its visit. */
function within(standing: Standing, places: readonly number[] | 'unread'): Standing {
  const isOpen = standing.kind === 'unsure' || placesOf(standing).length > 0;
  if (!isOpen) return standing;
  if (places === 'unread') return { kind: 'unread' };
  const at = placesOf(standing).filter((place) => places.includes(place));
  // Of a visit that is read, only what was cut off is not read.
  return at.length > 0 ? { kind: 'read', at } : { kind: 'cut' };
}

function placesOf(standing: Standing): readonly number[] {
  return standing.kind === 'read' || standing.kind === 'perhaps' ? standing.at : [];
}
