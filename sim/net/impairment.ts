import type { Clock, EventQueue, Nanos } from '../core/event-queue';
import type { Packet } from '../core/packet';
import type { Factory } from '../core/plugin';
import type { RandomStream } from '../core/random';
import type { Drop } from './queue';
import type { Transmitter, TransmitterPort } from './transmitter';

/** Judges packets in the order in which they left the transmitter. Takes no time. */
export interface PacketFilter {
  /** Why `p` is lost, or `Drop.none`; may set `p.corrupt`. */
  judge(p: Packet): Drop;
}

/** A part of the wire that takes time, copies packets or changes their order. Holds what it has not yet passed on. */
export interface WireStage {
  /** Takes `p`, and hands it on through `ImpairmentHost.pass` now or later. */
  take(p: Packet): void;
}

/** An impairment ready for its link. The kind tells the link where it acts. */
export type Impairment =
  | { readonly kind: 'filter'; readonly filter: PacketFilter }
  /** `leastDelay` replaces the propagation delay of the link, and the stage adds the rest. */
  | { readonly kind: 'stage'; readonly stage: WireStage; readonly leastDelay?: Nanos }
  /** Replaces the transmitter of the link. */
  | { readonly kind: 'transmitter'; create(port: TransmitterPort): Transmitter }
  /** Changes the rate of the transmitter, or pauses it. `start` is called once, when the link is built. */
  | { readonly kind: 'control'; start(transmitter: Transmitter): void };

/** What an impairment is told about its link, and what it may do with packets. */
export interface ImpairmentHost extends Clock {
  /** When the packet in hand left the transmitter: now, except for a filter that is asked at the far end of the wire. */
  readonly now: Nanos;
  /** For timers. */
  readonly events: EventQueue;
  readonly random: RandomStream;
  /** Propagation delay of the link. */
  readonly delay: Nanos;
  /** Hands `p` to what follows on the wire. */
  pass(p: Packet): void;
  /** One more packet on the wire, equal to `p`. */
  copy(p: Packet): Packet;
}

/** An impairment of a link, and the name of its random stream below that of the link. */
export interface NamedImpairment {
  readonly name: string;
  readonly create: Factory<ImpairmentHost, Impairment>;
}
