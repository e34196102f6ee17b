import type { Nanos } from '../../core/event-queue';
import { duration, integer } from '../../core/params';
import { defineOverloadControl, FREE, type SenderControl } from './control';

/** "The client ... SHOULD NOT forward any other requests to that server for the duration" (RFC 3261 section 21.5.4). */
class OnOff implements SenderControl {
  private until: Nanos = 0;
  readonly onFeedback = FREE.onFeedback;
  readonly onExpiry = FREE.onExpiry;
  readonly onDone = FREE.onDone;

  admits(now: Nanos): boolean {
    return now >= this.until;
  }

  onRetryAfter(seconds: number, now: Nanos): void {
    this.until = Math.max(this.until, now + seconds * 1e9);
  }
}

export const retryAfter = defineOverloadControl({
  summary: 'as reject, and the 503 says for how long to send nothing',
  reference: 'RFC 3261 sections 21.5.4 and 20.33; RFC 6357 section 5.3 (on/off control)',
  params: {
    delay: duration('wait in the queue from which on new requests are refused', '200 ms'),
    seconds: integer('Retry-After, s', 1, 1, 3600),
  },
  create: ({ delay, seconds }) => ({
    receiver: () => ({ admits: ({ backlog }) => backlog < delay, retryAfter: seconds, feedback: null }),
    sender: () => new OnOff(),
    offer: [],
  }),
});
