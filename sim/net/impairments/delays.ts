import type { Nanos } from '../../core/event-queue';
import { duration, number } from '../../core/params';
import { definer } from '../../core/plugin';
import type { RandomStream } from '../../core/random';

/** A distribution of delays. What falls below zero becomes zero. */
export interface DelayDistribution {
  draw(): Nanos;
}

const defineDelay = definer<RandomStream, DelayDistribution>();

const uniform = defineDelay({
  summary: 'every delay between two equally likely',
  reference: 'none',
  params: { from: duration('least', '0 ms'), to: duration('most', '10 ms') },
  create: ({ from, to }, random) => ({ draw: () => random.integer(Math.min(from, to), Math.max(from, to)) }),
});

const normal = defineDelay({
  summary: 'a normal distribution, cut off at zero',
  reference: 'none',
  params: { mean: duration('mean', '10 ms'), deviation: duration('standard deviation', '2 ms') },
  create: ({ mean, deviation }, random) => ({ draw: () => Math.max(0, Math.round(random.normal(mean, deviation))) }),
});

const exponential = defineDelay({
  summary: 'an exponential distribution',
  reference: 'none',
  params: { mean: duration('mean', '5 ms') },
  create: ({ mean }, random) => ({ draw: () => Math.round(random.exponential(mean)) }),
});

const pareto = defineDelay({
  summary: 'a Pareto distribution: rare, very long delays',
  reference: 'none',
  params: {
    scale: duration('least', '1 ms'),
    shape: number('tail index; below 2 the variance is infinite', 2.5, 0.1, 100),
  },
  create: ({ scale, shape }, random) => ({ draw: () => Math.round(Math.min(random.pareto(scale, shape), LONGEST)) }),
});

const logNormal = defineDelay({
  summary: 'a log-normal distribution',
  reference: 'none',
  params: { median: duration('median', '5 ms'), sigma: number('standard deviation of the logarithm', 0.5, 0, 5) },
  create: ({ median, sigma }, random) => ({
    draw: () => Math.round(Math.min(random.logNormal(median, sigma), LONGEST)),
  }),
});

/** One hour: keeps times exact. */
const LONGEST: Nanos = 3600e9;

/** Every distribution of delays a scenario can name. One line each. */
export const delays = { uniform, normal, exponential, pareto, 'log-normal': logNormal } as const;
