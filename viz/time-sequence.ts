import { type Layer, type Graphic, type Place, type Series } from './grammar';
import { styleOf, theme } from './theme';

/** One end of a connection as xplot draws it: see `sim/trace/time-sequence.ts`. */
export interface XplotTrace {
  readonly title: string;
  readonly lines: readonly Stroke[];
  readonly texts: readonly (Place & { readonly colour: string; readonly text: string })[];
}

interface Stroke {
  readonly colour: string;
  readonly x: number;
  readonly y: number;
  readonly x2: number;
  readonly y2: number;
}

const HEAD = ['timeval', 'title', 'xlabel', 'ylabel'];
const WITH_TEXT = /^[abrl]text$/;

/** Reads what `--xpl` writes. Throws a `RangeError` that names the line when it is something else. */
export function parseXplot(text: string): XplotTrace {
  const rows = text.split('\n');
  const lines: Stroke[] = [];
  const texts: (Place & { colour: string; text: string })[] = [];
  let colour = 'white';
  let title = '';
  for (let i = 0; i < rows.length; i++) {
    const [word = '', ...rest] = rows[i]!.split(' ');
    const numbers = rest.map(Number);
    const [x = NaN, y = NaN, x2 = NaN, y2 = NaN] = numbers;
    if (word === '' || word === 'go') continue;
    if (word === 'title') title = rows[++i] ?? '';
    else if (HEAD.includes(word)) i += word === 'timeval' ? 0 : 1;
    else if (rest.length === 0) colour = word;
    else if (numbers.some(Number.isNaN)) throw new RangeError(`line ${i + 1}: expected numbers, found ${rows[i]!}`);
    else if (word === 'line') lines.push({ colour, x, y, x2, y2 });
    else if (WITH_TEXT.test(word)) texts.push({ colour, x, y, text: rows[++i] ?? '' });
  }
  if (title === '') throw new RangeError('line 1: expected a time sequence as --xpl writes it, found no title');
  return { title, lines, texts };
}

/** What is drawn of each colour of xplot, in order: what is drawn later covers what was drawn before. */
const KINDS: readonly { readonly colour: string; readonly series: Series; readonly width: number }[] = [
  { colour: 'yellow', series: { label: "peer's window", style: { ...styleOf(6, 0), dash: '1.2 1.6' } }, width: 0.8 },
  { colour: 'green', series: { label: 'acknowledged', style: styleOf(3, 0) }, width: 0.8 },
  { colour: 'purple', series: { label: 'SACK', style: styleOf(4, 0) }, width: 1.2 },
  { colour: 'white', series: { label: 'sent', style: styleOf(2, 0) }, width: 1.2 },
  { colour: 'red', series: { label: 'sent again', style: styleOf(1, 0) }, width: 2 },
];

/**
 * A time-sequence graph after tcptrace, for print: sequence numbers over time, as offsets from the first one, between
 * `from` and `to` (seconds). Throws a `RangeError` when nothing was sent between them.
 */
export function timeSequence(trace: XplotTrace, from: number, to: number): Graphic {
  const first = Math.min(...trace.lines.filter(({ colour }) => colour !== 'yellow').map(({ y }) => y));
  const shown = trace.lines.filter(({ x, x2 }) => x >= from && x2 <= to);
  const sent = shown.filter(({ colour }) => colour === 'white' || colour === 'red');
  if (sent.length === 0) throw new RangeError(`nothing was sent between ${from} and ${to} s`);
  const highest = Math.max(...sent.map(({ y2 }) => y2));
  const layers: Layer[] = KINDS.flatMap(({ colour, series, width }): Layer[] => {
    const rows = shown
      // the window is often far above all that is sent: it is shown where it limits
      .filter((stroke) => stroke.colour === colour && (colour !== 'yellow' || stroke.y2 <= highest))
      .map(({ x, y, x2, y2 }) => ({ x, y: y - first, x2, y2: y2 - first }));
    return rows.length === 0 ? [] : [{ mark: 'segments', series, width, rows }];
  });
  const again = sent.filter(({ colour }) => colour === 'red');
  const marks = trace.texts.filter(({ x, text }) => x >= from && x <= to && text === 'R');
  if (marks.length > 0) {
    const rows = marks.map(({ x, y, text }) => ({ x, y: y - first, text, colour: KINDS[4]!.series.style.colour }));
    layers.push({ mark: 'labels', series: { label: '', style: styleOf(1, 0) }, rows });
  }
  return {
    title: trace.title.replaceAll('_', ' '),
    description: `${sent.length} segments were sent between ${from} and ${to} s, ${again.length} of them again.`,
    notes: [`${trace.title.replaceAll('_', ' ')}. R: sent again.`],
    panels: [
      {
        heading: '',
        x: { label: 'time', unit: 's', scale: 'linear', from: 'any' },
        y: { label: 'sequence number', unit: 'B', scale: 'linear', from: 'any' },
        layers,
      },
    ],
    legend: 'top',
    panelHeight: theme.labelSize * 24,
  };
}
