import { batchMeans } from '../../stats/batch-means';
import { bcaJain, bcaMean, bcaPercentile, bcaRatio } from '../../stats/bootstrap';
import { estimateMean, METHOD_NAMES, type Estimate } from '../../stats/estimate';
import type { Observation } from '../../stats/table';
import { Exit, UsageError } from '../exit';
import { type ReadResults, readRecord, readResults, readSeries, type RunRecordFile } from '../read-results';
import { ruledTable } from '../ruled-table';
import { print, type Terminal } from '../terminal';

export interface EstimateOptions {
  /** `goodput of A`; for each kind of estimate several. */
  readonly mean?: readonly string[];
  /** `goodput of A / goodput of B`. */
  readonly ratio?: readonly string[];
  /** `95 % of completionTime of A`. */
  readonly percentile?: readonly string[];
  /** `goodput of A, B, C`. */
  readonly jain?: readonly string[];
  /** `goodput_bps of A`: a recorded series of one long run. */
  readonly batch?: readonly string[];
  readonly batches: number;
  readonly interval: 'student' | 'bca';
  readonly confidence: number;
  readonly json?: boolean;
}

/** A number about each point of some results. */
interface Wish {
  readonly name: string;
  of(point: PointData): Estimated | undefined;
}

interface Estimated {
  readonly estimate: Estimate;
  readonly unit: string;
  readonly note?: string;
}

/** One point of some results. */
interface PointData {
  readonly factors: Observation['factors'];
  readonly results: ReadResults;
  readonly record: RunRecordFile;
  /** Values by replication. */
  values(quantity: Quantity): ReadonlyMap<number, number>;
  unit(quantity: Quantity): string;
}

interface Quantity {
  readonly metric: string;
  readonly flow: string;
}

/** Estimates with intervals from finished results: of means, ratios, percentiles, Jain's index, and of one long run. */
export function estimate(given: string, options: EstimateOptions, { out }: Terminal): Exit {
  const results = readResults(given);
  const record = readRecord(results.directory);
  const wishes = wishesOf(options);
  if (wishes.length === 0)
    throw new UsageError('say what to estimate: --mean, --ratio, --percentile, --jain or --batch');
  const rows = record.points.flatMap(({ factors }) => {
    const point = pointData(factors, results, record);
    return wishes.flatMap((wish) => {
      const found = wish.of(point);
      return found === undefined ? [] : [{ factors, name: wish.name, ...found }];
    });
  });
  if (rows.length === 0)
    throw new UsageError(`${results.directory}: nothing of ${wishes.map(({ name }) => name).join(', ')}`);
  if (options.json === true) {
    const finite = (value: number) => (Number.isFinite(value) ? value : null);
    const plain = rows.map(({ factors, name, unit, note, estimate: { n, mean, low, high, level, method } }) => {
      const numbers = { estimate: finite(mean), low: finite(low), high: finite(high) };
      return { factors, name, unit, n, ...numbers, confidence: level, method, ...(note === undefined ? {} : { note }) };
    });
    print(out, JSON.stringify(plain, undefined, 2));
    return Exit.ok;
  }
  const left = [...results.factors, 'estimate of'];
  const columns = [...left, 'value', 'low', 'high', 'unit', 'n', 'method', ''].map((heading, i) => {
    const isNumber = ['value', 'low', 'high', 'n'].includes(heading) && i >= left.length;
    const align = isNumber ? ('right' as const) : ('left' as const);
    return { heading, align };
  });
  const cells = rows.map(({ factors, name, unit, note, estimate: { n, mean, low, high, method } }) => {
    const numbers = [mean, low, high].map((value) =>
      Number.isFinite(value) ? String(Number(value.toPrecision(6))) : '',
    );
    return [
      ...results.factors.map((f) => String(factors[f] ?? '')),
      name,
      ...numbers,
      unit,
      String(n),
      METHOD_NAMES[method],
      note ?? '',
    ];
  });
  print(out, ruledTable(columns, cells));
  print(
    out,
    `${Math.round(options.confidence * 1000) / 10} % intervals; n counts replications, or batches of one run.`,
  );
  return Exit.ok;
}

function wishesOf(options: EstimateOptions): Wish[] {
  const {
    mean = [],
    ratio = [],
    percentile = [],
    jain = [],
    batch = [],
    batches,
    interval,
    confidence: level,
  } = options;
  return [
    ...mean.map((text): Wish => {
      const quantity = quantityOf(text);
      const make =
        interval === 'bca'
          ? (values: number[]) => bcaMean(values, { level })
          : (values: number[]) => estimateMean(values, level);
      return wish(text, [quantity], ([values]) => make(values!));
    }),
    ...ratio.map((text): Wish => {
      const [above, below, ...more] = text.split('/');
      if (below === undefined || more.length > 0)
        throw new UsageError(`--ratio ${text}: expected such as goodput of A / goodput of B`);
      const pair = [quantityOf(above!), quantityOf(below)];
      return wish(text, pair, ([a, b]) => bcaRatio(a!, b!, { level }), '');
    }),
    ...percentile.map((text): Wish => {
      const match = /^\s*([\d.]+)\s*%\s+of\s+(.*)$/.exec(text);
      const part = match === null ? NaN : Number(match[1]) / 100;
      if (!(part >= 0 && part <= 1))
        throw new UsageError(`--percentile ${text}: expected such as 95 % of completionTime of A`);
      return wish(text, [quantityOf(match![2]!)], ([values]) => bcaPercentile(values!, part, { level }));
    }),
    ...jain.map((text): Wish => {
      const { metric, flow } = quantityOf(text);
      const flows = flow.split(',').map((name) => name.trim());
      const rates = flows.map((name) => ({ metric, flow: name }));
      const name = `Jain's index of ${text}`;
      return wish(
        name,
        rates,
        (values) =>
          bcaJain(
            values[0]!.map((_, i) => values.map((one) => one[i]!)),
            { level },
          ),
        '',
      );
    }),
    ...batch.map((text): Wish => batchWish(text, batches, level)),
  ];
}

/** An estimate from the replications that have all its quantities. */
function wish(
  name: string,
  quantities: readonly Quantity[],
  make: (values: number[][]) => Estimate,
  unit?: string,
): Wish {
  return {
    name,
    of: (point) => {
      const maps = quantities.map((quantity) => point.values(quantity));
      const common = [...maps[0]!.keys()].filter((replication) => maps.every((map) => map.has(replication)));
      if (common.length === 0) return undefined;
      const estimated = make(maps.map((map) => common.map((replication) => map.get(replication)!)));
      return { estimate: estimated, unit: unit ?? point.unit(quantities[0]!) };
    },
  };
}

/** Batch means of a recorded series after the warm-up; the first recorded replication. */
function batchWish(text: string, batches: number, level: number): Wish {
  const { metric: column, flow } = quantityOf(text);
  return {
    name: text,
    of: ({ factors, results, record }) => {
      const series = readSeries(results, factors, flow, column);
      if (series === undefined) return undefined;
      const point = record.points.find((one) => JSON.stringify(one.factors) === JSON.stringify(factors));
      const warmup = (point?.scenario.run.warmup ?? 0) / 1e9;
      const values = series.values.filter((_, i) => series.times[i]! > warmup);
      try {
        const found = batchMeans(values, batches, level);
        const isShort = found.independence < 0.05;
        const p = found.independence.toFixed(3);
        return {
          estimate: found,
          unit: /_bps$/.test(column) ? 'bit/s' : (/_([^_]+)$/.exec(column)?.[1] ?? ''),
          note: isShort
            ? `batches are correlated (p = ${p}): run longer`
            : `${found.batchSize} samples a batch, p = ${p}`,
        };
      } catch (error) {
        if (error instanceof RangeError)
          throw new UsageError(`${text}: ${error.message}; record more often or run longer`);
        throw error;
      }
    },
  };
}

function quantityOf(text: string): Quantity {
  const [metric, flow = 'network'] = text.split(/\s+of\s+/).map((part) => part.trim());
  if (metric === undefined || !/^[\w-]+$/.test(metric)) throw new UsageError(`${text}: expected such as goodput of A`);
  return { metric, flow };
}

function pointData(factors: Observation['factors'], results: ReadResults, record: RunRecordFile): PointData {
  const at = (row: Observation) =>
    Object.entries(factors).every(([name, value]) => value === '-' || String(row.factors[name]) === String(value));
  const here = results.observations.filter(at);
  const of = ({ metric, flow }: Quantity) =>
    here.filter((row) => row.metric === metric && row.flow === flow && Number.isFinite(row.value));
  return {
    factors,
    results,
    record,
    values: (quantity) => new Map(of(quantity).map(({ replication, value }) => [replication, value])),
    unit: (quantity) => of(quantity)[0]?.unit ?? '',
  };
}
