import type { Nanos } from '../../core/event-queue';
import {
  defineOverloadControl,
  type Feedback,
  FREE,
  offerOf,
  type ReceiverControl,
  type SenderControl,
} from './control';
import type { Load } from '../load';
import type { ParamsOf } from '../../core/plugin';
import { occupancyFactor, occupancyParams } from './occupancy-law';

const ALGORITHM = 'rate';
/** Requests that may come at once: TAU of RFC 7415 section 4.1 in multiples of T. */
const BURST = 4;

/** Beyond this nothing is limited, requests per second. */
const UNLIMITED = 1e6;

/** Tells each neighbour an equal part of the rate that it can take; measured first when it is busier than it wants. */
class Receiver implements ReceiverControl {
  readonly retryAfter = 0;
  private rate = UNLIMITED;
  private sources = 1;

  constructor(private readonly params: ParamsOf<typeof occupancyParams>) {}

  get feedback(): Feedback {
    return { oc: Math.max(1, Math.round(this.rate / this.sources)), algorithm: ALGORITHM };
  }

  look(load: Load, sources: number): void {
    if (sources > 0) this.sources = sources;
    const factor = occupancyFactor(load, this.params);
    if (this.rate < UNLIMITED) this.rate = Math.min(UNLIMITED, Math.max(1, this.rate * factor));
    else if (factor < 1) this.rate = Math.max(1, load.admitted * factor);
  }

  admits({ backlog }: Load): boolean {
    return backlog < 1e9;
  }
}

/** The leaky bucket of RFC 7415 section 4.1. */
class Sender implements SenderControl {
  /** T: ns from request to request. */
  private interval: Nanos = 0;
  /** X and LCT. */
  private bucket: Nanos = 0;
  private last: Nanos = 0;
  readonly onRetryAfter = FREE.onRetryAfter;
  readonly onDone = FREE.onDone;

  admits(now: Nanos): boolean {
    if (this.interval === 0) return true;
    const left = Math.max(0, this.bucket - (now - this.last));
    if (left > BURST * this.interval) return false;
    this.bucket = left + this.interval;
    this.last = now;
    return true;
  }

  onFeedback({ oc }: Feedback): void {
    this.interval = 1e9 / oc;
  }

  onExpiry(): void {
    this.interval = 0;
  }
}

export const rate = defineOverloadControl({
  summary: 'the server tells its neighbours how many new requests to send per second',
  reference: 'RFC 7415',
  params: occupancyParams,
  create: (params) => ({
    receiver: () => new Receiver(params),
    sender: () => new Sender(),
    offer: offerOf(ALGORITHM),
  }),
});
