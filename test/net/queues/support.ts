import { Ecn, Packet } from '../../../sim/core/packet';
import { RandomStream } from '../../../sim/core/random';
import { bind, type AnyPlugin } from '../../../sim/core/plugin';
import { Drop, type Queue, type QueueHost } from '../../../sim/net/queue';
import type { Discipline } from '../../../sim/net/queues/define';
import { AdmittedFifo, Fifo } from '../../../sim/net/queues/fifo';

export const MS = 1e6;
export const SECOND = 1e9;

/** A link's side of the contract: keeps what the discipline reports. */
export class TestHost implements QueueHost {
  now = 0;
  rate = 10e6;
  mtu = 1500;
  bdp = 125000;
  random = new RandomStream([1, 2, 3, 4], 'queue');
  readonly dropped: { p: Packet; reason: Drop; at: number }[] = [];
  readonly marks: { p: Packet; at: number }[] = [];

  drop(p: Packet, reason: Drop): void {
    this.dropped.push({ p, reason, at: this.now });
  }

  marked(p: Packet): void {
    this.marks.push({ p, at: this.now });
  }
}

export function packet(flow: number, size = 1500, ecn: number = Ecn.notEct): Packet {
  const p = new Packet();
  p.flow = flow;
  p.src = 1000 + flow;
  p.dst = 1;
  p.srcPort = 5000 + flow;
  p.size = size;
  p.ecn = ecn;
  return p;
}

/** Any discipline as the two-event link sees it. */
export function asQueue(discipline: Discipline, host: QueueHost): Queue {
  switch (discipline.kind) {
    case 'drop-tail':
      return new Fifo(host, discipline);
    case 'admission':
      return new AdmittedFifo(host, discipline.admission);
    case 'queue':
      return discipline.queue;
  }
}

/** A discipline with the given parameters (texts as in a scenario) on `host`. */
export function make(plugin: unknown, params: object, host: QueueHost): Queue {
  return asQueue(bind(plugin as AnyPlugin<QueueHost, Discipline>, params)(host), host);
}

/** One packet and when it reaches the queue. */
export interface Arrival {
  readonly at: number;
  readonly p: Packet;
}

/** A link that serves `queue` at the rate of `host`, departures before arrivals of the same instant. */
export class TestLink {
  readonly sent: { p: Packet; at: number; delay: number }[] = [];
  readonly refused: { p: Packet; reason: Drop; at: number }[] = [];
  private readonly arrivedAt = new Map<Packet, number>();
  private freeAt = 0;

  constructor(
    readonly host: TestHost,
    readonly queue: Queue,
  ) {}

  /** Runs to `until`; arrivals must be in order of time. */
  run(arrivals: Iterable<Arrival>, until: number): this {
    for (const { at, p } of arrivals) {
      if (at > until) break;
      this.serve(at);
      this.offer(p, at);
    }
    this.serve(until);
    this.host.now = until;
    return this;
  }

  offer(p: Packet, at: number): void {
    this.host.now = at;
    this.arrivedAt.set(p, at);
    const verdict = this.queue.push(p);
    if (verdict !== Drop.none) this.refused.push({ p, reason: verdict, at });
    this.serve(at);
  }

  /** Starts every transmission that can start by `until`. */
  serve(until: number): void {
    while (this.queue.packets > 0 && this.freeAt <= until) {
      this.host.now = Math.max(this.freeAt, this.host.now);
      const p = this.queue.pop();
      if (p === null) {
        const ready = this.queue.readyAt ?? Infinity;
        if (this.queue.packets > 0 && !(ready > this.host.now))
          throw new Error('pop gave nothing, and no time to come back');
        if (ready === Infinity) return;
        this.freeAt = ready;
        continue;
      }
      this.sent.push({ p, at: this.host.now, delay: this.host.now - (this.arrivedAt.get(p) ?? 0) });
      this.freeAt = this.host.now + Math.round((p.size * 8e9) / this.host.rate);
    }
    // The link asks once more and learns that it is idle.
    if (this.queue.packets === 0 && this.freeAt <= until) {
      this.host.now = Math.max(this.freeAt, this.host.now);
      if (this.queue.pop() !== null) throw new Error('pop gave a packet that was not counted');
    }
  }

  /** Bytes sent by flow. */
  sentBytes(flow: number, from = 0): number {
    return this.sent.reduce((sum, s) => (s.p.flow === flow && s.at >= from ? sum + s.p.size : sum), 0);
  }
}

/** Packets of `size` from `flow`, one every `gap` nanoseconds. */
export function stream(
  flow: number,
  size: number,
  gap: number,
  until: number,
  from = 0,
  ecn: number = Ecn.notEct,
): Arrival[] {
  const arrivals: Arrival[] = [];
  for (let at = from; at < until; at += gap) arrivals.push({ at: Math.round(at), p: packet(flow, size, ecn) });
  return arrivals;
}

/** Streams merged by time; earlier arguments first at the same instant. */
export function merge(...streams: Arrival[][]): Arrival[] {
  return streams.flat().sort((a, b) => a.at - b.at);
}
