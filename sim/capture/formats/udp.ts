import type { WireContent } from '../../core/packet';
import { addWords, finish } from '../checksum';
import type { WireFormat } from './format';

const IP_HEADER_BYTES = 20;
const HEADER_BYTES = 8;
const CHECKSUM = 6;

/** RFC 768. */
export const udpFormat: WireFormat = {
  number: 17,
  length: (p) => Math.max(p.size - IP_HEADER_BYTES, HEADER_BYTES),
  writeHeader: ({ view, at, length }, p) => {
    view.setUint16(at, p.srcPort);
    view.setUint16(at + 2, p.dstPort);
    view.setUint16(at + 4, length);
    return HEADER_BYTES;
  },
  seal: ({ bytes, view, at, length }, pseudoHeader, { payload }) => {
    if ((payload as Partial<WireContent> | null)?.noChecksum === true) return;
    // a sum of 0 would mean that there is none
    view.setUint16(at + CHECKSUM, finish(addWords(pseudoHeader, bytes, at, at + length)) || 0xffff);
  },
};
