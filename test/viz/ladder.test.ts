import assert from 'node:assert/strict';
import type { Rung } from '../../sim/run/ladder';
import { drawLadder } from '../../viz/ladder';
import { elements, textOf, type SvgNode } from '../../viz/svg';
import { textWidth, theme } from '../../viz/theme';
import { ofClass } from './read-chart';

const WORDS = { title: 'A call', provenance: 'Drawn by a test.' };
const NODES = ['alice', 'atlanta', 'bob'];
const MS = 1e6;

const rung = (from: string, to: string, what: string, sent: number, arrived: number, again = false): Rung => ({
  from,
  to,
  what,
  sentAt: sent * MS,
  arrivedAt: arrived < 0 ? -1 : arrived * MS,
  again,
  bytes: 400,
});

/** An INVITE that is lost, and comes again. */
const RUNGS = [
  rung('alice', 'atlanta', 'INVITE', 0, -1),
  rung('alice', 'atlanta', 'INVITE', 500, 510, true),
  rung('atlanta', 'bob', 'INVITE', 512, 522),
  rung('bob', 'atlanta', '180 Ringing', 524, 534),
  rung('atlanta', 'alice', '180 Ringing', 536, 546),
];

const draw = (rungs: readonly Rung[], width = 516) => drawLadder({ nodes: NODES, rungs }, WORDS, width);
const texts = (node: SvgNode) => elements(node, 'text').map(textOf);
const x = (node: SvgNode) => Number(node.attributes['x']);

describe('a ladder drawn for print', () => {
  it('has each node once, and each message with the times at which it was sent and arrived', () => {
    const drawn = draw(RUNGS);
    assert.deepEqual(ofClass(drawn, 'node').flatMap(texts), NODES);
    assert.deepEqual(ofClass(drawn, 'message').map((message) => texts(message)), [
      ['0.0000', 'INVITE'],
      ['0.5000', 'INVITE', '0.5100'],
      ['0.5120', 'INVITE', '0.5220'],
      ['0.5240', '180 Ringing', '0.5340'],
      ['0.5360', '180 Ringing', '0.5460'],
    ]); // prettier-ignore
  });

  it('leads an arrow from who sent to who gets, and falls while time passes', () => {
    const bars = new Map(ofClass(draw(RUNGS), 'node').map((node) => [texts(node)[0], elements(node, 'line')[0]!.attributes['x1']])); // prettier-ignore
    ofClass(draw(RUNGS), 'message').forEach((message, i) => {
      const { x1, x2, y1, y2 } = elements(message, 'line')[0]!.attributes;
      assert.equal(x1, bars.get(RUNGS[i]!.from));
      if (RUNGS[i]!.arrivedAt >= 0) assert.equal(x2, bars.get(RUNGS[i]!.to));
      assert.ok(Number(y2) > Number(y1));
    });
  });

  it('ends a lost message in a cross, short of where it goes, and breaks the line of what comes again', () => {
    const messages = ofClass(draw(RUNGS), 'message');
    assert.deepEqual(
      messages.map((message) => ofClass(message, 'cross').length),
      [1, 0, 0, 0, 0],
    );
    assert.deepEqual(
      messages.map((message) => ofClass(message, 'head').length),
      [0, 1, 1, 1, 1],
    );
    const dashed = messages.map((message) => elements(message, 'line')[0]!.attributes['stroke-dasharray']);
    assert.deepEqual(dashed, [undefined, '3 2', undefined, undefined, undefined]);
    const note = ofClass(draw(RUNGS), 'note').flatMap(texts).join(' ');
    assert.match(note, /^5 messages, 2000 bytes\. Dashed: sent again \(1\)\. Cross: did not arrive \(1\)\./);
  });

  it('shows where much more time passes than usual, and says nothing of what there is not', () => {
    assert.equal(ofClass(draw(RUNGS), 'pause').length, 1);
    const plain = draw(RUNGS.slice(2));
    assert.equal(ofClass(plain, 'pause').length, 0);
    assert.deepEqual(ofClass(plain, 'note').flatMap(texts), ['3 messages, 1200 bytes.']);
  });

  it('keeps within the width of a column, with the number of a response where there is no room for more', () => {
    const narrow = drawLadder({ nodes: ['alice', 'p1', 'p2', 'p3', 'bob'], rungs: [rung('p1', 'p2', '180 Ringing', 0, 9)] }, WORDS, 241); // prettier-ignore
    assert.deepEqual(texts(ofClass(narrow, 'message')[0]!), ['0.0000', '180', '0.0090']);
    for (const text of elements(draw(RUNGS, 241), 'text')) {
      const anchor = text.attributes['text-anchor'] ?? 'start';
      const wide = textWidth(textOf(text), theme.noteSize);
      const left = x(text) - wide * (anchor === 'start' ? 0 : anchor === 'end' ? 1 : 0.5);
      assert.ok(left > -2 && left + wide < 243, textOf(text));
    }
  });

  it('tells those who do not see it what it shows, and stands where nothing was said', () => {
    const [said] = elements(draw(RUNGS), 'desc').map(textOf);
    assert.match(said!, /^0\.0000 s alice to atlanta: INVITE, lost; 0\.5000 s alice to atlanta: INVITE again; /);
    const empty = drawLadder({ nodes: [], rungs: [] }, WORDS, 252);
    assert.deepEqual(ofClass(empty, 'note').flatMap(texts), ['0 messages, 0 bytes.']);
  });
});
