import { definer } from '../../core/plugin';
import type { Nanos } from '../../core/event-queue';
import type { RandomStream } from '../../core/random';
import type { Params } from '../../sip/params';
import type { Load } from '../load';

/** The side of a control at the server that may be overloaded (RFC 6357 section 4: monitor and control function). */
export interface ReceiverControl {
  /** Whether a new request is served; if not, it is refused with 503. */
  admits(load: Load): boolean;
  /** Every `LOOK`: measure, and decide what to tell. `sources` upstream neighbours have sent since the last time. */
  look?(load: Load, sources: number): void;
  /** Seconds for Retry-After in a 503; 0 for none. */
  readonly retryAfter: number;
  /** What upstream neighbours are told in their Via, without `oc-seq` (RFC 7339 section 4); null for nothing. */
  readonly feedback: Feedback | null;
}

/** `oc` in per cent (loss) or requests per second (rate), or a number of requests under way (window). */
export interface Feedback {
  readonly oc: number;
  readonly algorithm: string;
}

/** The side of a control at a neighbour that sends to such a server, one for each (RFC 6357 section 4: actuator). */
export interface SenderControl {
  /** Whether a new request may be sent now. If so, it is. */
  admits(now: Nanos): boolean;
  /** What the server has told. */
  onFeedback(feedback: Feedback, now: Nanos): void;
  /** What the server has told holds no longer: as before it told anything. */
  onExpiry(): void;
  /** The server refused with 503 and Retry-After, in seconds. */
  onRetryAfter(seconds: number, now: Nanos): void;
  /** A new request has got its final response, or none in time. */
  onDone(): void;
}

export interface OverloadHost {
  readonly random: RandomStream;
}

/** Both sides of a control. */
export interface OverloadControl {
  receiver(): ReceiverControl;
  sender(host: OverloadHost): SenderControl;
  /** What a client says in its Via that it understands (RFC 7339 section 4.1, 4.2); none where nothing is told. */
  readonly offer: Params;
}

/** How often a server looks at its load. */
export const LOOK: Nanos = 100e6;

export const defineOverloadControl = definer<void, OverloadControl>();

/** A sender that sends always. */
export const FREE: SenderControl = {
  admits: () => true,
  onFeedback: () => undefined,
  onExpiry: () => undefined,
  onRetryAfter: () => undefined,
  onDone: () => undefined,
};

/** What a client offers that understands one algorithm. */
export function offerOf(algorithm: string): Params {
  return [
    ['oc', null],
    ['oc-algo', `"${algorithm}"`],
  ];
}
