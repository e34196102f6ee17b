import type { ParamsOf } from '../sim/core/plugin';
import type { ChartTables } from './chart';
import { text } from './chart';
import { displayUnit, words } from './format';
import type { Axis, Graphic, Layer, Series } from './grammar';
import { categoriesOf } from './places';
import { sampleNote, sampleParams, samplesOf, sortedOf } from './samples';
import { percentile } from '../sim/stats/measures';
import { requireFactors, variantsOf } from './select';

/** How a chart of distributions beside each other is told what to show. */
export const distributionParams = {
  ...sampleParams,
  x: text('factor whose values are beside each other; by default all combinations of factors are'),
  xLabel: text('label of the x axis'),
  yLabel: text('label of the y axis'),
};

/** The samples of one place. */
export interface Distribution {
  readonly series: Series;
  /** Which place on the x axis, and how far beside it. */
  readonly x: number;
  readonly offset: number;
  /** Width that it may take, in places. */
  readonly width: number;
  /** The least first. */
  readonly sorted: readonly number[];
}

/** How much of a place the distributions there take. */
const TAKEN = 0.7;

/** A figure of distributions beside each other; `layersOf` draws one, `told` says how. */
export function distributionGraphic(
  tables: ChartTables,
  params: ParamsOf<typeof distributionParams>,
  layersOf: (one: Distribution) => Layer[],
  told: string,
): Graphic {
  const { x, at, colour } = params;
  requireFactors(tables, x === '' ? [] : [x]);
  const { samples, unit, label } = samplesOf(tables, params);
  const variants = variantsOf(tables, samples, x === '' ? Object.keys(at) : [x, ...Object.keys(at)], colour);
  const { values, names, all } = x === '' ? sideBySide(variants) : alongFactor(tables, variants, x);
  const counts = all.map(({ sorted }) => sorted.length);
  const note = `${told}; ${sampleNote(counts, params)}`;
  const yLabel = params.yLabel || label;
  const { scale, text: read } = displayUnit(unit, Math.max(...all.map(({ sorted }) => Math.abs(sorted.at(-1)!))));
  const spoken = all.map(({ series, x: place, sorted }) => {
    const median = (percentile(sorted, 0.5) / scale).toPrecision(3);
    return `${[series.label, names[place]].filter(Boolean).join(', ')}: median ${median} ${read}`.trim();
  });
  const xAxis: Axis = {
    label: params.xLabel || (x === '' ? 'variant' : words(x)),
    unit: values.unit,
    scale: 'categories',
    values: values.texts,
  };
  return {
    title: `${tables.title}: distribution of ${yLabel}`,
    description: `${spoken.join('; ')}. ${note} ${tables.provenance}`,
    notes: [note],
    legend: 'top',
    panels: [
      {
        heading: '',
        x: xAxis,
        y: { label: yLabel, unit, scale: 'linear', from: 'any' },
        layers: all.flatMap(layersOf),
      },
    ],
  };
}

type Variants = ReturnType<typeof variantsOf<Parameters<typeof sortedOf>[0][number]>>;

interface Placed {
  readonly values: { readonly texts: readonly string[]; readonly unit: string };
  readonly names: readonly string[];
  readonly all: readonly Distribution[];
}

/** Each variant has a place of its own, and its name there. */
function sideBySide(variants: Variants): Placed {
  const texts = variants.map(({ label }) => label);
  const all = variants.map(({ style, rows }, x): Distribution => {
    return { series: { label: '', style }, x, offset: 0, width: TAKEN, sorted: sortedOf(rows) };
  });
  return { values: { texts, unit: '' }, names: texts, all };
}

/** Each value of the factor has a place, with the variants beside each other in it. */
function alongFactor(tables: ChartTables, variants: Variants, factor: string): Placed {
  const known = tables.factors.find(({ name }) => name === factor)!.values;
  const names = known.filter((value) => variants.some(({ rows }) => rows.some((row) => row.factors[factor] === value)));
  const width = TAKEN / variants.length;
  const all = variants.flatMap(({ label, style, rows }, i) =>
    names.flatMap((value, x): Distribution[] => {
      const sorted = sortedOf(rows.filter((row) => row.factors[factor] === value));
      const offset = (i - (variants.length - 1) / 2) * width;
      return sorted.length === 0 ? [] : [{ series: { label, style }, x, offset, width: width * 0.9, sorted }];
    }),
  );
  return { values: categoriesOf(names), names: names.map(String), all };
}
