import { line, scaleLog, scalePoint } from 'd3';
import { bottomAxis, bottomSpace, leftAxis, type Plot } from '../viz/axes';
import { figure } from '../viz/figure';
import { endLabels, endLabelSpace } from '../viz/legend';
import { marker, stroke } from '../viz/marks';
import { svg, toSvgText } from '../viz/svg';
import { styleOf, textWidth, theme } from '../viz/theme';
import { columnWidths } from '../viz/widths';

/** One line of a chart: a value for each place on the x axis, undefined where there is none. */
export interface ChartLine {
  readonly label: string;
  readonly values: readonly (number | undefined)[];
}

interface ChartText {
  readonly title: string;
  readonly description: string;
  readonly x: string;
  readonly y: string;
}

const HEIGHT = 170;

/** Values of several orders of magnitude against a few categories, on a logarithmic axis: the text of an SVG file. */
export function logChart(
  text: ChartText,
  places: readonly string[],
  lines: readonly ChartLine[],
  connected: boolean,
): string {
  const known = lines.flatMap(({ values }) => values.filter((value) => value !== undefined));
  const width = columnWidths['ieee-column'];
  const y = scaleLog([Math.min(...known), Math.max(...known)], [0, 1]).nice();
  const ticks = y.ticks(6).map((value) => ({ value, text: /^[125]0*$/.test(digits(value)) ? String(value) : '' }));
  const plot: Plot = {
    top: 6,
    bottom: HEIGHT - bottomSpace,
    left: theme.tickLength + 16 + Math.max(...ticks.map((tick) => textWidth(tick.text, theme.tickSize))),
    right: width - 2 - endLabelSpace(lines.map(({ label }) => label)),
  };
  y.range([plot.bottom, plot.top]);
  const x = scalePoint(places, [plot.left, plot.right]).padding(0.4);
  const drawn = lines.map(({ label, values }, i) => {
    const points = values.flatMap((value, at) => (value === undefined ? [] : [{ x: x(places[at]!)!, y: y(value) }]));
    return { label, style: styleOf(i, i), points };
  });
  const path = line<{ x: number; y: number }>(
    (p) => p.x,
    (p) => p.y,
  ).digits(2);
  return toSvgText(
    figure(
      { width, height: HEIGHT },
      { title: text.title, description: text.description },
      leftAxis(
        plot,
        ticks.map((tick) => ({ at: y(tick.value), text: tick.text })),
        text.y,
      ),
      bottomAxis(
        plot,
        places.map((name) => ({ at: x(name)!, text: name })),
        text.x,
      ),
      endLabels(
        drawn.map(({ label, style, points }) => ({ text: label, style, mark: style, ...points[points.length - 1]! })),
        plot.right,
        plot.top,
        plot.bottom,
      ),
      ...drawn.map(({ style, points }) =>
        svg(
          'g',
          { class: 'series' },
          ...(connected ? [stroke(path(points) ?? '', style)] : []),
          ...points.map((p) => marker(p.x, p.y, style)),
        ),
      ),
    ),
  );
}

/** The digits of a number that matter: of 0.05, 5. */
function digits(value: number): string {
  return (
    value
      .toPrecision(3)
      .replace(/^0?\.?0*|\.|e.*/g, '')
      .replace(/0+$/, '') || '0'
  );
}
