import { sum } from '../../sim/stats/measures';
import type { Summary } from '../../sim/stats/table';
import { defineChart, flowNames, matches, pick, text } from '../chart';
import { formatQuantity, words } from '../format';
import type { Layer, Series } from '../grammar';
import { categoriesOf } from '../places';
import { countOf, requireFactors, selectRows, variantsOf } from '../select';
import { styleOf } from '../theme';

/** Parts in the order in which a message meets them, from below; those of links follow queueing. */
const PARTS = ['setup', 'sending', 'transport', 'propagation', 'serialisation', 'queueing', 'headOfLine', 'relayBuffer', 'processing', 'unread']; // prettier-ignore

/** Where the mean delay of messages went, stacked: propagation, the queue of each link, relays ... */
export const delayAttribution = defineChart({
  summary: 'where the mean delay of messages went, as stacked bars: propagation, queueing at each link, relays ...',
  reference: 'docs/models/accounting.md; the parts add up to the delay of every message',
  needs: ['summaries', 'factors'],
  params: {
    flow: flowNames('session, or a list of sessions, with measure: [delay-attribution]'),
    at: pick('only points with these values of factors'),
    xLabel: text('label of the x axis; by default the name of the factor that is left'),
  },
  plan(tables, params) {
    const { flow: flows, at } = params;
    requireFactors(tables, Object.keys(at));
    // Throws when nothing was measured there.
    selectRows(tables.summaries, 'delayPropagation', flows, at);
    const isPart = ({ metric }: Summary) => PARTS.some((part) => metric === metricOf(part)) || metric.startsWith(QUEUE);
    const wanted = tables.summaries.filter(
      (row) => flows.includes(row.flow) && isPart(row) && matches(row.factors, at),
    );
    const bars = variantsOf(tables, wanted, Object.keys(at));
    const parts = partsIn(wanted);
    const means = bars.map(({ rows: members }) => parts.map((part) => meanOf(members, part)));
    const shown = parts.filter((_, k) => means.some((one) => one[k]! > SMALL * Math.max(...means.map(sum))));

    const layers = shown.map((part, level): Layer => {
      const series: Series = { label: nameOf(part), style: styleOf(level, 0) };
      const boxes = means.map((one, i) => {
        const below = sum(shown.slice(0, level).map((other) => one[parts.indexOf(other)]!));
        return { x: i - 0.35, x2: i + 0.35, y: below, y2: below + one[parts.indexOf(part)]! };
      });
      return { series, mark: 'boxes', rows: boxes, fill: level };
    });
    // With one factor left its name stands at the axis, and need not be in every label.
    const free = tables.factors.filter(({ name, values }) => at[name] === undefined && values.length > 1);
    const only = free.length === 1 && flows.length === 1 ? free[0]!.name : undefined;
    const { texts, unit } = categoriesOf(
      bars.map(({ label, rows: [first] }) => (only === undefined ? label : first!.factors[only]!)),
    );
    const note = `Means over the messages of n = ${countOf(wanted.map(({ estimate }) => estimate.n))} replications; parts below 1 % are left out.`;
    const spoken = bars.map(({ label }, i) => {
      const each = shown.map((part) => `${nameOf(part)} ${formatQuantity(means[i]![parts.indexOf(part)]!, 's')}`);
      return `${label}: ${each.join(', ')}.`;
    });
    return {
      title: `${tables.title}: where the delay of messages went`,
      description: `${spoken.join(' ')} ${note} ${tables.provenance}`,
      notes: [note],
      legend: 'top',
      panels: [
        {
          heading: '',
          x: { label: params.xLabel || words(only ?? 'variant'), unit, scale: 'categories', values: texts },
          y: { label: 'mean delay of a message', unit: 's', scale: 'linear', from: 0 },
          layers,
        },
      ],
    };
  },
});

const QUEUE = 'delayQueueing.';
/** Of the highest bar; thinner parts cannot be seen. */
const SMALL = 0.01;

function metricOf(part: string): string {
  return `delay${part[0]!.toUpperCase()}${part.slice(1)}`;
}

/** The parts that were measured; queueing is told link by link where it was. */
function partsIn(rows: readonly Summary[]): string[] {
  const metrics = new Set(rows.map(({ metric }) => metric));
  const links = [...metrics].filter((metric) => metric.startsWith(QUEUE));
  return PARTS.flatMap((part) => (part === 'queueing' && links.length > 0 ? links : metrics.has(metricOf(part)) ? [metricOf(part)] : [])); // prettier-ignore
}

function meanOf(rows: readonly Summary[], metric: string): number {
  const found = rows.filter((row) => row.metric === metric);
  return found.length === 0 ? 0 : sum(found.map(({ estimate }) => estimate.mean)) / found.length;
}

/** delayQueueing.n0>n1 as: queue n0>n1. */
function nameOf(metric: string): string {
  return metric.startsWith(QUEUE)
    ? `queue ${metric.slice(QUEUE.length)}`
    : words(metric.slice('delay'.length)).toLowerCase();
}
