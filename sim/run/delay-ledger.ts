import type { Nanos } from '../core/event-queue';
import type { Packet } from '../core/packet';
import type { Link } from '../net/link';
import type { LinkTap } from '../net/link-tap';
import type { Simulation } from '../net/simulation';
import type { StreamMessage } from '../transport/byte-stream';
import { newContentWatching } from '../transport/content-watching';
import { type ContentWatch, StreamContent } from '../transport/stream-content';

/** Where the time of a message went, in nanoseconds. The sum is its delay from end to end. */
export const DELAY_PARTS = [
  'setup',
  'sending',
  'transport',
  'propagation',
  'serialisation',
  'queueing',
  'headOfLine',
  'relayBuffer',
  'processing',
  'unread',
] as const;
export type DelayPart = (typeof DELAY_PARTS)[number];
export type DelayParts = Record<DelayPart, Nanos>;

/** One link that the packet with the last byte of a message crossed. */
interface Hop {
  readonly link: Link;
  readonly propagation: Nanos;
  readonly serialisation: Nanos;
  readonly queueing: Nanos;
}

/** A packet under way. */
interface Flight {
  readonly sentAt: Nanos;
  readonly hops: Hop[];
  /** When it entered the link it is in, or left the last one. */
  at: Nanos;
  link: Link | null;
  /** Time between links: in middleboxes. */
  between: Nanos;
}

/** A message on one leg, followed by its last byte. */
interface Leg {
  readonly message: StreamMessage;
  readonly content: StreamContent;
  readonly end: number;
  readonly writtenAt: Nanos;
  firstSentAt: Nanos;
  arrivedAt: Nanos;
  readyAt: Nanos;
  takenAt: Nanos;
  flight: Flight | null;
  /** The frame of a circuit that has the last byte. */
  carrier: StreamMessage | null;
}

/**
 * Follows the last byte of every message through sockets, links and relays, and says where its time went. It watches
 * streams and links and changes nothing in the run.
 *
 * On a leg the byte waits to be sent, flies (perhaps in the copy that was not lost), waits for what is before it, and is
 * read; in a relay it waits for room and for service. Each of these times begins where the one before it ends.
 */
export class DelayLedger implements ContentWatch, LinkTap {
  private readonly flights = new Map<Packet, Flight>();
  private readonly open = new Map<StreamContent, Leg[]>();
  private readonly done = new Map<StreamMessage, Leg[]>();
  private readonly served = new Map<StreamMessage, Nanos[]>();
  /** Frames of circuits in which no message ends. */
  private readonly ignored = new Set<StreamMessage>();
  /** The others, and how many of the messages that end in them are not accounted for yet. */
  private readonly carriers = new Map<StreamMessage, number>();

  constructor(private readonly simulation: Simulation) {
    simulation.single(newContentWatching).watch = this;
    for (const link of simulation.links) link.tap = this;
  }

  private get now(): Nanos {
    return this.simulation.events.now;
  }

  // --- ContentWatch

  written(content: StreamContent, message: StreamMessage, end: number): void {
    const { now } = this;
    const leg = { message, content, end, writtenAt: now, firstSentAt: -1, arrivedAt: -1, readyAt: -1, takenAt: -1 };
    const legs = this.open.get(content);
    const all = { ...leg, flight: null, carrier: null };
    if (legs === undefined) this.open.set(content, [all]);
    else legs.push(all);
  }

  sent(content: StreamContent, p: Packet): void {
    const { now } = this;
    this.flights.set(p, { sentAt: now, hops: [], at: now, link: null, between: 0 });
    for (const leg of this.endingIn(content, p)) if (leg.firstSentAt < 0) leg.firstSentAt = now;
  }

  received(content: StreamContent, p: Packet, inOrder: number): void {
    const { now } = this;
    const flight = this.flights.get(p) ?? null;
    this.flights.delete(p);
    for (const leg of this.endingIn(content, p)) {
      if (leg.arrivedAt >= 0) continue;
      leg.arrivedAt = now;
      leg.flight = flight;
    }
    for (const leg of this.open.get(content) ?? []) {
      if (leg.end > inOrder) break;
      if (leg.readyAt < 0) leg.readyAt = now;
    }
  }

  carried(content: StreamContent, from: number, to: number, carrier: StreamMessage): void {
    const ending = (this.open.get(content) ?? []).filter(({ end }) => end > from && end <= to);
    for (const leg of ending) leg.carrier = carrier;
    if (ending.length === 0) this.ignored.add(carrier);
    else this.carriers.set(carrier, ending.length);
  }

  taken(content: StreamContent, message: StreamMessage): void {
    const legs = this.open.get(content)!;
    const leg = legs.shift()!;
    if (leg.message !== message) throw new Error('messages were taken in another order than written');
    if (legs.length === 0) this.open.delete(content);
    leg.takenAt = this.now;
    if (this.ignored.delete(message)) return;
    const done = this.done.get(message);
    if (done === undefined) this.done.set(message, [leg]);
    else done.push(leg);
  }

  /** A relay had `message` in service for that long. */
  processed(message: StreamMessage, time: Nanos): void {
    const times = this.served.get(message);
    if (times === undefined) this.served.set(message, [time]);
    else times.push(time);
  }

  // --- LinkTap

  onSend(p: Packet, link: Link): void {
    const flight = this.flights.get(p);
    if (flight === undefined) return;
    flight.between += this.now - flight.at;
    flight.at = this.now;
    flight.link = link;
  }

  onArrive(p: Packet, link: Link): void {
    let flight = this.flights.get(p);
    if (flight === undefined) {
      if (!(p.payload instanceof StreamContent)) return;
      flight = this.copyOf(p, link);
      if (flight === undefined) return;
      this.flights.set(p, flight);
    }
    const took = this.now - flight.at;
    const propagation = Math.min(link.delay, took);
    const serialisation = Math.min(Math.round((p.size * 8e9) / link.rate), took - propagation);
    flight.hops.push({ link, propagation, serialisation, queueing: took - propagation - serialisation });
    flight.at = this.now;
    flight.link = null;
  }

  onDrop(p: Packet): void {
    this.flights.delete(p);
  }

  // --- What became of a message

  /**
   * Where the time of a delivered message went, and how long it stood in the queue of each link. Throws if that is not
   * exactly `delay`. The message is forgotten.
   */
  account(message: StreamMessage, delay: Nanos): { parts: DelayParts; queues: ReadonlyMap<Link, Nanos> } {
    const legs = this.done.get(message) ?? [];
    const served = this.served.get(message) ?? [];
    this.done.delete(message);
    this.served.delete(message);
    const parts = Object.fromEntries(DELAY_PARTS.map((part) => [part, 0])) as DelayParts;
    const queues = new Map<Link, Nanos>();
    legs.forEach((leg, i) => {
      if (i > 0) {
        const inRelay = leg.writtenAt - legs[i - 1]!.takenAt;
        const service = Math.min(served[i - 1] ?? 0, inRelay);
        parts.processing += service;
        parts.relayBuffer += inRelay - service;
      }
      const ends = { isFirst: i === 0, isLast: i === legs.length - 1 };
      const frame = leg.carrier === null ? undefined : this.done.get(leg.carrier)?.[0];
      if (frame === undefined) addLeg(leg, ends, parts, queues);
      else {
        // waits for credit and its turn, travels in the frame, and is read
        parts[ends.isFirst ? 'sending' : 'relayBuffer'] += frame.writtenAt - leg.writtenAt;
        addLeg(frame, ends, parts, queues);
        parts[ends.isLast ? 'unread' : 'relayBuffer'] += leg.takenAt - frame.takenAt;
        this.release(leg.carrier!);
      }
    });
    const total = DELAY_PARTS.reduce((sum, part) => sum + parts[part], 0);
    if (total !== delay)
      throw new Error(`a message of ${message.size} bytes took ${delay} ns, of which ${total} are accounted for`);
    return { parts, queues };
  }

  /** A message that ended in this frame is accounted for. */
  private release(carrier: StreamMessage): void {
    const left = this.carriers.get(carrier)! - 1;
    if (left > 0) this.carriers.set(carrier, left);
    else {
      this.carriers.delete(carrier);
      this.done.delete(carrier);
    }
  }

  /** Legs whose last byte `p` carries. */
  private endingIn(content: StreamContent, p: Packet): Leg[] {
    const legs = this.open.get(content);
    if (legs === undefined) return [];
    const from = p.seq - 1;
    return legs.filter(({ end }) => end > from && end <= from + p.length);
  }

  /** A link may make two packets of one: the other's way so far. */
  private copyOf(p: Packet, link: Link): Flight | undefined {
    for (const [other, flight] of this.flights) {
      const isSame = other.payload === p.payload && other.seq === p.seq && flight.link === link;
      if (isSame) return { ...flight, hops: [...flight.hops] };
    }
    return undefined;
  }
}

interface Ends {
  /** The leg begins at the client; it ends at the server. */
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

function addLeg(leg: Leg, { isFirst, isLast }: Ends, parts: DelayParts, queues: Map<Link, Nanos>): void {
  const { flight } = leg;
  if (flight === null || leg.firstSentAt < 0) {
    // its packets are shared with other streams, and not followed
    parts.transport += leg.takenAt - leg.writtenAt;
    return;
  }
  const wait = leg.firstSentAt - leg.writtenAt;
  const setup = Math.min(Math.max(leg.content.establishedAt - leg.writtenAt, 0), wait);
  parts.setup += setup;
  parts[isFirst ? 'sending' : 'relayBuffer'] += wait - setup;
  parts.headOfLine += flight.sentAt - leg.firstSentAt + (leg.readyAt - leg.arrivedAt);
  for (const { link, propagation, serialisation, queueing } of flight.hops) {
    parts.propagation += propagation;
    parts.serialisation += serialisation;
    parts.queueing += queueing;
    queues.set(link, (queues.get(link) ?? 0) + queueing);
  }
  parts.processing += flight.between + (leg.arrivedAt - flight.at);
  parts[isLast ? 'unread' : 'relayBuffer'] += leg.takenAt - leg.readyAt;
}
