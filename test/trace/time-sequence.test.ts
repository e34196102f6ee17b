import assert from 'node:assert/strict';
import type { TcpConfig } from '../../sim/tcp/config';
import { drawTimeSequences } from '../../sim/trace/time-sequence';
import { filesBy, needs } from '../support/capture-tools';
import { LOST, transfer } from '../support/lossy-transfer';
import { SECOND, type tcp } from '../support/network';

/** What both ends of a transfer send, as it is drawn; and the capture at the sender. */
function drawn(config: Partial<TcpConfig>, congestionControl?: Parameters<typeof tcp>[1]) {
  const files = new Map<string, string[]>();
  const { file } = transfer(config, congestionControl, (simulation) => {
    const open = (name: string) => {
      const parts: string[] = [];
      files.set(name, parts);
      return { write: (part: string) => parts.push(part), close: () => undefined };
    };
    drawTimeSequences(simulation, open, () => 'one');
  });
  const texts = new Map([...files].map(([name, parts]) => [name, parts.join('')]));
  return { file, texts, sender: texts.get('one.a-49152.b-80.client')! };
}

const COLOURS = new Set(['white', 'red', 'orange', 'green', 'yellow', 'purple', 'blue', 'magenta', 'pink']);
const HEAD_LINES = 7;

/**
 * What a file for xplot shows, in no order: colour, shape, times to the microsecond, which is what tcptrace keeps, sequence
 * numbers, text. A line without length shows nothing.
 */
function shown(file: string): string[] {
  const lines = file.trimEnd().split('\n').slice(HEAD_LINES);
  const elements: string[] = [];
  let colour = '';
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (COLOURS.has(line)) colour = line;
    else if (line !== 'go') {
      const [shape, ...words] = line.split(' ');
      const own = words.filter((word) => COLOURS.has(word))[0] ?? colour;
      const numbers = words.filter((word) => !COLOURS.has(word));
      const points = numbers.map((n, k) => (k % 2 === 0 ? n.replace(/(\.\d{6})\d*$/, '$1') : n));
      const text = shape!.endsWith('text') ? lines[++i]! : '';
      if (shape !== 'line' || points.slice(0, 2).join() !== points.slice(2).join())
        elements.push([own, shape, ...points, text].join(' '));
    }
  }
  return elements.sort();
}

describe('time sequences for xplot', function () {
  this.timeout(60_000);

  const variants: readonly (readonly [string, Partial<TcpConfig>, Parameters<typeof tcp>[1]?])[] = [
    ['SACK and timestamps', {}],
    ['BBR, paced', {}, 'bbr3'],
    ['SACK alone', { timestamps: false }],
    ['neither SACK nor timestamps', { sack: false, timestamps: false, lossRecovery: 'newreno' }],
    ['a small window that is not scaled', { windowScaling: false, receiveBuffer: 20_000 }],
    ['a loss timer alone', { sack: false, timestamps: false, lossRecovery: 'tahoe', minRto: SECOND }],
  ];
  for (const [name, config, congestionControl] of variants) {
    it(`given ${name}, then the sender's show what tcptrace -S draws of a capture there`, function () {
      const { file, sender } = drawn(config, congestionControl);
      const made = filesBy('tcptrace', ['-S'], file);
      needs(this, made, 'tcptrace');
      const elements = shown(sender);
      assert.deepEqual(elements, shown(made.get('a2b_tsg.xpl')!));
      assert.ok(elements.filter((element) => element.endsWith(' R')).length >= LOST.size);
    });
  }

  it('are one for each end of a connection, with the title that tcptrace gives', function () {
    const { file, texts } = drawn({});
    assert.deepEqual([...texts.keys()], ['one.a-49152.b-80.client', 'one.b-80.a-49152.server']);
    const made = filesBy('tcptrace', ['-S'], file);
    needs(this, made, 'tcptrace');
    const heads = [...texts.values()].map((text) => text.split('\n').slice(0, HEAD_LINES));
    assert.deepEqual(
      heads,
      ['a2b_tsg.xpl', 'b2a_tsg.xpl'].map((name) => made.get(name)!.split('\n').slice(0, HEAD_LINES)),
    );
  });
});
