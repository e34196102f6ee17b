import { extent, line, max, scaleLinear } from 'd3';
import { jainIndex } from '../../sim/stats/measures';
import { displayUnit, formatQuantity, withUnit } from '../format';
import { escape } from '../svg';
import { dashes, textWidth, theme } from '../theme';
import type { Frame, Loaded } from './protocol';
import { colourOf } from './topology-view';

interface Series {
  /** Among the sessions, or the links. */
  readonly index: number;
  readonly name: string;
  readonly colour: string;
  readonly dash: string;
  readonly values: number[];
}

interface Panel {
  readonly title: string;
  /** Of the samples: a base unit. */
  readonly unit: string;
  readonly most?: number;
  readonly series: Series[];
}

const SIZE = { width: 460, height: 150, left: 48, right: 8, top: 20, bottom: 24 };
/** Sessions and queues drawn at most. */
const MOST = 7;
/** Points of a line at most. */
const POINTS = 300;

/** Charts that grow with the run: goodput, fairness, windows, queues. */
export class LivePlots {
  private times: number[] = [];
  private panels: Panel[] = [];
  private duration = 1;

  constructor(private readonly parent: HTMLElement) {}

  show({ sessions, links, duration }: Loaded): void {
    this.times = [];
    this.duration = duration / 1e9;
    const shown = sessions.slice(0, MOST);
    const perSession = (): Series[] =>
      shown.map(({ name, flow }, i) => ({
        index: i,
        name,
        colour: colourOf(flow),
        dash: dashes[i % dashes.length] ?? '',
        values: [],
      }));
    this.panels = [
      { title: 'Goodput', unit: 'bit/s', series: perSession() },
      {
        title: "Jain's index of goodputs",
        unit: '',
        most: 1,
        series: sessions.length < 2 ? [] : [{ index: 0, name: 'Jain', colour: theme.ink, dash: '', values: [] }],
      },
      { title: 'Congestion window', unit: 'B', series: perSession().filter((_, i) => shown[i]!.overStreams) },
      {
        title: 'Queues',
        unit: 'packets',
        series: links.map(({ name }, i) => ({
          index: i,
          name,
          colour: colourOf(i + 1),
          dash: dashes[i % dashes.length] ?? '',
          values: [],
        })),
      },
    ];
    this.draw();
  }

  add({ samples, fresh }: Frame): void {
    if (fresh) this.clear();
    if (samples.time.length === 0) return;
    const [goodput, jain, cwnd, queue] = this.panels as [Panel, Panel, Panel, Panel];
    this.times.push(...samples.time);
    for (const [i, { values }] of goodput.series.entries()) values.push(...samples.goodput[i]!);
    for (const { values, index } of cwnd.series) values.push(...samples.cwnd[index]!);
    for (const [i, { values }] of queue.series.entries()) values.push(...samples.queue[i]!);
    jain.series[0]?.values.push(...samples.time.map((_, i) => jainNow(samples.goodput.map((one) => one[i]!))));
    this.draw();
  }

  /** The charts as SVG texts, by name. */
  svgs(): { readonly name: string; readonly svg: string }[] {
    return this.panels
      .filter(({ series }) => series.length > 0)
      .map((panel) => ({ name: panel.title.toLowerCase().replace(/\W+/g, '-'), svg: this.svgOf(panel) }));
  }

  /** All samples so far, one row a moment. */
  csv(): string {
    const columns = this.panels.flatMap(({ title, series, unit }) =>
      series.map(({ name, values }) => ({
        head: withUnit(`${title} ${name}`, unit),
        values,
      })),
    );
    const quoted = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
    const rows = this.times.map((t, i) => [t, ...columns.map(({ values }) => values[i]!)].join(','));
    return [['time_s', ...columns.map(({ head }) => quoted(head))].join(','), ...rows, ''].join('\n');
  }

  private clear(): void {
    this.times.length = 0;
    for (const { series } of this.panels) for (const { values } of series) values.length = 0;
  }

  private draw(): void {
    this.parent.innerHTML = this.panels
      .filter(({ series }) => series.length > 0)
      .map((panel) => this.svgOf(panel))
      .join('');
  }

  private svgOf(panel: Panel): string {
    const { width, height, left, right, top, bottom } = SIZE;
    const all = panel.series.filter(({ values }) => values.some((v) => v > 0));
    const series = all.sort((a, b) => (max(b.values) ?? 0) - (max(a.values) ?? 0)).slice(0, MOST);
    const largest = Math.max(0, ...series.map(({ values }) => max(values) ?? 0));
    const { scale, text: unit } = displayUnit(panel.unit, largest || 1e6);
    const highest = panel.most ?? (largest / scale || 1);
    const x = scaleLinear([0, this.duration], [left, width - right]);
    const y = scaleLinear([0, highest], [height - bottom, top]).nice();
    const step = Math.max(1, Math.ceil(this.times.length / POINTS));
    const draw = line<number>(
      (i) => x(this.times[i]!),
      (i) => y(peak(i)),
    ).defined((i) => !Number.isNaN(peak(i)));
    let values: readonly number[] = [];
    const peak = (i: number): number => (values[i] ?? NaN) / scale;
    const indices = Array.from({ length: Math.ceil(this.times.length / step) }, (_, i) => i * step);
    const paths = series.map((one) => {
      values = one.values;
      return `<path d="${draw(indices) ?? ''}" fill="none" stroke="${one.colour}" stroke-width="1.5" stroke-dasharray="${one.dash}"/>`;
    });
    const title = withUnit(panel.title, unit);
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(this.spoken(panel, series))}" font-family="${escape(theme.font)}" font-size="10">`,
      `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
      `<text x="${left}" y="12" font-weight="bold">${escape(title)}</text>`,
      ...y
        .ticks(4)
        .map(
          (t) =>
            `<path d="M${left} ${y(t)}H${width - right}" stroke="${theme.grid}" stroke-width="0.5"/><text x="${left - 4}" y="${y(t) + 3}" text-anchor="end">${t}</text>`,
        ),
      ...x.ticks(6).map((t) => `<text x="${x(t)}" y="${height - 10}" text-anchor="middle">${t}</text>`),
      `<text x="${width - right}" y="${height - 1}" text-anchor="end">time, s</text>`,
      ...paths,
      ...legend(series, left + textWidth(title, 10) + 12, width - right),
      '</svg>',
    ].join('');
  }

  private spoken({ title, unit }: Panel, series: readonly Series[]): string {
    const last = series.map(({ name, values }) => `${name} ${formatQuantity(values.at(-1) ?? 0, unit)}`);
    const [from, to] = extent(this.times);
    if (from === undefined || to === undefined) return `${title}: nothing yet`;
    return `${title} until ${to.toFixed(1)} s: ${last.join(', ')}`;
  }
}

function jainNow(goodputs: readonly number[]): number {
  return goodputs.some((one) => one > 0) ? jainIndex(goodputs) : NaN;
}

/** Names between two places: as many as fit, the largest first, and how many more there are. */
function legend(series: readonly Series[], from: number, to: number): string[] {
  const entries = series.map(({ name, colour, dash }) => ({ name, colour, dash, width: textWidth(name, 10) + 28 }));
  let shown = entries.length;
  const widthOf = (n: number): number => entries.slice(0, n).reduce((sum, { width }) => sum + width, n < entries.length ? 50 : 0); // prettier-ignore
  while (shown > 1 && widthOf(shown) > to - from) shown--;
  let x = Math.max(from, to - widthOf(shown));
  const parts = entries.slice(0, shown).map(({ name, colour, dash, width }) => {
    const at = x;
    x += width;
    return `<path d="M${at} 9h16" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/><text x="${at + 19}" y="12">${escape(name)}</text>`;
  });
  const more = entries.length - shown;
  return more === 0 ? parts : [...parts, `<text x="${x}" y="12">and ${more} more</text>`];
}
