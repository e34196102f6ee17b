import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { compareSegments, compareTimes, type Field } from '../../sim/packetdrill/compare';
import { parseScript } from '../../sim/packetdrill/parser';
import { printSegment } from '../../sim/packetdrill/print';
import { Failure, printFailure } from '../../sim/packetdrill/report';
import type { TcpSegment } from '../../sim/packetdrill/script';

function segment(text: string): TcpSegment {
  const { action } = parseScript(`0 > ${text}`).events[0]!;
  assert.ok(action.kind === 'outbound' && action.packet.kind === 'tcp');
  return action.packet;
}

function compare(expected: string, actual: string, push = true, timestampTolerance: number | null = null): Field[] {
  return compareSegments(segment(expected), segment(actual), { push, timestampTolerance });
}

function differences(...args: Parameters<typeof compare>): string[] {
  return compare(...args)
    .filter((field) => !field.agrees)
    .map((field) => field.name);
}

describe('comparing an expected with an actual segment', () => {
  const actual = '[noecn] P. 1:1001(1000) ack 1 win 257 <nop,nop,TS val 100 ecr 7>';

  it('agrees where the script is silent about window and ECN', () => {
    assert.deepEqual(differences('P. 1:1001(1000) ack 1 <nop,nop,TS val 100 ecr 7>', actual), []);
    assert.deepEqual(differences('P. 1:1001(1000) ack 1 <...>', actual), []);
  });

  it('names each field that differs', () => {
    assert.deepEqual(differences('. 1:1001(1000) ack 1 <...>', actual), ['flags']);
    assert.deepEqual(differences('P. 2:1002(1000) ack 1 <...>', actual), ['seq']);
    assert.deepEqual(differences('P. 1:1000(999) ack 2 win 256 <...>', actual), ['seq', 'ack', 'win']);
    assert.deepEqual(differences('[ect01] P. 1:1001(1000) ack 1 <...>', actual), ['ecn']);
    assert.deepEqual(differences('P. 1:1001(1000) ack 1', actual), ['options']);
    assert.deepEqual(differences('P. 1:1001(1000) ack 1 <nop,nop,sack 1:2>', actual), ['options']);
  });

  it('leaves PSH out when asked to', () => {
    assert.deepEqual(differences('. 1:1001(1000) ack 1 <...>', actual, false), []);
    assert.deepEqual(differences('F. 1:1001(1000) ack 1 <...>', actual, false), ['flags']);
  });

  it('compares options whatever their order and padding, but SACK blocks in order', () => {
    const syn = 'S 0:0(0) win 9 <mss 1460,sackOK,nop,wscale 8>';
    assert.deepEqual(differences(syn, 'S 0:0(0) win 9 <mss 1460,nop,wscale 8,sackOK,eol>'), []);
    assert.deepEqual(differences(syn, 'S 0:0(0) win 9 <mss 1460,nop,wscale 7,sackOK>'), ['options']);
    assert.deepEqual(differences('. 1:1(0) ack 1 <sack 1:2 5:6>', '. 1:1(0) ack 1 <sack 5:6 1:2>'), ['options']);
  });

  it('compares timestamps only when a tick is known', () => {
    const other = 'P. 1:1001(1000) ack 1 <nop,nop,TS val 104 ecr 7>';
    assert.deepEqual(differences(other, actual), []);
    assert.deepEqual(differences(other, actual, true, 4), []);
    assert.deepEqual(differences(other, actual, true, 3), ['options']);
  });

  it('allows the tolerance on both sides of a range', () => {
    assert.ok(compareTimes(100, 200, 96, 4) && compareTimes(100, 200, 204, 4));
    assert.ok(!compareTimes(100, 200, 95, 4) && !compareTimes(100, 200, 205, 4));
  });
});

describe('the report of a failure', () => {
  it('shows the line, and expected and actual side by side', () => {
    const fields = compare('. 1:1001(1000) ack 1', 'P. 1:1001(1000) ack 1 win 257');
    const failure = new Failure('the segment differs', { line: 2, column: 1 }, fields);
    assert.equal(
      printFailure(failure, 'a.pkt', '0 x\n+0 > . 1:1001(1000) ack 1\n'),
      [
        'a.pkt:2: the segment differs',
        '     2 | +0 > . 1:1001(1000) ack 1',
        '           expected      actual',
        '    ecn    any           any',
        '  * flags  .             P.',
        '    seq    1:1001(1000)  1:1001(1000)',
        '    ack    1             1',
        '    win                  257',
        '    urg    0             0',
      ].join('\n'),
    );
  });

  it('prints segments as scripts write them', () => {
    for (const text of [
      'S 0:0(0) win 65535 <mss 1460,sackOK,TS val 100 ecr 0,nop,wscale 8>',
      '[ce] FP. 1:1001(1000) ack 7 win 0 urg 3 <nop,nop,sack 1:2 3:4>',
      '- 1:1(0)',
      'S. 0:0(0) ack 1 <...>',
    ]) {
      assert.equal(printSegment(segment(text)), text);
    }
  });
});
