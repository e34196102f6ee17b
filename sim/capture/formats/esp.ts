import type { WireFormat } from './format';

const IP_HEADER_BYTES = 20;

/** RFC 4303: all of it, its check value included, is content. */
export const espFormat: WireFormat = {
  number: 50,
  length: (p) => Math.max(p.size - IP_HEADER_BYTES, 0),
  writeHeader: () => 0,
  seal: () => {
    // the check value is there already
  },
};
