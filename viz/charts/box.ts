import { symbolCircle } from 'd3';
import { percentile } from '../../sim/stats/measures';
import { defineChart } from '../chart';
import { type Distribution, distributionGraphic, distributionParams } from '../distributions';
import type { Layer } from '../grammar';
import { theme } from '../theme';

/** Distributions beside each other as boxes. */
export const box = defineChart({
  summary: 'distributions of a metric over replications, or of a recorded column over time, as boxes beside each other',
  reference: 'Tukey, Exploratory Data Analysis (1977), schematic plots; quartiles by type 7 of Hyndman and Fan 1996',
  needs: ['observations', 'series', 'factors'],
  params: distributionParams,
  plan(tables, params) {
    const told = 'Box: quartiles and median; whiskers: samples within 1.5 box heights of it; circles: those beyond';
    return distributionGraphic(tables, params, layersOf, told);
  },
});

/** How far whiskers reach, in heights of the box. */
const REACH = 1.5;

function layersOf({ series, x, offset, width, sorted }: Distribution): Layer[] {
  const [low, median, high] = [0.25, 0.5, 0.75].map((part) => percentile(sorted, part)) as [number, number, number];
  const reach = REACH * (high - low);
  const near = sorted.filter((value) => value >= low - reach && value <= high + reach);
  const far = sorted.filter((value) => value < low - reach || value > high + reach);
  const [least, largest] = [near[0]!, near[near.length - 1]!];
  const [left, right] = [x - width / 2, x + width / 2];
  const [capLeft, capRight] = [x - width / 5, x + width / 5];
  const vertical = (y: number, y2: number) => ({ x, x2: x, y, y2 });
  const across = (from: number, to: number, y: number) => ({ x: from, x2: to, y, y2: y });
  const whiskers = [vertical(least, low), vertical(high, largest), across(capLeft, capRight, least), across(capLeft, capRight, largest)]; // prettier-ignore
  const solid = { ...series, style: { ...series.style, dash: undefined, marker: symbolCircle, filled: false } };
  return [
    { series, offset, mark: 'boxes', rows: [{ x: left, x2: right, y: low, y2: high }], fill: 'light' },
    { series: solid, offset, mark: 'segments', rows: whiskers, width: 0.8 },
    { series: solid, offset, mark: 'segments', rows: [across(left, right, median)], width: 1.6, colour: theme.ink },
    { series: { ...solid, label: '' }, offset, mark: 'points', rows: far.map((y) => ({ x, y })) },
  ];
}
