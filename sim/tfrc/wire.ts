import type { Packet, WireContent } from '../core/packet';
import type { Feedback } from './receiver';

/** Sequence number, time stamp and round-trip time, each 32 bits, in microseconds (RFC 5348 section 3.2.1). */
export const dataWire: WireContent = {
  encode(p: Packet): Uint8Array {
    return words(p.seq, p.tsVal * 1000 + p.tsEcr / 1000, p.window);
  },
};

/** Echo and delay in microseconds, receive rate in bytes per second, loss event rate in 2^-32 (RFC 5348 section 3.2.2). */
export function encodeFeedback({ echo, delay, rate, lossEventRate }: Feedback): Uint8Array {
  return words(echo / 1000, delay / 1000, rate, Math.min(lossEventRate * 2 ** 32, 2 ** 32 - 1));
}

function words(...values: number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => view.setUint32(4 * i, Math.floor(value)));
  return new Uint8Array(view.buffer);
}
