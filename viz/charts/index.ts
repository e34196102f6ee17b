import { linesWithIntervals } from './lines-with-intervals';

/** Every chart a scenario can name. One line each. */
export const charts = {
  'lines-with-intervals': linesWithIntervals,
} as const;

export type ChartName = keyof typeof charts;
