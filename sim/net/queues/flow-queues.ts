import type { Packet } from '../../core/packet';
import { Drop, type Queue, type QueueHost } from '../queue';
import type { Buffer } from './buffer';
import type { Classifier } from './classifier';

/** The queue of one flow: any discipline that can also give up its head without asking its control law. */
export interface FlowQueue extends Queue {
  /** Removes the oldest packet to make room, or null. */
  shed(): Packet | null;
}

/** One flow (or class) of a scheduler, and its place in the scheduler's list. */
export class Flow<Q extends FlowQueue = FlowQueue> {
  /** Bytes (packets for weighted round robin) that it may still send in this round. */
  deficit = 0;
  /** On one of the scheduler's lists. */
  active = false;
  next: Flow<Q> | null = null;

  constructor(
    readonly queue: Q,
    readonly weight: number,
  ) {}
}

/** A list of flows threaded through them, served from the head. */
export class FlowList<Q extends FlowQueue = FlowQueue> {
  head: Flow<Q> | null = null;
  private tail: Flow<Q> | null = null;

  append(flow: Flow<Q>): void {
    flow.next = null;
    if (this.tail === null) this.head = flow;
    else this.tail.next = flow;
    this.tail = flow;
  }

  /** Removes the head, which must be there. */
  shift(): void {
    this.head = this.head!.next;
    if (this.head === null) this.tail = null;
  }

  /** Moves the head to the end. */
  rotate(): void {
    const flow = this.head!;
    this.shift();
    this.append(flow);
  }
}

/**
 * Sorts packets into one queue per flow behind one shared buffer; subclasses choose which flow is served.
 * A full buffer takes its room from the longest flow, in bytes, at the head (McKenney 1990; RFC 8290 section 4.1).
 */
export abstract class FlowQueues<Q extends FlowQueue> implements Queue {
  bytes = 0;
  packets = 0;
  private readonly flows: (Flow<Q> | undefined)[] = [];

  /** `batch`: how many packets may be shed at once when the buffer is full. */
  constructor(
    protected readonly host: QueueHost,
    private readonly classifier: Classifier,
    private readonly buffer: Buffer,
    private readonly batch: number,
  ) {}

  protected abstract open(): Q;
  /** `flow` got its first packet and is on no list. */
  protected abstract activate(flow: Flow<Q>): void;
  abstract pop(): Packet | null;

  push(p: Packet): Drop {
    const index = this.classifier.classify(p);
    const flow = this.flows[index] ?? this.add(index);
    if (this.isFull(p) && !this.makeRoom(p, flow)) return Drop.overflow;
    const verdict = flow.queue.push(p);
    if (verdict !== Drop.none) return verdict;
    this.packets++;
    this.bytes += p.size;
    if (!flow.active) {
      flow.active = true;
      this.activate(flow);
    }
    return Drop.none;
  }

  /** Pops from `flow` and keeps the totals, whatever its queue drops on the way. */
  protected popFrom(flow: Flow<Q>): Packet | null {
    const { packets, bytes } = flow.queue;
    const p = flow.queue.pop();
    this.packets -= packets - flow.queue.packets;
    this.bytes -= bytes - flow.queue.bytes;
    return p;
  }

  private add(index: number): Flow<Q> {
    const flow = new Flow(this.open(), this.classifier.weight(index));
    this.flows[index] = flow;
    return flow;
  }

  private isFull(p: Packet): boolean {
    return this.packets >= this.buffer.maxPackets || this.bytes + p.size > this.buffer.maxBytes;
  }

  private makeRoom(p: Packet, own: Flow<Q>): boolean {
    if (p.size > this.buffer.maxBytes || this.buffer.maxPackets < 1) return false;
    while (this.isFull(p)) {
      const longest = this.longest(p, own);
      if (longest.queue.packets === 0) return false;
      for (let n = Math.min(this.batch, Math.max(1, longest.queue.packets >> 1)); n > 0; n--) {
        const victim = longest.queue.shed()!;
        this.packets--;
        this.bytes -= victim.size;
        this.host.drop(victim, Drop.overflow);
      }
    }
    return true;
  }

  /** The flow with most bytes, `p` counted as arrived. */
  private longest(p: Packet, own: Flow<Q>): Flow<Q> {
    let longest = own;
    let most = own.queue.bytes + p.size;
    for (let i = 0; i < this.flows.length; i++) {
      const flow = this.flows[i];
      if (flow !== undefined && flow.queue.bytes > most) {
        longest = flow;
        most = flow.queue.bytes;
      }
    }
    return longest;
  }
}
