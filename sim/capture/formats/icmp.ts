import { addWords, finish } from '../checksum';
import type { WireFormat } from './format';

const IP_HEADER_BYTES = 20;
const HEADER_BYTES = 8;
const ECHO_REQUEST = 8;
const CHECKSUM = 2;

/** RFC 792: an echo request whose identifier is the flow. */
export const icmpFormat: WireFormat = {
  number: 1,
  length: (p) => Math.max(p.size - IP_HEADER_BYTES, HEADER_BYTES),
  writeHeader: ({ view, at }, p) => {
    view.setUint8(at, ECHO_REQUEST);
    view.setUint16(at + 4, p.flow);
    return HEADER_BYTES;
  },
  seal: ({ bytes, view, at, length }) => {
    view.setUint16(at + CHECKSUM, finish(addWords(0, bytes, at, at + length)));
  },
};
