import { defineChart, matches, pick, text, ChartError, type ChartTables } from '../chart';
import type { Axis, Label, Layer, Panel, Series } from '../grammar';
import { layered, type Placed } from '../node-places';
import { countOf, requireFactors } from '../select';
import { inkStyle, styleOf, theme } from '../theme';
import type { Factors, Summary } from '../../sim/stats/table';

/** The network as results know it: its links, each as wide as it was used. */
export const topology = defineChart({
  summary: 'the nodes and links of the network, each direction of a link as wide as its utilisation',
  reference: 'utilisation: docs/models/measures.md; layers by distance: Sugiyama, Tagawa and Toda 1981',
  needs: ['summaries', 'factors'],
  params: {
    at: pick('the point to draw: a value for every swept factor but the facet'),
    facet: text('factor with a panel for each of its values'),
    metric: text('metric of links to show, between 0 and 1', 'utilisation'),
  },
  plan(tables, params) {
    const { at, facet } = params;
    requireFactors(tables, [...Object.keys(at), ...(facet === '' ? [] : [facet])]);
    const facets = facet === '' ? [''] : tables.factors.find(({ name }) => name === facet)!.values.map(String);
    const found = facets.map((value) => linksAt(tables, params.metric, facet === '' ? at : { ...at, [facet]: value }));
    const nodes = layered(found.flat());
    const [columns, rows] = [reach(nodes, 'x'), reach(nodes, 'y')];
    const [x, y] = [columns, rows].map((to): Axis => ({ label: '', unit: '', scale: 'hidden', from: -MARGIN, to: to + MARGIN })) as [Axis, Axis]; // prettier-ignore
    const panels = found.map((links, i): Panel => {
      return {
        heading: facets[i]!,
        x,
        y,
        layers: [...links.flatMap((link) => linkLayers(link, nodes)), ...nodeLayers(nodes)],
      };
    });
    const counts = found.flatMap((links) => links.map(({ n }) => n));
    const note = `Width and number: ${params.metric} of each direction, drawn right of its way; mean of n = ${countOf(counts)} replications.`;
    const spoken = found.map((links, i) => {
      const each = links
        .filter(({ mean }) => mean >= SHOWN)
        .map(({ from, to, mean }) => `${from} to ${to} ${mean.toFixed(2)}`);
      return `${facets[i] === '' ? '' : `${facets[i]}: `}${each.join(', ')}.`;
    });
    return {
      title: `${tables.title}: ${params.metric} of links`,
      description: `${spoken.join(' ')} ${note} ${tables.provenance}`,
      notes: [note],
      legend: 'none',
      panels,
      panelHeight: Math.max(44, 36 * (rows + 1)),
    };
  },
});

/** Free room around the nodes, in distances between them. */
const MARGIN = 0.45;
/** What is used less is drawn as a hairline, without a number. */
const SHOWN = 0.005;
/** Of a link that is used in full, in points. */
const WIDEST = 4;
/** How far a direction is beside the middle of its link, in distances between nodes. */
const ASIDE = 0.07;
const LABEL = 0.28;

interface LinkUse {
  readonly from: string;
  readonly to: string;
  readonly mean: number;
  readonly n: number;
}

function linksAt(tables: ChartTables, metric: string, at: Factors): LinkUse[] {
  const rows = tables.summaries.filter(
    (row) => row.metric === metric && row.flow.includes('>') && matches(row.factors, at),
  );
  if (rows.length === 0) throw new ChartError(`no link has ${metric} there`);
  requireOnePoint(tables, rows);
  return rows.map(({ flow, estimate: { mean, n } }) => {
    const [from, to] = flow.split('>') as [string, string];
    return { from, to, mean, n };
  });
}

function requireOnePoint({ factors }: ChartTables, rows: readonly Summary[]): void {
  for (const { name } of factors) {
    const values = [...new Set(rows.map((row) => row.factors[name]!))];
    if (values.length > 1) throw new ChartError(`at: ${name} is not fixed; give one of ${values.join(', ')}`);
  }
}

function reach(nodes: ReadonlyMap<string, Placed>, direction: 'x' | 'y'): number {
  return Math.max(...[...nodes.values()].map((node) => node[direction]));
}

const USED: Series = { label: '', style: styleOf(0, 0) };
const UNUSED: Series = { label: '', style: { ...styleOf(0, 0), colour: theme.faint } };
const NODES: Series = { label: '', style: { ...inkStyle, filled: false } };

function linkLayers({ from, to, mean }: LinkUse, nodes: ReadonlyMap<string, Placed>): Layer[] {
  const [a, b] = [nodes.get(from)!, nodes.get(to)!];
  // To the right of who goes along it: below what goes to the right, which most links do.
  const right = Math.sign(b.x - a.x);
  const down = right === 0 ? Math.sign(b.y - a.y) : 0;
  const beside = (place: Placed, by: number) => ({ x: place.x + down * by * 0.4, y: place.y - right * by });
  const [start, end] = [beside(a, ASIDE), beside(b, ASIDE)];
  const isUsed = mean >= SHOWN;
  const line: Layer = {
    series: isUsed ? USED : UNUSED,
    mark: 'segments',
    rows: [{ ...start, x2: end.x, y2: end.y }],
    width: isUsed ? Math.max(0.6, WIDEST * Math.min(1, mean)) : 0.3,
  };
  const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  const label: Label = { ...beside(middle, LABEL), text: mean.toFixed(2) };
  return isUsed ? [line, { series: USED, mark: 'labels', rows: [label] }] : [line];
}

function nodeLayers(nodes: ReadonlyMap<string, Placed>): Layer[] {
  const places = [...nodes].map(([text, place]) => ({ ...place, text }));
  return [
    { series: NODES, mark: 'points', rows: places },
    { series: NODES, mark: 'labels', rows: places.map(({ x, y, text: name }) => ({ x, y: y - 0.34, text: name })) },
  ];
}
