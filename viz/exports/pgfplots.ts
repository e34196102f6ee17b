import { color } from 'd3';
import {
  symbolCircle,
  symbolDiamond,
  symbolSquare,
  symbolTimes,
  symbolTriangle,
  symbolTriangle2,
  symbolWye,
  type SymbolType,
} from 'd3';
import type { Graphic, Layer, Place } from '../grammar';
import { theme } from '../theme';
import { colourOf, type Exported, type ExportedAxis, exportedPanels } from './exported';

/** Names of markers: hollow, and filled. */
const MARKS = new Map<SymbolType, readonly [string, string]>([
  [symbolCircle, ['o', '*']],
  [symbolSquare, ['square', 'square*']],
  [symbolTriangle, ['triangle', 'triangle*']],
  [symbolDiamond, ['diamond', 'diamond*']],
  [symbolTriangle2, ['triangle', 'triangle*']],
  [symbolWye, ['Mercedes star', 'Mercedes star']],
  [symbolTimes, ['x', 'x']],
]);

/**
 * A figure as a `tikzpicture` for LaTeX with pgfplots (its manual: ctan.org/pkg/pgfplots), to be read with `\input`. Its
 * data are in it, in the units of its axes; type is that of the document.
 */
export function pgfplotsOf(graphic: Graphic, width: number, provenance: string): string {
  const columns = Math.min(graphic.columns ?? 1, graphic.panels.length);
  const panels = exportedPanels(graphic);
  const rows = Math.ceil(panels.length / columns);
  const hasNames = graphic.legend !== 'none' && namesIn(graphic) > 1;
  const each = width / columns - (hasNames && columns === 1 ? 100 : 50);
  const high = heightOf(graphic, each, rows);
  const colours = new Map<string, string>();
  const nameOf = (colour: string): string => {
    const hex = hexOf(colour);
    if (!colours.has(hex)) colours.set(hex, `hw${colours.size + 1}`);
    return colours.get(hex)!;
  };
  const plots = panels.map((panel, i) => panelOf(graphic, panel, i, { columns, each, nameOf }));
  const grid = nameOf(theme.grid);
  const defined = [...colours].map(([hex, name]) => `\\definecolor{${name}}{HTML}{${hex}}`);
  return `% ${provenance}
% Needs in the preamble: \\usepackage{pgfplots} \\usepgfplotslibrary{groupplots} \\pgfplotsset{compat=1.18}
${graphic.notes.map((note) => `% ${note}`).join('\n')}
\\begin{tikzpicture}
${defined.join('\n')}
\\begin{groupplot}[
  group style={group size=${columns} by ${rows}, horizontal sep=${columns > 1 ? 34 : 0}pt, vertical sep=26pt},
  scale only axis, width=${round(each)}pt, height=${round(high)}pt,
  axis x line*=bottom, axis y line*=left, tick align=outside, ymajorgrids, grid style={${grid}, line width=${theme.gridWidth}pt},
  label style={font=\\footnotesize}, tick label style={font=\\scriptsize}, title style={font=\\footnotesize\\bfseries},
  legend style={draw=none, font=\\footnotesize, cells={anchor=west}, at={(1.03,1)}, anchor=north west},
  unbounded coords=jump, clip mode=individual,
]
${plots.join('\n')}
\\end{groupplot}
\\end{tikzpicture}
`;
}

function heightOf({ aspect, panelHeight }: Graphic, width: number, rows: number): number {
  return panelHeight ?? (aspect === undefined ? Math.min(190, width * (rows > 1 ? 0.4 : 0.75)) : width * aspect);
}

interface Layout {
  readonly columns: number;
  /** Width of a panel in points. */
  readonly each: number;
  /** What a colour is called in the document. */
  nameOf(colour: string): string;
}

function panelOf(
  graphic: Graphic,
  { axes, layers }: Exported,
  index: number,
  { columns, each, nameOf }: Layout,
): string {
  const { panels } = graphic;
  const { heading, x, y } = panels[index]!;
  const isAlone = panels[index + columns]?.x !== x;
  const legend = namesIn(graphic) > 1 ? graphic.legend : 'none';
  const wide = x.scale === 'categories' ? [`xticklabel style={align=center, text width=${round(each / axes.x.ticks.length)}pt}`] : []; // prettier-ignore
  const options = [
    ...(heading === '' ? [] : [`title={${tex(heading)}}`]),
    ...axisOptions('x', axes.x, isAlone),
    ...wide,
    ...axisOptions('y', axes.y, true),
    ...(x.scale === 'hidden' ? ['axis x line=none'] : []),
    ...(y.scale === 'hidden' ? ['axis y line=none', 'ymajorgrids=false'] : []),
  ];
  const named = new Set<string>();
  const plots = layers.flatMap((layer) => {
    const { label } = layer.series;
    const isFirst = legend !== 'none' && label !== '' && !named.has(label) && isLegible(layer);
    if (isFirst) named.add(label);
    return plotsOf(layer, nameOf, isFirst);
  });
  return [`\\nextgroupplot[${options.join(', ')}]`, ...plots].join('\n');
}

/** How many series have a name. */
function namesIn({ panels }: Graphic): number {
  const names = panels.flatMap(({ layers }) => layers.map(({ series: { label } }) => label));
  return new Set(names.filter((name) => name !== '')).size;
}

function isLegible({ mark }: Layer): boolean {
  return mark !== 'intervals' && mark !== 'labels' && mark !== 'band';
}

function axisOptions(name: 'x' | 'y', { title, domain, ticks, isLog }: ExportedAxis, hasLabel: boolean): string[] {
  const [from, to] = domain;
  const places = ticks.map(({ at }) => at).join(',');
  const texts = ticks.map(({ text }) => `{${tex(text)}}`).join(',');
  return [
    ...(isLog ? [`${name}mode=log`] : []),
    `${name}min=${from}`,
    `${name}max=${to}`,
    `${name}tick={${places}}`,
    hasLabel ? `${name}ticklabels={${texts}}` : `${name}ticklabels={}`,
    ...(hasLabel ? [`${name}label={${tex(title)}}`] : []),
  ];
}

function plotsOf(layer: Layer, nameOf: (colour: string) => string, isNamed: boolean): string[] {
  const { style, label } = layer.series;
  const colour = nameOf(colourOf(layer));
  const marker = `mark=${(MARKS.get(style.marker) ?? ['o', '*'])[style.filled ? 1 : 0]}, mark size=1.6pt, mark options={solid${style.filled ? '' : ', fill=white'}}`;
  const stroke = `${colour}, line width=${layer.width ?? theme.lineWidth}pt${dashOf(style.dash)}`;
  const plot = (options: string, rows: readonly Place[], end = ''): string =>
    `\\addplot[${options}${isNamed ? '' : ', forget plot'}] coordinates {${rows.map(coordinates).join(' ')}}${end};`;
  const legend = isNamed ? [`\\addlegendentry{${tex(label)}}`] : [];
  switch (layer.mark) {
    case 'line': {
      const step = layer.curve === 'step' ? ', const plot' : '';
      const { rows, markers } = layer;
      if (markers === undefined) return [plot(`${stroke}, no marks${step}`, rows), ...legend];
      if (markers.length === rows.length) return [plot(`${stroke}, ${marker}${step}`, rows), ...legend];
      const dots = `\\addplot[${colour}, only marks, ${marker}, forget plot] coordinates {${(markers as readonly Place[]).map(coordinates).join(' ')}};`;
      return [plot(`${stroke}, no marks${step}`, rows), ...legend, dots];
    }
    case 'path':
      return [plot(`${stroke}, no marks`, layer.rows), ...legend];
    case 'points':
      return layer.rows.length === 0 ? [] : [plot(`${colour}, only marks, ${marker}`, layer.rows), ...legend];
    case 'outline':
      return [plot(`${stroke}, no marks, fill=${colour}, fill opacity=0.15`, layer.rows, ' -- cycle'), ...legend];
    case 'band': {
      const edge = [
        ...layer.rows.map(({ x, high }) => ({ x, y: high })),
        ...layer.rows.map(({ x, low }) => ({ x, y: low })).reverse(),
      ];
      return [plot(`draw=none, fill=${colour}, fill opacity=0.15, no marks`, edge, ' -- cycle')];
    }
    case 'intervals':
      return layer.rows.map(
        ({ x, low, high }) =>
        plot(`${colour}, line width=0.8pt, mark=-, mark size=2pt, mark options={solid}`, [{ x, y: low }, { x, y: high }]), // prettier-ignore
      );
    case 'boxes':
      return layer.rows.flatMap((row, i) => {
        const corners = [{ x: row.x, y: row.y }, { x: row.x2, y: row.y }, { x: row.x2, y: row.y2 }, { x: row.x, y: row.y2 }]; // prettier-ignore
        const fill = row.fill === undefined ? colour : nameOf(row.fill);
        const opacity = [
          'fill opacity=0.15',
          'fill opacity=1',
          'fill opacity=0.55',
          'fill opacity=0.3',
          'fill opacity=0',
        ];
        const level = layer.fill === 'light' ? 0 : layer.fill === 'full' ? 1 : 1 + (layer.fill % 4);
        const edge = layer.width === 0 ? 'draw=none' : `draw=${colour}, line width=0.5pt`;
        const forget = isNamed && i === 0 ? ', area legend' : ', forget plot';
        const drawn = `\\addplot[${edge}, fill=${fill}, ${opacity[level]}, no marks${forget}] coordinates {${corners.map(coordinates).join(' ')}} -- cycle;`;
        return i === 0 ? [drawn, ...legend] : [drawn];
      });
    case 'segments':
      return layer.rows.flatMap(({ x, y, x2, y2 }, i) => {
        const drawn = `\\addplot[${stroke}, no marks${isNamed && i === 0 ? '' : ', forget plot'}] coordinates {${coordinates({ x, y })} ${coordinates({ x: x2, y: y2 })}};`;
        return i === 0 ? [drawn, ...legend] : [drawn];
      });
    case 'labels':
      return layer.rows.map(({ x, y, text, colour: ink = theme.ink, anchor = 'middle' }) => {
        const side = { start: 'anchor=west', middle: 'anchor=center', end: 'anchor=east' }[anchor];
        const lines = text.split('\n').map(tex).join('\\\\');
        return `\\node[${side}, align=center, font=\\tiny, text=${nameOf(ink)}] at (axis cs:${x},${y}) {${lines}};`;
      });
  }
}

function coordinates({ x, y }: Place): string {
  return `(${x},${Number.isNaN(y) ? 'nan' : y})`;
}

function dashOf(dash: string | undefined): string {
  if (dash === undefined) return '';
  const pattern = dash.split(' ').map((length, i) => `${i % 2 === 0 ? 'on' : 'off'} ${length}pt`);
  return `, dash pattern=${pattern.join(' ')}`;
}

const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  µ: '\\ensuremath{\\mu}',
  σ: '\\ensuremath{\\sigma}',
  λ: '\\ensuremath{\\lambda}',
  '±': '\\ensuremath{\\pm}',
  '×': '\\ensuremath{\\times}',
  '≥': '\\ensuremath{\\ge}',
  '≤': '\\ensuremath{\\le}',
  '–': '--',
  '−': '\\ensuremath{-}',
  '’': "'",
};

/** Text as LaTeX takes it. */
function tex(text: string): string {
  return text.replace(/[{}\\~^<>µσλ±×≥≤–−’]/g, (c) => SPECIAL[c]!).replace(/[&%$#_]/g, (c) => `\\${c}`);
}

function hexOf(colour: string): string {
  return color(colour)!.formatHex().slice(1).toUpperCase();
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
