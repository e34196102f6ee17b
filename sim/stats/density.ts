import { exp, pow } from '../core/maths';
import { percentile } from './measures';
import { meanOf, varianceOf } from './moments';

/** A density at a value. */
export interface Density {
  readonly value: number;
  /** Per unit of the value. */
  readonly density: number;
}

/**
 * Gaussian kernel estimate of the density of sorted samples at `count` values from the least to the largest of them, with
 * the bandwidth 0.9 min(s, IQR / 1.34) n^(-1/5): Silverman, Density Estimation for Statistics and Data Analysis (1986),
 * section 3.4.2. Empty when all samples are equal.
 */
export function densityOf(sorted: readonly number[], count: number): Density[] {
  const [least, largest] = [sorted[0]!, sorted[sorted.length - 1]!];
  if (!(largest > least)) return [];
  const s = Math.sqrt(varianceOf(sorted));
  const range = (percentile(sorted, 0.75) - percentile(sorted, 0.25)) / 1.34;
  const width = 0.9 * (range > 0 ? Math.min(s, range) : s) * pow(sorted.length, -0.2);
  const scale = 1 / (width * Math.sqrt(2 * Math.PI));
  return Array.from({ length: count }, (_, i) => {
    const value = least + ((largest - least) * i) / (count - 1);
    const density = scale * meanOf(sorted.map((sample) => exp(-(((value - sample) / width) ** 2) / 2)));
    return { value, density };
  });
}
