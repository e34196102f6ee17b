import { parseDocument } from 'yaml';
import type { Choice } from '../../../sim/core/choice';
import { type Packet, Protocol } from '../../../sim/core/packet';
import type { LinkOptions } from '../../../sim/net/link';
import { impairmentList, impairmentsOf } from '../../../sim/net/impairments/list';
import { linkOf, MS, pair, SECOND, SEED, Sink } from '../../support/network';
import type { SeedWords } from '../../../sim/core/random';

/** Impairments written as in a scenario. */
export function impaired(yaml: string): Required<Pick<LinkOptions, 'impairments'>> {
  const choices = impairmentList('').parse(parseDocument(yaml).toJS()) as readonly Choice[];
  return { impairments: impairmentsOf(0, choices) };
}

export interface Sending {
  /** When each packet is handed to the link; in order. */
  readonly times: readonly number[];
  readonly size?: number | ((n: number) => number);
  /** Changes packet `n`, counted from 0. */
  readonly dress?: (p: Packet, n: number) => void;
  readonly until?: number;
  readonly seed?: SeedWords;
}

export interface Arrival {
  /** Number of the packet, from 0. */
  readonly n: number;
  readonly at: number;
  readonly corrupt: boolean;
}

/** Sends packets over one link and says what came out of it. */
export function sendOver(link: Partial<LinkOptions>, sending: Sending) {
  const { times, size = 1250, until = (times.at(-1) ?? 0) + 10 * SECOND } = sending;
  const net = pair(link, {}, sending.seed ?? SEED);
  const arrivals: Arrival[] = [];
  Sink.on(net.b);
  net.there.tap = {
    onSend: () => undefined,
    onDrop: () => undefined,
    onArrive: (p) => arrivals.push({ n: p.seq, at: net.events.now, corrupt: p.corrupt }),
  };
  times.forEach((at, n) => {
    net.events.run(at);
    const p = net.simulation.pool.take();
    p.src = net.a.address;
    p.dst = net.b.address;
    p.protocol = Protocol.udp;
    p.size = typeof size === 'number' ? size : size(n);
    p.length = p.size - 28;
    p.seq = n;
    p.ack = 0;
    sending.dress?.(p, n);
    net.there.send(p);
  });
  net.events.run(until);
  return { ...net, link: net.there, arrivals };
}

/** `count` moments from `from` on, `gap` apart. */
export function every(gap: number, count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, i) => from + i * gap);
}

/** A link so fast that transmission takes next to no time: 1250 bytes in 10 ns. */
export const FAST: Partial<LinkOptions> = { rate: 1e12, delay: 10 * MS };

export { linkOf, MS, SECOND };
