import { bars } from './bars';
import { box } from './box';
import { cdf } from './cdf';
import { delayAttribution } from './delay-attribution';
import { ellipse } from './ellipse';
import { heatMap } from './heat-map';
import { linesWithIntervals } from './lines-with-intervals';
import { phasePlot } from './phase-plot';
import { natMatrix } from './nat-matrix';
import { timeSeries } from './time-series';
import { topology } from './topology';
import { violin } from './violin';
import { warmUp } from './warm-up';

/** Every chart a scenario can name. One line each. */
export const charts = {
  bars,
  box,
  cdf,
  'delay-attribution': delayAttribution,
  ellipse,
  'heat-map': heatMap,
  'lines-with-intervals': linesWithIntervals,
  'phase-plot': phasePlot,
  'nat-matrix': natMatrix,
  'time-series': timeSeries,
  topology,
  violin,
  'warm-up': warmUp,
} as const;

export type ChartName = keyof typeof charts;
