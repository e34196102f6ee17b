import assert from 'node:assert/strict';
import { textOf } from '../../sim/core/byte-text';
import type { Report } from '../../sim/verdict/check';
import type { PacketRef } from '../../sim/verdict/packet-ref';
import { needs, tool } from '../support/capture-tools';
import { captured } from '../support/captured';
import type { Messaging } from '../support/messaging';

interface Frame {
  readonly link: string;
  readonly time: number;
  /** All of the IP packet, a character for each byte. */
  readonly text: string;
}

/** Reads pcapng (draft-ietf-opsawg-pcapng sections 4.2 and 4.3). */
function framesOf(file: Buffer): Frame[] {
  const names: string[] = [];
  const frames: Frame[] = [];
  for (let at = 0; at < file.length; at += file.readUInt32LE(at + 4)) {
    const type = file.readUInt32LE(at);
    if (type === 1) names.push(file.toString('latin1', at + 20, at + 20 + file.readUInt16LE(at + 18)));
    if (type !== 6) continue;
    const link = names[file.readUInt32LE(at + 8)]!;
    const time = file.readUInt32LE(at + 12) * 2 ** 32 + file.readUInt32LE(at + 16);
    frames.push({ link, time, text: textOf(file.subarray(at + 28, at + 28 + file.readUInt32LE(at + 20))) });
  }
  return frames;
}

function packetsOf(report: Report, rule: string): readonly PacketRef[] {
  return report.verdicts.find((one) => one.rule.name === rule)!.finding.evidence.flatMap(({ packets }) => packets);
}

const RUNS: readonly (readonly [string, Messaging])[] = [
  ['directly, three connections', { app: 'users: 3' }],
  [
    'through relays that change the transport',
    { session: 'path: relayed, via: [left, right], legs: [{}, { protocol: udp }]' },
  ],
  ['in the signalling', { app: 'carrier: sip' }],
];

describe('the evidence of a verdict', () => {
  for (const [name, options] of RUNS) {
    it(`is in the capture under its number, link and time: messages ${name}`, () => {
      const { report, file } = captured(options);
      const frames = framesOf(file);
      const refs = report.verdicts.flatMap(({ finding }) => finding.evidence.flatMap(({ packets }) => packets));
      assert.ok(refs.length > 10, `${refs.length} packets`);
      for (const { frame, link, nth, at } of refs) {
        const found = frames[frame - 1]!;
        assert.equal(found.link, link);
        assert.equal(found.time, at);
        // the same packet by its number on the link alone
        assert.equal(frames.filter((one) => one.link === link)[nth - 1], found);
      }
      assert.equal(report.packets, frames.length);
    });
  }

  it('shows offer and answer (RFC 3264), the message (RFC 4975) and the connections themselves', function () {
    const { report, file } = captured({ app: 'users: 3' });
    const frames = framesOf(file);
    const [offer, answer] = packetsOf(report, 'negotiates-transport');
    assert.match(frames[offer!.frame - 1]!.text, /INVITE sip:[^]*m=message \d+ TCP\/MSRP/);
    assert.match(frames[answer!.frame - 1]!.text, /SIP\/2\.0 200 OK[^]*m=message \d+ TCP\/MSRP/);
    const [message] = packetsOf(report, 'explicit-identity');
    assert.match(frames[message!.frame - 1]!.text, /^[^]*MSRP \S+ SEND\r\nTo-Path: msrp:/);
    const opened = packetsOf(report, 'one-circuit').map(({ frame }) => frame);
    const output = tool('tshark', ['-Y', 'tcp.flags.syn==1 && tcp.flags.ack==0', '-T', 'fields', '-e', 'frame.number', '-r'], file); // prettier-ignore
    needs(this, output, 'tshark');
    const synFrames = output.trim().split('\n').map(Number);
    assert.equal(opened.length, 3);
    for (const frame of opened) assert.ok(synFrames.includes(frame), `frame ${frame} is no SYN`);
  });
});
