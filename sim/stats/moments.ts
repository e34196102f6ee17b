import { sum } from './measures';

/** Arithmetic mean; NaN without samples. */
export function meanOf(samples: readonly number[]): number {
  return sum(samples) / samples.length;
}

/** Unbiased sample variance, sum (x - mean)^2 / (n - 1); NaN with fewer than two samples. */
export function varianceOf(samples: readonly number[]): number {
  if (samples.length < 2) return NaN;
  const mean = meanOf(samples);
  let squares = 0;
  for (const x of samples) squares += (x - mean) * (x - mean);
  return squares / (samples.length - 1);
}
