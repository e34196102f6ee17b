import { bytesOf } from '../core/byte-text';
import { hkdfExpand, KEY, mac } from '../security/primitives';
import type { Layer, Seal } from './cells';

/** Away from the client, and towards it. */
export const Way = { there: 0, back: 1 } as const;
export type Way = (typeof Way)[keyof typeof Way];

/** Keys that a client and one hop share (tor-spec, "Setting circuit keys"), and what this end has counted of them. */
export class HopKeys {
  /** Of who answers: that it has the onion key that the client expects. */
  readonly proof: Uint8Array;
  private readonly digests: readonly Uint8Array[];
  private readonly ciphers: readonly Uint8Array[];
  private readonly passed: [number, number] = [0, 0];
  private readonly said: [number, number] = [0, 0];

  /** What was agreed upon with the hop's key for this circuit, and with the one that it is known by. */
  constructor(ephemeral: Uint8Array, known: Uint8Array) {
    const shared = mac(known, ephemeral);
    this.proof = mac(shared, bytesOf('server'));
    const all = hkdfExpand(mac(shared, bytesOf('expand')), bytesOf('circuit'), 4 * KEY);
    const part = (i: number) => all.slice(i * KEY, (i + 1) * KEY);
    this.digests = [part(0), part(1)];
    this.ciphers = [part(2), part(3)];
  }

  /** For the cell that passes next. */
  layer(way: Way): Layer {
    return { key: this.ciphers[way]!, number: this.passed[way]++ };
  }

  /** Of the cell that is said next to the hop, or by it. */
  seal(way: Way): Seal {
    return { key: this.digests[way]!, number: this.said[way] };
  }

  /** It was said. */
  count(way: Way): void {
    this.said[way]++;
  }
}
