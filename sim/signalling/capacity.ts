import * as z from 'zod';
import { type Nanos, Timer } from '../core/event-queue';
import { choice, duration, durationSchema, integer, size } from '../core/params';
import type { ParamsOf } from '../core/plugin';
import type { RandomStream } from '../core/random';
import { FifoList } from '../core/fifo-list';
import type { Channel } from '../sip/channel';
import { SipWire } from '../sip/encode';
import type { SipElement } from '../sip/element';
import { responseTo, type SipMessage, type SipRequest, ABSENT } from '../sip/message';
import { tagOf, withTag } from '../sip/name-addr';
import { isNewRequest } from '../sip/overload';
import { LoadMeter } from './load';
import { LOOK, type ReceiverControl } from './overload/control';

const KIND = /^(?:[A-Z]{2,20}|[1-6]xx)$/;

export const capacityParams = {
  service: duration('time that a message takes', '2 ms'),
  times: z
    .record(z.string(), durationSchema)
    .refine(
      (times) => Object.keys(times).every((kind) => KIND.test(kind)),
      'expected methods such as INVITE, or classes of responses such as 2xx',
    )
    .default({})
    .describe('time that messages of a kind take, by method or class of response: { INVITE: 4 ms, 1xx: 1 ms }'),
  distribution: choice('how the times vary', ['fixed', 'exponential'], 'fixed'),
  reject: duration('time that a refusal takes', '0 ms'),
  queue: integer('messages that may wait; 0 = no bound', 0, 0, 100_000_000),
  memory: size(
    'bytes of messages that wait and of transactions; new requests beyond are dropped; 0 B = no bound',
    '0 B',
  ),
  state: size('bytes that a transaction takes', '2 kB'),
};

export type Capacity = ParamsOf<typeof capacityParams>;

interface Job {
  readonly message: SipMessage;
  readonly back: Channel;
  readonly bytes: number;
  readonly isRefused: boolean;
  readonly doneAt: Nanos;
}

/** One processor with a queue before it: every message that reaches a server waits, and takes its time. */
export class ProcessingQueue {
  readonly load: LoadMeter;
  /** Counts since the beginning. */
  served = 0;
  refused = 0;
  dropped = 0;
  busy: Nanos = 0;
  /** Of all served messages, ns. */
  waited: Nanos = 0;
  private readonly jobs = new FifoList<Job>();
  private bytes = 0;
  private readonly timer: Timer;
  private readonly looks: Timer;
  private readonly sources = new Set<string>();
  /** Tag of refusals, by which their ACKs are known (RFC 3261 section 8.2.7). */
  private readonly tag: string;

  constructor(
    private readonly element: SipElement,
    private readonly capacity: Capacity,
    private readonly control: ReceiverControl,
    private readonly random: RandomStream,
    private readonly deliver: (message: SipMessage, back: Channel) => void,
  ) {
    const { events } = element;
    this.load = new LoadMeter(events);
    this.tag = element.ids.tag();
    this.timer = new Timer(events, () => this.finish());
    this.looks = new Timer(events, () => this.look());
    if (control.look !== undefined) this.looks.arm(events.now + LOOK);
  }

  get length(): number {
    return this.jobs.length;
  }

  /** A message has arrived. */
  offer(message: SipMessage, back: Channel): void {
    if (message.kind === 'request') {
      if (message.method === 'ACK' && tagOf(message.to) === this.tag) return;
      if (isNewRequest(message) && !this.element.layer.knows(message)) {
        this.offerNew(message, back);
        return;
      }
    }
    this.enqueue(message, back, this.costOf(message), false);
  }

  private offerNew(request: SipRequest, back: Channel): void {
    this.sources.add(back.peer);
    this.load.queued = this.jobs.length;
    if (!this.control.admits(this.load)) {
      this.refused++;
      if (this.capacity.reject === 0) this.refuse(request, back);
      else this.enqueue(request, back, this.capacity.reject, true);
      return;
    }
    const { memory, state } = this.capacity;
    if (memory > 0 && this.bytes + this.element.layer.size * state >= memory) {
      this.dropped++;
      return;
    }
    this.load.countRequest();
    this.enqueue(request, back, this.costOf(request), false);
  }

  private enqueue(message: SipMessage, back: Channel, cost: Nanos, isRefused: boolean): void {
    const { queue } = this.capacity;
    if (queue > 0 && this.jobs.length > queue) {
      this.dropped++;
      return;
    }
    const bytes = this.capacity.memory > 0 ? new SipWire(message).size : 0;
    this.bytes += bytes;
    const doneAt = this.load.add(cost);
    this.busy += cost;
    this.waited += doneAt - cost - this.element.events.now;
    this.jobs.push({ message, back, bytes, isRefused, doneAt });
    if (this.jobs.length === 1) this.timer.arm(doneAt);
  }

  private finish(): void {
    const { message, back, bytes, isRefused } = this.jobs.shift()!;
    this.bytes -= bytes;
    this.served++;
    if (this.jobs.length > 0) this.timer.arm(this.jobs.peek()!.doneAt);
    if (isRefused) this.refuse(message as SipRequest, back);
    else this.deliver(message, back);
  }

  /** 503, without a transaction (RFC 3261 section 8.2.7). */
  private refuse(request: SipRequest, back: Channel): void {
    const { retryAfter } = this.control;
    const to = withTag(request.to, this.tag);
    const response = { ...responseTo(request, 503), to, retryAfter: retryAfter > 0 ? retryAfter : ABSENT };
    back.send(this.element.layer.wire(response));
  }

  private costOf(message: SipMessage): Nanos {
    const { service, times, distribution } = this.capacity;
    const kind = message.kind === 'request' ? message.method : `${Math.floor(message.status / 100)}xx`;
    const time = times[kind] ?? service;
    return distribution === 'fixed' ? time : Math.round(this.random.exponential(time));
  }

  private look(): void {
    this.load.queued = this.jobs.length;
    this.load.look();
    this.control.look!(this.load, this.sources.size);
    this.sources.clear();
    this.looks.arm(this.element.events.now + LOOK);
  }
}
