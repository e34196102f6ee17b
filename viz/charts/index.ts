import { bars } from './bars';
import { cdf } from './cdf';
import { linesWithIntervals } from './lines-with-intervals';
import { timeSeries } from './time-series';
import { warmUp } from './warm-up';

/** Every chart a scenario can name. One line each. */
export const charts = {
  bars,
  cdf,
  'lines-with-intervals': linesWithIntervals,
  'time-series': timeSeries,
  'warm-up': warmUp,
} as const;

export type ChartName = keyof typeof charts;
