import type { WireFormat } from './format';

const IP_HEADER_BYTES = 20;

/** A transport without a format of its own: its bytes are zeros under a protocol number for experiments (RFC 3692). */
export const opaqueFormat: WireFormat = {
  number: 253,
  length: (p) => Math.max(p.size - IP_HEADER_BYTES, 0),
  writeHeader: () => 0,
  seal: () => {
    // nothing to be checked
  },
};
