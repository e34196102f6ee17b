import { bottomAxis, bottomSpace, leftAxis, leftSpace, TICK_LINE, type Plot, type Tick } from './axes';
import { drawLayer } from './draw-layer';
import { figure, note, noteSpace, type Size, wrap } from './figure';
import type { Axis, Graphic, Layer, Panel, Series } from './grammar';
import { endLabelHeight, endLabels, endLabelSpace, topLegend } from './legend';
import { bar, marker, stroke } from './marks';
import { resolveAxes, type ResolvedAxis } from './scales';
import { svg, type SvgNode } from './svg';
import { textWidth, theme } from './theme';
import { horizontalTicks, verticalTicks } from './value-axis';

const HEADING = 13;
const GAP = 8;
/** Height, in points, beyond which a panel of given proportions gains nothing. */
const LARGEST = 190;

/** Draws a figure, as high as it needs to be unless told otherwise. */
export function drawGraphic(graphic: Graphic, size: Size): SvgNode {
  const { panels } = graphic;
  const axes = resolveAxes(graphic);
  const columns = Math.min(graphic.columns ?? 1, panels.length);
  const lines = Math.ceil(panels.length / columns);
  // Between panels there is no room for names.
  const where = columns > 1 && graphic.legend === 'end' ? 'top' : graphic.legend;
  const notes = graphic.notes.flatMap((sentence) => wrap(sentence, size.width - 4, theme.noteSize));
  const of = (axis: Axis) => axes.get(axis)!;

  const left = Math.max(...panels.map(({ y }) => leftOf(of(y))));
  const named = namedLayers(panels);
  const names = named.map(({ series: { label } }) => label);
  const beside = where === 'end' && names.length > 0 ? endLabelSpace(names) : overhang(panels.map(({ x }) => of(x)));
  const legend =
    where === 'top' && names.length > 1 ? topLegend(named.map(entryOf), left, size.width - left - 2) : undefined;
  const head = legend === undefined ? 6 : legend.height + 4;
  // Panels beside each other that share their y axis have its labels once.
  const isShared = panels.every(({ y }, i) => i % columns === 0 || y === panels[i - 1]!.y);
  const between = GAP + (isShared ? 2 : left);
  const room = (size.width - beside - left - (columns - 1) * between) / columns;
  const plotWidth = graphic.aspect === undefined ? room : Math.min(room, LARGEST / graphic.aspect);

  const bottoms = panels.map((panel, i) => labelsBelow(panel, panels[i + columns], of(panel.x), plotWidth));
  const rows = Array.from({ length: lines }, (_, row) => {
    const members = [...panels.keys()].slice(row * columns, (row + 1) * columns);
    const heading = members.some((i) => panels[i]!.heading !== '') ? HEADING : 0;
    return { heading, below: Math.max(...members.map((i) => bottoms[i]!.space)) };
  });
  const chrome =
    head + rows.reduce((sum, { heading, below }) => sum + heading + below, 0) + (lines - 1) * GAP + noteSpace(notes);
  const plotHeight =
    size.height === undefined
      ? heightOf(
          graphic,
          plotWidth,
          size.width,
          chrome,
          panels.map(({ y }) => (of(y).kind === 'hidden' ? '' : of(y).title)),
        )
      : Math.max(20, (size.height - chrome) / lines);
  const height = Math.ceil(size.height ?? chrome + lines * plotHeight);

  let top = head;
  const drawn: SvgNode[] = [];
  rows.forEach(({ heading, below }, row) => {
    top += heading;
    for (let i = row * columns; i < Math.min((row + 1) * columns, panels.length); i++) {
      const panel = panels[i]!;
      const isFirst = i % columns === 0;
      const start = left + (i % columns) * (plotWidth + between);
      const plot: Plot = { left: start, right: start + plotWidth, top, bottom: top + plotHeight };
      drawn.push(
        ...drawPanel(panel, plot, { x: of(panel.x), y: of(panel.y) }, isFirst || !isShared ? left : 0, bottoms[i]!),
      );
      if (where === 'end') drawn.push(endLabelsOf(panel, plot, of(panel.x), of(panel.y)));
    }
    top += plotHeight + below + GAP;
  });
  return figure(
    { width: size.width, height },
    { title: graphic.title, description: graphic.description },
    ...drawn,
    ...(legend === undefined ? [] : [legend.node]),
    note(notes, height),
  );
}

/** How far the last label of an x axis reaches beyond it. */
function overhang(axes: readonly ResolvedAxis[]): number {
  const last = axes.flatMap(({ kind, ticks }) => (kind === 'categories' || kind === 'hidden' ? [] : ticks.slice(-1)));
  return Math.max(6, ...last.map(({ text }) => textWidth(text, theme.tickSize) / 2 + 1));
}

/** A panel's height in points: by its proportions, or what one, or several above each other, need to be read. */
function heightOf(
  graphic: Graphic,
  plotWidth: number,
  width: number,
  chrome: number,
  titles: readonly string[],
): number {
  const { aspect, panels, panelHeight, columns = 1, legend } = graphic;
  if (panelHeight !== undefined) return panelHeight;
  if (aspect !== undefined) return plotWidth * aspect;
  const labels = legend === 'end' ? endLabelHeight(Math.max(...panels.map(({ layers }) => namedIn(layers).length))) : 0;
  const titled = Math.max(...titles.map((title) => textWidth(title, theme.labelSize)));
  const least = Math.max(labels, titled);
  return panels.length > columns
    ? Math.max(52, width * 0.14, least)
    : Math.max(Math.min(width * 0.62, 240) - chrome, least);
}

interface Below {
  readonly space: number;
  readonly shown: 'all' | 'ticks' | 'none';
  /** Names of categories broken into lines that fit. */
  readonly texts: readonly string[] | undefined;
}

/** What stands below a panel: nothing if the one underneath has the same axis. */
function labelsBelow({ x }: Panel, under: Panel | undefined, axis: ResolvedAxis, width: number): Below {
  if (axis.kind === 'hidden') return { space: 0, shown: 'none', texts: undefined };
  if (under?.x === x) return { space: theme.tickLength, shown: 'none', texts: undefined };
  if (axis.kind !== 'categories') return { space: bottomSpace, shown: 'all', texts: undefined };
  const texts = axis.ticks.map(({ text }) => broken(text, width / axis.ticks.length - 2));
  const most = Math.max(...texts.map((text) => text.split('\n').length));
  return { space: bottomSpace + (most - 1) * TICK_LINE, shown: 'all', texts };
}

/** A name in as many lines as it takes to fit: broken at spaces and hyphens. */
function broken(text: string, width: number): string {
  const lines: string[] = [];
  for (const word of text.split(/(?<=[- ])/)) {
    const joined = `${lines.at(-1) ?? ''}${word}`;
    if (lines.length > 0 && textWidth(joined.trimEnd(), theme.tickSize) <= width) lines[lines.length - 1] = joined;
    else lines.push(word);
  }
  return lines.map((line) => line.trimEnd()).join('\n');
}

function leftOf(axis: ResolvedAxis): number {
  return axis.kind === 'hidden' ? 2 : leftSpace(axis.ticks);
}

function drawPanel(
  panel: Panel,
  plot: Plot,
  axes: { x: ResolvedAxis; y: ResolvedAxis },
  left: number,
  below: Below,
): SvgNode[] {
  const { x, y } = axes;
  const scales = { x: x.scale(plot.left, plot.right), y: y.scale(plot.bottom, plot.top) };
  const ticks = horizontalTicks(x, plot).map((tick, i): Tick => ({
    ...tick,
    text: below.shown === 'none' ? '' : (below.texts?.[i] ?? tick.text),
  }));
  const heading = svg('text', { class: 'facet', x: plot.left, y: plot.top - 4, 'font-weight': 'bold' }, panel.heading);
  return [
    ...(panel.heading === '' ? [] : [heading]),
    ...(y.kind === 'hidden' ? [] : [yAxis(y, plot, left)]),
    ...groupsOf(panel.layers).map(({ role, layers }) =>
      svg('g', { class: role }, ...layers.flatMap((layer) => drawLayer(layer, scales, plot))),
    ),
    ...(x.kind === 'hidden' ? [] : [bottomAxis(plot, ticks, below.shown === 'none' ? '' : x.title)]),
  ];
}

/** `space` left of the plot for the labels; with none, they stand beside the panel before. */
function yAxis(y: ResolvedAxis, plot: Plot, space: number): SvgNode {
  const ticks = verticalTicks(y, plot);
  const hasGrid = y.kind !== 'categories';
  if (space > 0) return leftAxis(plot, ticks, y.title, space, hasGrid);
  return leftAxis(
    plot,
    ticks.map(({ at }) => ({ at, text: '' })),
    '',
    0,
    hasGrid,
  );
}

/** Layers of the same series that follow each other are one group. */
function groupsOf(layers: readonly Layer[]): { role: string; series: Series; layers: Layer[] }[] {
  const groups: { role: string; series: Series; layers: Layer[] }[] = [];
  for (const layer of layers) {
    const last = groups.at(-1);
    if (last?.series === layer.series) last.layers.push(layer);
    else groups.push({ role: layer.series.role ?? 'series', series: layer.series, layers: [layer] });
  }
  return groups;
}

/** The first layer of each series that has a name, and a mark that a legend can show. */
function namedIn(layers: readonly Layer[]): Layer[] {
  const seen = new Set<string>();
  return layers.filter(({ mark, series: { label } }) => {
    const isShown = label !== '' && mark !== 'intervals' && mark !== 'labels' && !seen.has(label);
    return isShown && seen.add(label);
  });
}

function namedLayers(panels: readonly Panel[]): Layer[] {
  return namedIn(panels.flatMap(({ layers }) => layers));
}

function entryOf(layer: Layer) {
  const { style, label } = layer.series;
  const draw = (x: number, y: number, width: number): SvgNode => {
    const middle = x + width / 2;
    if (layer.mark === 'boxes' && layer.fill !== 'light') {
      return bar({ x, width, top: y - 3, bottom: y + 3 }, style, typeof layer.fill === 'number' ? layer.fill : 0);
    }
    if (layer.mark === 'points') return marker(middle, y, style);
    const path = `M${Math.round(x * 100) / 100},${Math.round(y * 100) / 100}h${width}`;
    const hasMarkers =
      layer.mark === 'line' ? layer.markers !== undefined : layer.mark === 'outline' || layer.mark === 'boxes';
    return svg('g', {}, stroke(path, style, layer.width), ...(hasMarkers ? [marker(middle, y, style)] : []));
  };
  return { text: label, draw };
}

function endLabelsOf({ layers }: Panel, plot: Plot, x: ResolvedAxis, y: ResolvedAxis): SvgNode {
  const [across, up] = [x.scale(plot.left, plot.right), y.scale(plot.bottom, plot.top)];
  const labels = namedIn(layers).flatMap((layer) => {
    if (layer.mark !== 'line' && layer.mark !== 'points') return [];
    const offset = layer.offset ?? 0;
    const last = layer.rows.filter((p) => !Number.isNaN(p.y) && across(p.x + offset) <= plot.right + 1e-6).at(-1);
    if (last === undefined) return [];
    const { style, label } = layer.series;
    const mark = layer.mark === 'points' || layer.markers !== undefined ? { mark: style } : {};
    const sample = layer.mark === 'points' ? { ...style, colour: 'none' } : style;
    return [{ text: label, x: across(last.x + offset), y: up(last.y), style: sample, ...mark }];
  });
  return endLabels(labels, plot.right, plot.top, plot.bottom);
}
