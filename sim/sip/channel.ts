import type { SipWire } from './encode';

/** The way to one peer: where the messages of a transaction go. */
export interface Channel {
  /** A reliable transport needs no retransmissions (RFC 3261 section 17.1.1.1). */
  readonly isReliable: boolean;
  /** As Via names it. */
  readonly transport: 'UDP' | 'TCP';
  /** Dotted address of the peer. */
  readonly peer: string;
  /** `again`: the message was sent before. */
  send(wire: SipWire, again?: boolean): void;
}
