/** A flow as max-min fairness sees it: the links it crosses, by index, and the most it can use. */
export interface Demand {
  readonly links: readonly number[];
  /** Bit/s; Infinity for a flow that takes what it gets. */
  readonly limit: number;
}

/**
 * Max-min fair rates by progressive filling: all rates grow together, and a flow stops when a link on its path is full
 * or its demand is met. Bertsekas and Gallager, Data Networks (1992), section 6.5.2.
 * Capacities and rates in bit/s. A flow bound by neither a link nor a demand gets Infinity.
 */
export function maxMinFairRates(capacities: readonly number[], demands: readonly Demand[]): number[] {
  const rates = demands.map(() => Infinity);
  const left = [...capacities];
  const growing = new Set(demands.keys());
  let level = 0;
  while (growing.size > 0) {
    const flowsOn = left.map((_, link) => countOn(link, growing, demands));
    let step = Infinity;
    left.forEach((room, link) => (step = flowsOn[link]! > 0 ? Math.min(step, room / flowsOn[link]!) : step));
    for (const flow of growing) step = Math.min(step, demands[flow]!.limit - level);
    if (step === Infinity) break;
    const before = level;
    level += step;
    // The link or demand that set the step is met exactly, whatever rounding says, so each turn stops a flow.
    const full = left.map((room, link) => flowsOn[link]! > 0 && room / flowsOn[link]! <= step);
    left.forEach((room, link) => (left[link] = Math.max(0, room - step * flowsOn[link]!)));
    for (const flow of [...growing]) {
      const { links, limit } = demands[flow]!;
      const met = limit - before <= step;
      if (!met && !links.some((link) => full[link])) continue;
      rates[flow] = met ? limit : level;
      growing.delete(flow);
    }
  }
  return rates;
}

function countOn(link: number, flows: Iterable<number>, demands: readonly Demand[]): number {
  let count = 0;
  for (const flow of flows) if (demands[flow]!.links.includes(link)) count++;
  return count;
}
