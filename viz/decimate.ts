import type { Place } from './grammar';

/**
 * Thins a line, in ascending x, to what print can show: of the points within each step of the x axis the first, the
 * lowest, the highest and the last stay, in their order, so that peaks and dips survive. Gaps (y = NaN) stay too.
 */
export function decimate<P extends Place>(points: readonly P[], step = 0.4): P[] {
  const kept: P[] = [];
  let from = 0;
  while (from < points.length) {
    const column = Math.floor(points[from]!.x / step);
    let to = from + 1;
    while (to < points.length && Math.floor(points[to]!.x / step) === column && !Number.isNaN(points[to]!.y)) to++;
    let low = from;
    let high = from;
    for (let i = from; i < to; i++) {
      if (points[i]!.y < points[low]!.y) low = i;
      if (points[i]!.y > points[high]!.y) high = i;
    }
    for (const i of new Set([from, Math.min(low, high), Math.max(low, high), to - 1])) kept.push(points[i]!);
    from = to;
  }
  return kept;
}
