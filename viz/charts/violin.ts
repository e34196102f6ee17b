import { densityOf } from '../../sim/stats/density';
import { percentile } from '../../sim/stats/measures';
import { defineChart } from '../chart';
import { type Distribution, distributionGraphic, distributionParams } from '../distributions';
import type { Layer } from '../grammar';

/** Distributions beside each other as the outlines of their densities. */
export const violin = defineChart({
  summary:
    'distributions of a metric over replications, or of a recorded column over time, as densities beside each other',
  reference: 'Hintze and Nelson, Am. Stat. 52 (1998); bandwidth: Silverman 1986, section 3.4.2',
  needs: ['observations', 'series', 'factors'],
  params: distributionParams,
  plan(tables, params) {
    const told = 'Outline: density (Gaussian kernel), cut at the extremes; bar: quartiles; marker: median';
    return distributionGraphic(tables, params, layersOf, told);
  },
});

/** Places at which the density is drawn. */
const PLACES = 64;

function layersOf({ series, x, offset, width, sorted }: Distribution): Layer[] {
  const densities = densityOf(sorted, PLACES);
  const most = Math.max(...densities.map(({ density }) => density));
  const half = (density: number) => (width / 2) * (density / most);
  const outline = [
    ...densities.map(({ value, density }) => ({ x: x - half(density), y: value })),
    ...densities.map(({ value, density }) => ({ x: x + half(density), y: value })).reverse(),
  ];
  const [low, median, high] = [0.25, 0.5, 0.75].map((part) => percentile(sorted, part)) as [number, number, number];
  const solid = { ...series, style: { ...series.style, dash: undefined } };
  return [
    ...(outline.length > 0 ? [{ series, offset, mark: 'outline', rows: outline } as const] : []),
    { series: solid, offset, mark: 'segments', rows: [{ x, x2: x, y: low, y2: high }], width: 2 },
    { series: solid, offset, mark: 'points', rows: [{ x, y: median }] },
  ];
}
