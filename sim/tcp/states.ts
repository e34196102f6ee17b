import type { Address } from '../core/packet';
import type { StreamDelegate } from '../transport/byte-stream';
import type { TcpConnection } from './connection';

export type { CloseReason } from '../transport/byte-stream';

/** RFC 9293 section 3.3.2. */
export const State = {
  closed: 0,
  listen: 1,
  synSent: 2,
  synReceived: 3,
  established: 4,
  finWait1: 5,
  finWait2: 6,
  closeWait: 7,
  closing: 8,
  lastAck: 9,
  timeWait: 10,
} as const;
export type State = (typeof State)[keyof typeof State];
export const STATE_NAMES: readonly string[] = Object.keys(State);

/** How applications, relays and signalling use a connection. All hooks are optional. */
export type TcpDelegate = StreamDelegate<TcpConnection>;

export interface Endpoint {
  readonly localAddress: Address;
  readonly localPort: number;
  readonly remoteAddress: Address;
  readonly remotePort: number;
}

/** What the peer's SYN offered. */
export interface SynOptions {
  readonly mss: number;
  readonly windowScale: number;
  readonly sack: boolean;
  readonly timestamps: boolean;
  readonly tsVal: number;
}
