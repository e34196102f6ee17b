import { pow } from '../core/maths';
import { number, size } from '../core/params';
import { definer } from '../core/plugin';
import type { RandomStream } from '../core/random';

/** Draws a size in bytes, at least 1. */
export type SizeSource = () => number;

const defineSizes = definer<RandomStream, SizeSource>();

function whole(bytes: number): number {
  return Math.max(1, Math.round(bytes));
}

const boundedPareto = defineSizes({
  summary: 'heavy-tailed between two bounds: most are small, most bytes are in a few large ones',
  reference: 'Crovella and Bestavros 1997; Harchol-Balter 2002',
  params: {
    least: size('smallest size', '1 kB'),
    most: size('largest size', '10 MB'),
    shape: number('tail index', 1.2, 0.1, 10),
  },
  create: ({ least, most, shape }, random) => {
    const cut = 1 - pow(least / most, shape);
    return () => whole(least * pow(1 - random.uniform() * cut, -1 / shape));
  },
});

const logNormal = defineSizes({
  summary: 'the logarithm is normal',
  reference: 'Barford and Crovella 1998',
  params: {
    median: size('half are smaller', '10 kB'),
    sigma: number('standard deviation of the natural logarithm', 1.5, 0, 5),
  },
  create:
    ({ median, sigma }, random) =>
    () =>
      whole(random.logNormal(median, sigma)),
});

const exponential = defineSizes({
  summary: 'exponential',
  reference: 'Kleinrock 1975',
  params: { mean: size('mean', '30 kB') },
  create:
    ({ mean }, random) =>
    () =>
      whole(random.exponential(mean)),
});

const fixed = defineSizes({
  summary: 'all alike',
  reference: '',
  params: { size: size('the size', '10 kB') },
  create:
    ({ size }) =>
    () =>
      whole(size),
});

/** Distributions of sizes. One line each. */
export const sizes = {
  'bounded-pareto': boundedPareto,
  exponential,
  fixed,
  'log-normal': logNormal,
} as const;
