/** A point as shares of the plot: x from left, y from the bottom. y null: a gap, never bridged. */
export interface Point {
  readonly x: number;
  readonly y: number | null;
}

/** Width of the coordinate system that is stretched over the plot. */
export const plotWidth = 1000;

/** A line through the points, lifted at gaps; a lone point between gaps becomes a short dash so that it is seen. */
export function linePath(points: readonly Point[], heightPx: number): string {
  return runs(points)
    .map((run) => {
      if (run.length === 1) return `M${place(run[0]!, heightPx)}h1`;
      return `M${run.map((point) => place(point, heightPx)).join('L')}`;
    })
    .join('');
}

/** The area between two lines; the lower one is the axis when left out. */
export function areaPath(points: readonly Point[], heightPx: number, below?: readonly Point[]): string {
  return runs(points)
    .map((run) => {
      const base = run.map(({ x }) => below?.find((point) => point.x === x) ?? { x, y: 0 }).toReversed();
      return `M${[...run, ...base].map((point) => place(point, heightPx)).join('L')}Z`;
    })
    .join('');
}

/** Bars of a given width (a share of the plot) that stand on the axis; nothing is drawn for 0. */
export function barsPath(points: readonly Point[], width: number, heightPx: number): string {
  return points
    .filter(({ y }) => y !== null && y > 0)
    .map(({ x, y }) => {
      const [left, wide, high] = [round((x - width / 2) * plotWidth), round(width * plotWidth), round(Math.max(1.5, y! * heightPx))];
      return `M${left} ${heightPx}v${-high}h${wide}v${high}Z`;
    })
    .join('');
}

function runs(points: readonly Point[]): readonly (readonly Point[])[] {
  const found: Point[][] = [[]];
  for (const point of points) {
    if (point.y === null) found.push([]);
    else found.at(-1)!.push(point);
  }
  return found.filter((run) => run.length > 0);
}

function place({ x, y }: Point, heightPx: number): string {
  return `${round(x * plotWidth)} ${round((1 - (y ?? 0)) * heightPx)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
