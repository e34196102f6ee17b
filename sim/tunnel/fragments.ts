import { choice } from '../core/params';
import type { Encapsulated } from './tunnel';

const IP_HEADER = 20;
/** Packets whose fragments are waited for. */
const MOST_PARTIAL = 64;

export const oversizeParam = choice(
  'packets that do not fit: outer packets in fragments, of which each is needed, or dropped',
  ['fragment', 'drop'],
  'fragment',
);

/** Bytes of a fragment after its IP header, but for the last: a multiple of 8 (RFC 791 section 3.2). */
const mostIn = (mtu: number): number => (mtu - IP_HEADER) & ~7;

/** Fragments of an outer packet with `bytes` after its IP header. */
export function fragmentsFor(bytes: number, mtu: number): number {
  return IP_HEADER + bytes <= mtu ? 1 : Math.ceil(bytes / mostIn(mtu));
}

/** Calls `send` for each of them, with what it has after its IP header. */
export function inFragments(bytes: number, mtu: number, send: (part: number, isFirst: boolean) => void): void {
  const most = IP_HEADER + bytes <= mtu ? bytes : mostIn(mtu);
  for (let left = bytes; left > 0; left -= most) send(Math.min(left, most), left === bytes);
}

interface Partial {
  arrived: number;
  corrupt: boolean;
}

/** Puts fragments together at the end of a tunnel. */
export class Reassembly {
  private readonly partial = new Map<number, Partial>();

  /** Whether with this fragment all of its packet has arrived, and if one of them was changed; null while some are missing. */
  add({ id, fragments }: Encapsulated, corrupt = false): { readonly corrupt: boolean } | null {
    if (fragments === 1) return corrupt ? CORRUPT : INTACT;
    const { partial } = this;
    const whole = partial.get(id) ?? { arrived: 0, corrupt: false };
    whole.arrived++;
    whole.corrupt ||= corrupt;
    partial.set(id, whole);
    if (partial.size > MOST_PARTIAL) partial.delete(partial.keys().next().value!);
    if (whole.arrived < fragments) return null;
    partial.delete(id);
    return whole;
  }
}

const CORRUPT = { corrupt: true };
const INTACT = { corrupt: false };
