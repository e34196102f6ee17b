import type { SipRequest, SipResponse } from './message';
import { tagOf } from './name-addr';
import type { Params } from './params';

/** What an element does about servers that may be overloaded: RFC 7339, and what came before it. */
export interface Overload {
  /** Parameters of our Vias: which algorithms we understand. */
  readonly offer: Params;
  /** Whether a new request may go to this peer now. */
  admits(peer: string): boolean;
  /** A response has come from a peer, its topmost Via with what the peer tells us. `isNew`: of a new request. */
  onResponse(peer: string, response: SipResponse, isNew: boolean): void;
  /** No final response of a new request has come from a peer. */
  onTimeout(peer: string): void;
  /** A response of ours: with what we tell whoever sent the request, in its Via. */
  answer(response: SipResponse): SipResponse;
}

/** Requests that controls hold back; those within a dialog, ACK and CANCEL are worth more (RFC 7339 section 5.10.1). */
export function isNewRequest({ method, to }: SipRequest): boolean {
  return method !== 'ACK' && method !== 'CANCEL' && tagOf(to) === '';
}
