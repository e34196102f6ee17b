import type { Nanos } from '../../core/event-queue';
import type { RandomStream } from '../../core/random';
import {
  defineOverloadControl,
  type Feedback,
  FREE,
  offerOf,
  type ReceiverControl,
  type SenderControl,
} from './control';
import type { Load } from '../load';
import { OccupancyLaw, occupancyParams } from './occupancy-law';

const ALGORITHM = 'loss';

class Receiver implements ReceiverControl {
  readonly retryAfter = 0;

  constructor(private readonly law: OccupancyLaw) {}

  get feedback(): Feedback {
    return { oc: Math.round(100 * (1 - this.law.share)), algorithm: ALGORITHM };
  }

  look(load: Load): void {
    this.law.update(load);
  }

  /** Those who do not listen fill the queue, and are refused. */
  admits({ backlog }: Load): boolean {
    return backlog < 1e9;
  }
}

/** RFC 7339 section 7.2: "the client ... draws a random number ... and rejects" so many in a hundred. */
class Sender implements SenderControl {
  private loss = 0;
  readonly onRetryAfter = FREE.onRetryAfter;
  readonly onDone = FREE.onDone;

  constructor(private readonly random: RandomStream) {}

  admits(): boolean {
    return this.loss === 0 || !this.random.chance(this.loss / 100);
  }

  onFeedback({ oc }: Feedback, _now: Nanos): void {
    this.loss = oc;
  }

  onExpiry(): void {
    this.loss = 0;
  }
}

export const loss = defineOverloadControl({
  summary: 'the server tells its neighbours what percentage of new requests not to send',
  reference: 'RFC 7339',
  params: occupancyParams,
  create: (params) => ({
    receiver: () => new Receiver(new OccupancyLaw(params)),
    sender: ({ random }) => new Sender(random),
    offer: offerOf(ALGORITHM),
  }),
});
