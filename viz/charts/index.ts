import { bars } from './bars';
import { cdf } from './cdf';
import { ellipse } from './ellipse';
import { heatMap } from './heat-map';
import { linesWithIntervals } from './lines-with-intervals';
import { phasePlot } from './phase-plot';
import { natMatrix } from './nat-matrix';
import { timeSeries } from './time-series';
import { warmUp } from './warm-up';

/** Every chart a scenario can name. One line each. */
export const charts = {
  bars,
  cdf,
  ellipse,
  'heat-map': heatMap,
  'lines-with-intervals': linesWithIntervals,
  'phase-plot': phasePlot,
  'nat-matrix': natMatrix,
  'time-series': timeSeries,
  'warm-up': warmUp,
} as const;

export type ChartName = keyof typeof charts;
