import assert from 'node:assert/strict';
import { drawGraphic } from '../../viz/draw-graphic';
import { toSvgText } from '../../viz/svg';
import { parseXplot, timeSequence } from '../../viz/time-sequence';

/** Three segments of 100 bytes from sequence number 1000; the second is sent again. */
const TRACE = `timeval double
title
10.0.0.1:1_==>_10.0.0.2:2 (time sequence graph)
xlabel
time
ylabel
sequence number
white
darrow 1.0 1000
line 1.0 1000 1.0 1100
uarrow 1.0 1100
line 1.1 1100 1.1 1200
line 1.2 1200 1.2 1300
green
line 1.0 1000 1.4 1000
line 1.4 1000 1.4 1100
yellow
line 1.0 1250 1.4 1250
line 1.0 9000 1.4 9000
red
atext 1.5 1200
R
line 1.5 1100 1.5 1200
go
`;

describe('time sequences for print, from what --xpl writes', () => {
  const rowsOf = (from: number, to: number) =>
    timeSequence(parseXplot(TRACE), from, to).panels[0]!.layers.map(({ series, rows }) => [series.label, rows.length]);

  it('show what was sent, sent again and acknowledged, and the window where it is near', () => {
    assert.deepEqual(rowsOf(0, Infinity), [
      ["peer's window", 1],
      ['acknowledged', 2],
      ['sent', 3],
      ['sent again', 1],
      ['', 1],
    ]);
  });

  it('count sequence numbers from the first, and keep to the time asked for', () => {
    const { panels } = timeSequence(parseXplot(TRACE), 1.05, 1.3);
    assert.deepEqual(panels[0]!.layers[0]!.rows, [
      { x: 1.1, y: 100, x2: 1.1, y2: 200 },
      { x: 1.2, y: 200, x2: 1.2, y2: 300 },
    ]);
    assert.throws(() => timeSequence(parseXplot(TRACE), 5, 6), /nothing was sent between 5 and 6 s/);
  });

  it('are drawn with a line for each stroke, and R where something was sent again', () => {
    const svg = toSvgText(drawGraphic(timeSequence(parseXplot(TRACE), 0, 2), { width: 252 }));
    assert.match(svg, />R</);
    assert.match(svg, /sequence number \(B\)/);
  });

  it('name the line that is not of such a file', () => {
    assert.throws(() => parseXplot('title\nx\nline 1 2 three 4\n'), /line 3: expected numbers, found line 1 2 three 4/);
    assert.throws(() => parseXplot('a,b\n1,2\n'), /line 1: expected a time sequence as --xpl writes it/);
  });
});
