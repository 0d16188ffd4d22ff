/** A rectangle in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A text that belongs to a point. */
export interface LabelRequest {
  /** Where the thing is that it names. */
  readonly x: number;
  readonly y: number;
  /** Size of the text. */
  readonly width: number;
  readonly height: number;
}

/**
 * Finds a place for the label of each line end: right of it where there is room, else above or below, so that labels
 * lie inside the area, not on one another, and on as few drawn points as can be. Labels are placed in order.
 *
 * @param drawn points of all lines, as flat x, y pairs
 * @param distance pixels between a point and its label
 */
export function placeLabels(
  requests: readonly LabelRequest[],
  area: Box,
  drawn: Float64Array,
  distance: number,
): Box[] {
  const placed: Box[] = [];
  for (const request of requests) {
    let best: Box | undefined;
    let bestCost = Infinity;
    const others = requests.filter((other) => other !== request);
    for (const [order, box] of candidates(request, distance).entries()) {
      const cost = costOf(box, area, placed, drawn) + strayCost(box, request, others) + order;
      if (cost < bestCost) [best, bestCost] = [box, cost];
    }
    if (best !== undefined) placed.push(best);
  }
  return placed;
}

function candidates({ x, y, width, height }: LabelRequest, distance: number): Box[] {
  const box = (left: number, top: number): Box => ({ left, top, width, height });
  const right = x + distance;
  const beside = [0, -1, 1, -2, 2, 3, 4, 5, 6].map((lines) =>
    box(right, y - height / 2 + lines * height * 0.8),
  );
  const over = [1, 2, 3, 4].flatMap((lines) => [
    box(x - width, y - distance / 2 - lines * height),
    box(x - width, y + distance / 2 + (lines - 1) * height),
    box(x - width / 2, y - distance / 2 - lines * height),
    box(x - width * 1.5, y - distance / 2 - lines * height),
    box(x - width * 1.5, y + distance / 2 + (lines - 1) * height),
  ]);
  return [...beside, ...over];
}

function costOf(box: Box, area: Box, placed: readonly Box[], drawn: Float64Array): number {
  const outside =
    box.left < area.left ||
    box.top < area.top ||
    box.left + box.width > area.left + area.width ||
    box.top + box.height > area.top + area.height;
  const covered = placed.filter((other) => overlap(box, other)).length;
  let crossed = 0;
  for (let at = 0; at < drawn.length; at += 2) {
    if (inside(box, drawn[at]!, drawn[at + 1]!)) crossed += 1;
  }
  return (outside ? 1e6 : 0) + covered * 1e4 + Math.min(crossed, 500) * 4;
}

/** A label nearer to the end of another line than to its own would name the wrong line. */
function strayCost(box: Box, own: LabelRequest, others: readonly LabelRequest[]): number {
  const away = ({ x, y }: LabelRequest): number =>
    Math.hypot(Math.max(box.left - x, 0, x - box.left - box.width), box.top + box.height / 2 - y);
  return others.some((other) => away(other) < away(own)) ? 400 : 0;
}

function overlap(a: Box, b: Box): boolean {
  return (
    a.left < b.left + b.width &&
    b.left < a.left + a.width &&
    a.top < b.top + b.height &&
    b.top < a.top + a.height
  );
}

/** Whether a point is in the box or so near that its marker would touch the text. */
function inside(box: Box, x: number, y: number): boolean {
  const reach = 3;
  return (
    x >= box.left - reach &&
    x <= box.left + box.width + reach &&
    y >= box.top - reach &&
    y <= box.top + box.height + reach
  );
}
