import { integer } from '../../core/params';
import {
  defineOverloadControl,
  type Feedback,
  FREE,
  offerOf,
  type ReceiverControl,
  type SenderControl,
} from './control';
import type { Load } from '../load';
import { occupancyParams } from './occupancy-law';

const ALGORITHM = 'window';

/** Grows the window by one while its queue is short, halves it while it is long. */
class Receiver implements ReceiverControl {
  readonly retryAfter = 0;
  private sources = 1;

  constructor(
    private window: number,
    private readonly delay: number,
    private readonly occupancy: number,
  ) {}

  get feedback(): Feedback {
    return { oc: Math.max(1, Math.floor(this.window / this.sources)), algorithm: ALGORITHM };
  }

  look({ backlog, offered }: Load, sources: number): void {
    if (sources > 0) this.sources = sources;
    if (backlog > this.delay) this.window = Math.max(1, this.window / 2);
    // a window that is not used says nothing
    else if (offered > this.occupancy / 2) this.window += 1;
  }

  admits({ backlog }: Load): boolean {
    return backlog < 1e9;
  }
}

/** Keeps at most so many requests under way. */
class Sender implements SenderControl {
  private pending = 0;
  private window: number;
  readonly onRetryAfter = FREE.onRetryAfter;

  constructor(private readonly first: number) {
    this.window = first;
  }

  admits(): boolean {
    if (this.pending >= this.window) return false;
    this.pending++;
    return true;
  }

  onFeedback({ oc }: Feedback): void {
    this.window = oc;
  }

  onExpiry(): void {
    this.window = this.first;
  }

  onDone(): void {
    this.pending--;
  }
}

export const window = defineOverloadControl({
  summary: 'the server tells its neighbours how many new requests may wait for their final response',
  reference: 'RFC 6357 section 5.3 (window-based); Shen, Schulzrinne and Nahum 2008',
  params: { ...occupancyParams, first: integer('window before the first feedback, requests', 20, 1, 100_000) },
  create: ({ delay, occupancy, first }) => ({
    receiver: () => new Receiver(first, delay, occupancy),
    sender: () => new Sender(first),
    offer: offerOf(ALGORITHM),
  }),
});
