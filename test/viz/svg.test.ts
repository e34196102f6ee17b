import assert from 'node:assert/strict';
import { elements, svg, textOf, toSvgText } from '../../viz/svg';

describe('SVG as a plain tree', () => {
  it('escapes text and attributes', () => {
    const text = toSvgText(svg('text', { title: 'a "b" & c' }, '1 < 2 & 3'));
    assert.match(text, /<text title="a &quot;b&quot; &amp; c">1 &lt; 2 &amp; 3<\/text>/);
  });

  it('rounds numbers to hundredths, and leaves out what is undefined', () => {
    assert.match(toSvgText(svg('line', { x1: 1 / 3, x2: -0.001, dash: undefined })), /<line x1="0.33" x2="0"\/>/);
  });

  it('adds no white space where it would show', () => {
    const text = toSvgText(svg('text', {}, 'a', svg('tspan', {}, 'b'), 'c'));
    assert.match(text, /<text>a<tspan>b<\/tspan>c<\/text>/);
  });

  it('finds elements and their text', () => {
    const tree = svg('g', {}, svg('text', {}, 'x'), svg('g', {}, svg('text', {}, 'y', svg('tspan', {}, 'z'))));
    assert.deepEqual(elements(tree, 'text').map(textOf), ['x', 'yz']);
  });
});
