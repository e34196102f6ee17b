import { Flag, NO_OPTION, type Packet } from '../core/packet';
import type { EcnMark, TcpOption, TcpSegment } from './script';

/** Indexed by codepoint. */
const ECN_MARKS: readonly EcnMark[] = ['noecn', 'ect1', 'ect0', 'ce'];

/** The initial sequence numbers and timestamp that the script uses, minus those of the simulation. */
export interface Offsets {
  readonly local: number;
  readonly remote: number;
  readonly timestamp: number;
}

/** A simulated packet as a script would write it, with the option layout that Linux uses. */
export function observe(p: Packet, offsets: Offsets, fastOpen: (cookie: number) => TcpOption): TcpSegment {
  return {
    kind: 'tcp',
    ecn: ECN_MARKS[p.ecn]!,
    ports: null,
    flags: p.flags,
    ace: false,
    seq: wrap(p.seq + offsets.local),
    length: p.length,
    ack: p.flags & Flag.ack ? wrap(p.ack + offsets.remote) : null,
    window: p.window,
    urgent: 0,
    options: observeOptions(p, offsets, fastOpen),
  };
}

/** Sequence numbers of a script have 32 bits. */
export function wrap(n: number): number {
  return n - 2 ** 32 * Math.floor(n / 2 ** 32);
}

function observeOptions(p: Packet, offsets: Offsets, fastOpen: (cookie: number) => TcpOption): TcpOption[] {
  const options: TcpOption[] = [];
  const nop: TcpOption = { kind: 'nop' };
  const hasTimestamps = p.tsVal !== NO_OPTION;
  if (p.mss !== NO_OPTION) options.push({ kind: 'mss', value: p.mss });
  if (p.sackPermitted) options.push(...(hasTimestamps ? [] : [nop, nop]), { kind: 'sackOK' });
  if (hasTimestamps) {
    if (!p.sackPermitted) options.push(nop, nop);
    options.push({ kind: 'TS', val: wrap(p.tsVal + offsets.timestamp), ecr: p.tsEcr });
  }
  if (p.windowScale !== NO_OPTION) options.push(nop, { kind: 'wscale', value: p.windowScale });
  if (p.cookie !== NO_OPTION) options.push(fastOpen(p.cookie));
  if (p.sackCount > 0) {
    const edges = p.sack.slice(0, 2 * p.sackCount).map((edge) => wrap(edge + offsets.remote));
    options.push(nop, nop, { kind: 'sack', edges });
  }
  return options;
}
