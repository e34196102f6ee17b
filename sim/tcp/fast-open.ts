import type { Address } from '../core/packet';

/** TCP Fast Open (RFC 7413) at a listener. A cookie is a number above 0; `NO_OPTION` stands for none. */
export interface FastOpenServer {
  /** Whether the data of a SYN from `client` with `cookie` is taken at once (section 4.2.2). */
  accepts(client: Address, cookie: number): boolean;
  /** The cookie for the SYN-ACK that answers a SYN with `cookie`, if that does not open at once. */
  grant(client: Address, cookie: number): number;
}

/** TCP Fast Open (RFC 7413 section 4.2.1) of a connection that is being opened. */
export interface FastOpenClient {
  /** The cookie that the server gave before, or 0 to ask for one. */
  readonly cookie: number;
  /** Bytes of data in the SYN. */
  readonly bytes: number;
  /** The SYN-ACK has arrived, with a cookie or `NO_OPTION`, and the server's MSS. */
  onSynAck(cookie: number, mss: number): void;
}
