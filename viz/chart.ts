import * as z from 'zod';
import { byShape } from '../sim/core/by-shape';
import { fields, pluginChoice } from '../sim/core/choice';
import { choice } from '../sim/core/params';
import type { ParamSpec, ParamsOf, Plugin } from '../sim/core/plugin';
import { laws } from '../sim/stats/laws';
import type { Factors, Observation, Summary } from '../sim/stats/table';
import type { Graphic } from './grammar';
import { columnWidths, type ColumnWidth } from './widths';

/** One recorded element of one replication: columns of equal length, the first is `time_s`. */
export interface RecordedSeries {
  readonly factors: Factors;
  readonly replication: number;
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly values: readonly number[] }[];
}

/** Everything a chart may draw: the results of one study. */
export interface ChartTables {
  readonly title: string;
  /** Where the numbers come from, for the description that goes into the figure: version, seed, run. */
  readonly provenance: string;
  /** Swept factors, slowest first, with their values. */
  readonly factors: readonly { readonly name: string; readonly values: readonly (string | number)[] }[];
  readonly summaries: readonly Summary[];
  readonly observations: readonly Observation[];
  readonly series: readonly RecordedSeries[];
}

export interface ChartInput {
  readonly tables: ChartTables;
  /** Of the figure in print, in points. */
  readonly width: number;
}

/** Says what a chart lacks, in the words of the scenario. */
export class ChartError extends Error {}

/** A chart: a pure function from results to a figure. It throws `ChartError` when the results lack what it names. */
export interface ChartPlugin<P extends ParamSpec = ParamSpec> extends Plugin<P, ChartInput, Graphic> {
  readonly needs: readonly (keyof ChartTables)[];
}

interface ChartDeclaration<P extends ParamSpec> {
  /** One line for help and docs. */
  readonly summary: string;
  readonly reference: string;
  readonly needs: readonly (keyof ChartTables)[];
  readonly params: P;
  /** What the figure shows and how; `width` is that in print, in points. */
  plan(tables: ChartTables, params: ParamsOf<P>, width: number): Graphic;
}

/** Declares a chart; every chart also takes `name` and `width`. */
export function defineChart<P extends ParamSpec>(chart: ChartDeclaration<P>): ChartPlugin<P & typeof commonParams> {
  return {
    ...chart,
    params: { ...commonParams, ...chart.params },
    create: (params, { tables, width }) => chart.plan(tables, params, width),
  };
}

const widthNames = Object.keys(columnWidths) as [ColumnWidth, ...ColumnWidth[]];

/** What every chart can be told. */
export const commonParams = {
  name: z.string().default('').describe('name of the file, without ending; by default that of the chart'),
  width: choice('width of the figure in print', widthNames, 'ieee-column'),
};

/** A parameter that is a text. */
export function text(description: string, byDefault = '') {
  return z.string().default(byDefault).describe(description);
}

/** A parameter that is one flow, or a list of flows. */
export function flowNames(description: string, byDefault = 'network') {
  const names = byShape('a flow, or a list of flows', {
    text: z.string().transform((name) => [name]),
    list: z.array(z.string()).min(1),
  });
  return names.prefault(byDefault).describe(description);
}

/** A parameter that picks points of the study by the values of some factors: `{ hops: 4 }`. */
export function pick(description: string) {
  const value = byShape('a value of the factor', { text: z.string(), number: z.number() });
  return z.record(z.string(), value).prefault({}).describe(description);
}

const reference = fields({
  label: z.string().describe('what stands beside the line'),
  value: byShape('a number, or a list of numbers', { number: z.number(), list: z.array(z.number()).min(1) })
    .exactOptional()
    .describe('where it is, in base units; a list has one for each place on the x axis'),
  law: pluginChoice(laws, 'in place of a value: a law of what is on the x axis').exactOptional(),
});

/** A line to compare with: a value, one value for each place on the x axis, or a law. */
export type Reference = z.output<typeof reference>;

/** Lines to compare with. */
export function references(description: string) {
  return z.array(reference).prefault([]).describe(description);
}

/** Whether a point has all the wanted factor values; a number and its text are the same. */
export function matches(factors: Factors, wanted: Factors): boolean {
  return Object.entries(wanted).every(([name, value]) => String(factors[name]) === String(value));
}
