/*
 * What the numbers in results mean: each measure is defined once, here, in `fairness.ts` or in `flow-tests.ts`. Rates are in
 * one unit throughout a call; bit/s by convention.
 */

/**
 * Jain's fairness index, (sum x)^2 / (n sum x^2): 1 when all are equal, 1/n when one has everything.
 * Jain, Chiu and Hawe 1984 (DEC TR-301), equation 1. NaN without allocations, or when all are zero.
 */
export function jainIndex(allocations: readonly number[]): number {
  let sum = 0;
  let squares = 0;
  for (const x of allocations) {
    sum += x;
    squares += x * x;
  }
  return (sum * sum) / (allocations.length * squares);
}

/** Part of the whole that one of several competitors has: x_i / sum x. NaN when all are zero. */
export function share(allocation: number, all: readonly number[]): number {
  return allocation / sum(all);
}

/**
 * Goodput in bit/s: payload bytes that reached the receiving application, each counted once, over a time in seconds.
 * RFC 5166 section 2.1.1.
 */
export function goodput(bytes: number, seconds: number): number {
  return (bytes * 8) / seconds;
}

/** Part of a link's capacity in use: bits carried, headers included, over capacity times time. RFC 5166 section 2.1.1. */
export function utilisation(bytes: number, capacity: number, seconds: number): number {
  return (bytes * 8) / (capacity * seconds);
}

/**
 * What a flow got of the rate that max-min fairness (`fair-rates.ts`) gives it: 1 is fair, less is starved.
 * Philip et al., "Prudentia", SIGCOMM 2024 ("MmF share").
 */
export function maxMinShare(rate: number, fairRate: number): number {
  return rate / fairRate;
}

/**
 * Harm done to a quantity of which more is better (goodput), (solo - competing) / solo: 0 is none, 1 is all of it,
 * negative is help. Ware et al., "Beyond Jain's Fairness Index", HotNets 2019.
 */
export function harmMoreIsBetter(solo: number, competing: number): number {
  return (solo - competing) / solo;
}

/** Harm done to a quantity of which less is better (delay, completion time), (competing - solo) / competing. Ware et al. 2019. */
export function harmLessIsBetter(solo: number, competing: number): number {
  return (competing - solo) / competing;
}

/**
 * The value below which this fraction (0 to 1) of the samples lies, interpolated between neighbours.
 * Hyndman and Fan 1996, type 7: what R, NumPy and d3 do. Samples are in ascending order. NaN without samples.
 */
export function percentile(sorted: ArrayLike<number>, fraction: number): number {
  if (!(fraction >= 0 && fraction <= 1)) throw new RangeError(`fraction ${fraction} is not within 0 and 1`);
  const at = (sorted.length - 1) * fraction;
  const below = Math.floor(at);
  const low = sorted[below] ?? NaN;
  const high = sorted[below + 1] ?? low;
  return low + (high - low) * (at - below);
}

export function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
