import { hash64 } from '../../core/random';
import { addWords, finish } from '../checksum';
import { tcpHeaderBytes, writeTcpHeader } from '../tcp-header';
import type { WireFormat } from './format';

const CHECKSUM = 16;

/** RFC 9293 section 3.1. The initial sequence number is a hash of the flow, so that it is the same on either side of a NAT. */
export const tcpFormat: WireFormat = {
  number: 6,
  length: (p) => tcpHeaderBytes(p) + p.length,
  writeHeader: ({ view, at }, p) => writeTcpHeader(view, at, p, initialSequence(p.flow)),
  seal: ({ bytes, view, at, length }, pseudoHeader) => {
    view.setUint16(at + CHECKSUM, finish(addWords(pseudoHeader, bytes, at, at + length)));
  },
};

/** A 32-bit initial sequence number for a flow. */
export function initialSequence(flow: number): number {
  return hash64(`isn:${flow}`)[0] >>> 0;
}
