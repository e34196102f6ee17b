import {
  symbolCross,
  symbolDiamond,
  symbolSquare,
  symbolTimes,
  symbolTriangle,
  symbolTriangle2,
  symbolWye,
  type SymbolType,
} from 'd3';
import type { Graphic, Layer, Panel, Series } from '../grammar';
import { theme } from '../theme';
import { colourOf, type Exported, exportedPanels } from './exported';

type Json = Readonly<Record<string, unknown>>;

const SHAPES = new Map<SymbolType, string>([
  [symbolSquare, 'square'],
  [symbolDiamond, 'diamond'],
  [symbolTriangle, 'triangle-up'],
  [symbolTriangle2, 'triangle-down'],
  [symbolWye, 'triangle-right'],
  [symbolCross, 'cross'],
  [symbolTimes, 'M-.7-.7L.7.7M-.7.7L.7-.7'],
]);

/** A figure in Vega-Lite 6 (vega.github.io/vega-lite), with its data in it, in the units of its axes; a pixel is a point. */
export function vegaLiteOf(graphic: Graphic, width: number, provenance: string): string {
  const columns = Math.min(graphic.columns ?? 1, graphic.panels.length);
  const scale = scaleOf(graphic);
  // Room for the labels of axes and for the legend.
  const each = Math.round((width - (scale.names.length > 1 ? 90 : 0)) / columns - 45);
  const height = Math.round(
    graphic.panelHeight ??
      (graphic.aspect === undefined ? each * (graphic.panels.length > columns ? 0.35 : 0.62) : each * graphic.aspect),
  );
  const panels = exportedPanels(graphic).map((panel, i) => panelOf(graphic.panels[i]!, panel, each, height, scale));
  const spec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: `${graphic.title}. ${graphic.description}`,
    usermeta: { notes: graphic.notes, provenance },
    ...(panels.length === 1 ? panels[0] : { columns, concat: panels }),
    config: {
      font: theme.font,
      axis: {
        labelOverlap: false,
        labelFontSize: theme.tickSize,
        titleFontSize: theme.labelSize,
        titleFontWeight: 'normal',
        gridColor: theme.grid,
        gridWidth: theme.gridWidth,
      },
      axisX: { grid: false },
      legend: { labelFontSize: theme.labelSize },
      title: { fontSize: theme.labelSize, anchor: 'start' },
      view: { stroke: null },
    },
  };
  return `${JSON.stringify(spec, null, 1)}\n`;
}

/** Names, colours and dashes of all series, the same in every panel. */
function scaleOf({ panels, legend }: Graphic): {
  readonly names: readonly string[];
  readonly series: readonly Series[];
} {
  const named =
    legend === 'none'
      ? []
      : panels.flatMap(({ layers }) => layers.map(({ series }) => series)).filter(({ label }) => label !== '');
  const series = [...new Map(named.map((one) => [one.label, one])).values()];
  return { names: series.map(({ label }) => label), series };
}

function panelOf(
  { heading, x, y }: Panel,
  { axes, layers }: Exported,
  width: number,
  height: number,
  scale: ReturnType<typeof scaleOf>,
): Json {
  const encodingOf = (field: string, direction: 'x' | 'y') => {
    const axis = axes[direction];
    const hidden = (direction === 'x' ? x : y).scale === 'hidden';
    const names = Object.fromEntries(axis.ticks.map(({ at, text }) => [String(at), text]));
    return {
      field,
      type: 'quantitative',
      scale: { domain: axis.domain, nice: false, ...(axis.isLog ? { type: 'log' } : { zero: false }) },
      axis: hidden
        ? null
        : {
            title: axis.title,
            values: axis.ticks.map(({ at }) => at),
            labelExpr: `(${JSON.stringify(names)})[datum.value]`,
          },
    };
  };
  return {
    ...(heading === '' ? {} : { title: heading }),
    width,
    height,
    layer: layers.flatMap((layer) => unitsOf(layer, encodingOf, scale)),
  };
}

function unitsOf(
  layer: Layer,
  encode: (field: string, direction: 'x' | 'y') => Json,
  { names, series: all }: ReturnType<typeof scaleOf>,
): Json[] {
  const { series } = layer;
  const { style } = series;
  const colour = colourOf(layer);
  const isNamed = names.includes(series.label) && layer.colour === undefined;
  const bySeries = (range: readonly unknown[]) => ({
    field: 'series',
    type: 'nominal',
    scale: { domain: names, range },
    legend: names.length > 1 ? { title: null } : null,
  });
  const coloured = isNamed ? { color: bySeries(all.map((one) => one.style.colour)) } : {};
  const dashed = isNamed ? { strokeDash: bySeries(all.map((one) => dashOf(one.style.dash))) } : {};
  const place = { x: encode('x', 'x'), y: encode('y', 'y') };
  const span = { ...place, x2: { field: 'x2' }, y2: { field: 'y2' } };
  const plain = isNamed ? {} : { color: colour, strokeDash: dashOf(style.dash) };
  const line = { type: 'line', strokeWidth: layer.width ?? theme.lineWidth, ...plain };
  const dots = {
    type: 'point',
    size: theme.markerArea,
    filled: style.filled,
    shape: SHAPES.get(style.marker) ?? 'circle',
    color: colour,
    opacity: 1,
    ...(style.filled ? {} : { fill: theme.paper }),
  };
  const unit = (rows: readonly object[], mark: Json, encoding: Json): Json => {
    const values = isNamed ? rows.map((row) => ({ ...row, series: series.label })) : rows;
    return { data: { values }, mark: { ...mark, clip: mark['type'] !== 'point' }, encoding };
  };
  switch (layer.mark) {
    case 'line': {
      const marked = layer.markers === 'all' ? layer.rows : layer.markers;
      const drawn = layer.curve === 'step' ? { ...line, interpolate: 'step-after' } : line;
      return [
        unit(layer.rows, drawn, { ...place, ...coloured, ...dashed }),
        ...(marked === undefined ? [] : [unit(marked, dots, place)]),
      ];
    }
    case 'path':
      return [
        unit(
          layer.rows.map((row, order) => ({ ...row, order })),
          line,
          { ...place, order: { field: 'order' }, ...coloured, ...dashed },
        ),
      ];
    case 'outline': {
      const rows = [...layer.rows, layer.rows[0]!].map((row, order) => ({ ...row, order }));
      return [unit(rows, line, { ...place, order: { field: 'order' }, ...coloured, ...dashed })];
    }
    case 'points':
      return [unit(layer.rows, dots, place)];
    case 'intervals':
      return [
        unit(layer.rows, { type: 'rule', color: colour }, { x: place.x, y: encode('low', 'y'), y2: { field: 'high' } }),
      ];
    case 'band':
      return [
        unit(
          layer.rows,
          { type: 'area', color: colour, opacity: 0.15 },
          { x: place.x, y: encode('low', 'y'), y2: { field: 'high' } },
        ),
      ];
    case 'boxes': {
      const own = layer.rows.some(({ fill }) => fill !== undefined);
      const mark = {
        type: 'rect',
        ...(isNamed ? {} : { color: colour }),
        ...(layer.fill === 'light' ? { fillOpacity: 0.15 } : {}),
      };
      return [
        unit(layer.rows, mark, {
          ...span,
          ...(own ? { color: { field: 'fill', type: 'nominal', scale: null } } : coloured),
        }),
      ];
    }
    case 'segments':
      return [
        unit(
          layer.rows,
          { type: 'rule', strokeWidth: layer.width ?? theme.lineWidth, color: colour, strokeDash: dashOf(style.dash) },
          span,
        ),
      ];
    case 'labels': {
      const rows = layer.rows.map((row) => ({ colour: theme.ink, ...row }));
      const mark = { type: 'text', fontSize: theme.tickSize, lineBreak: '\n' };
      return [
        unit(rows, mark, {
          ...place,
          text: { field: 'text' },
          color: { field: 'colour', type: 'nominal', scale: null },
        }),
      ];
    }
  }
}

function dashOf(dash: string | undefined): number[] {
  return dash === undefined ? [1, 0] : dash.split(' ').map(Number);
}
