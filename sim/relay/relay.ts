import { type EventQueue, type Nanos, Timer } from '../core/event-queue';
import type { ByteStream, CloseReason, StreamDelegate, StreamMessage } from '../transport/byte-stream';
import { type Announcer, type Editor, Channel, type ChannelHost, type ChannelUser } from './channel';
import type { RelayConfig } from './config';
import type { NextLeg } from './next-leg';
import type { Processor } from './processor';

/** Why a relay ended a session itself, or (`policy`) passed a message not on; `consent`: an end has refused the relay. */
export type RelayFailure = 'overflow' | 'too-large' | 'next-leg' | 'leg' | 'refused' | 'policy' | 'crash' | 'consent';

/** What a relay is told from outside. All are optional. */
export interface RelayOptions {
  /** Null: everything is passed on at once. */
  readonly processor?: Processor | null;
  /** Tells the ends that the relay is there; whole messages are stored then. */
  readonly announcer?: Announcer | null;
  /** What it does to messages; whole ones are stored then, too. */
  readonly editor?: Editor | null;
  /** The relay ended a pair for this reason; `lost` bytes were between its sockets. */
  onFailure?(reason: RelayFailure, lost: number): void;
  /** `message` was in service for that long. */
  onProcessed?(message: StreamMessage, time: Nanos): void;
}

/**
 * A relay for one session: ends one stream and starts the next, passing bytes and messages both ways (RFC 3135 section
 * 2.4, split connection). What it holds is bounded: by its sockets, and by the store between them. When the next leg has
 * no room it stops reading, so that the receive window of the previous leg closes: back-pressure.
 */
export class Relay implements ChannelHost {
  /** Pairs of streams ever made, bytes passed on, and pairs that the relay ended itself. */
  pairs = 0;
  bytes = 0;
  failures = 0;
  readonly processor: Processor | null;
  readonly announcer: Announcer | null;
  readonly editor: Editor | null;
  private readonly live = new Set<Pair>();

  constructor(
    readonly events: EventQueue,
    readonly config: RelayConfig,
    readonly next: NextLeg,
    readonly options: RelayOptions = {},
  ) {
    this.processor = options.processor ?? null;
    this.announcer = options.announcer ?? null;
    this.editor = options.editor ?? null;
  }

  /** Bytes held at this moment: in the sockets, and between them. */
  get buffered(): number {
    let sum = 0;
    for (const pair of this.live) sum += pair.buffered;
    return sum;
  }

  /** Pairs that exist. */
  get size(): number {
    return this.live.size;
  }

  /** Takes a stream from the previous hop; it is continued when it is established. */
  accept(incoming: ByteStream): StreamDelegate {
    const pair = new Pair(this, incoming);
    this.live.add(pair);
    return pair.ofIncoming;
  }

  /** Refuses a stream: the peer is reset as soon as it is established. */
  refuse(): StreamDelegate {
    return {
      onEstablished: (stream) => {
        this.failed('refused', 0);
        stream.abort();
      },
    };
  }

  /** The process of the relay dies: its streams are reset, and what it held is lost. */
  crash(): void {
    for (const pair of [...this.live]) pair.fail('crash');
    this.processor?.restart();
  }

  passed(bytes: number): void {
    this.bytes += bytes;
  }

  refused(): void {
    this.failed('policy', 0);
  }

  processed(message: StreamMessage, time: Nanos): void {
    this.options.onProcessed?.(message, time);
  }

  failed(reason: RelayFailure, lost: number): void {
    this.failures++;
    this.options.onFailure?.(reason, lost);
  }

  release(pair: Pair): void {
    this.live.delete(pair);
  }
}

/** Two streams and what passes between them. */
class Pair implements ChannelUser {
  private outgoing: ByteStream | null = null;
  private readonly there: Channel;
  private readonly back: Channel;
  private incomingGone = false;
  private outgoingGone = false;
  private stopped = false;
  private attempts = 0;
  private retry: Timer | null = null;
  readonly ofIncoming: StreamDelegate;
  private readonly ofOutgoing: StreamDelegate;

  constructor(
    private readonly relay: Relay,
    private readonly incoming: ByteStream,
  ) {
    this.there = new Channel(relay, this, true);
    this.back = new Channel(relay, this, false);
    this.there.from = this.back.to = incoming;
    this.ofIncoming = new Leg(this, this.there, this.back);
    this.ofOutgoing = new Leg(this, this.back, this.there);
  }

  get buffered(): number {
    const { incoming, outgoing, there, back } = this;
    return incoming.buffered + (outgoing === null ? 0 : outgoing.buffered) + there.held + back.held;
  }

  /** Nothing is passed on any more. Returns the bytes that were between the sockets. */
  stop(): number {
    if (this.stopped) return 0;
    this.stopped = true;
    this.retry?.release();
    return this.there.stop() + this.back.stop();
  }

  private open(): void {
    if (this.attempts === 0) this.relay.pairs++;
    this.setOutgoing(this.relay.next.take(this.ofOutgoing, this.incoming));
    if (this.outgoing!.establishedAt >= 0) this.there.pump();
  }

  private setOutgoing(stream: ByteStream | null): void {
    this.outgoing = this.there.to = this.back.from = stream;
  }

  onEstablished(leg: Leg): void {
    if (leg === this.ofIncoming) this.open();
    else this.there.pump();
  }

  onThrough(channel: Channel): void {
    const to = channel.to!;
    if (channel === this.there && this.relay.next.keep(to)) {
      this.outgoingGone = true;
      this.stop();
      this.incoming.close();
      this.done();
    } else to.shutdown();
  }

  answer(channel: Channel, message: StreamMessage): void {
    (channel === this.there ? this.back : this.there).insert(message);
  }

  /** The relay ends the session. */
  fail(reason: RelayFailure): void {
    this.relay.failed(reason, this.stop());
    this.incoming.abort();
    this.outgoing?.abort();
  }

  onClosed(leg: Leg, stream: ByteStream, reason: CloseReason): void {
    if (leg === this.ofOutgoing) this.onOutgoingClosed(stream, reason);
    else {
      this.incomingGone = true;
      this.onLegClosed(this.outgoing, reason);
    }
  }

  private onOutgoingClosed(stream: ByteStream, reason: CloseReason): void {
    const { retries, retryAfter } = this.relay.config;
    if (this.stopped && this.outgoingGone) return;
    if (stream.establishedAt < 0 && this.attempts < retries && !this.incomingGone && !this.stopped) {
      const wait = retryAfter * (1 << Math.min(this.attempts++, 20));
      this.setOutgoing(null);
      this.retry ??= new Timer(this.relay.events, () => this.open());
      this.retry.arm(this.relay.events.now + wait);
      return;
    }
    this.outgoingGone = true;
    if (stream.establishedAt < 0 && !this.incomingGone && !this.stopped) this.relay.failed('next-leg', this.stop());
    this.onLegClosed(this.incoming, reason);
  }

  /** One leg is gone: an orderly end has been passed on already, anything else resets the other leg. */
  private onLegClosed(other: ByteStream | null, reason: CloseReason): void {
    if (reason !== 'finished') {
      if (!this.stopped) this.relay.failed('leg', this.stop());
      other?.abort();
    }
    if (other === null) this.outgoingGone = true;
    this.done();
  }

  private done(): void {
    if (!this.incomingGone || !this.outgoingGone) return;
    this.stop();
    this.relay.release(this);
  }
}

/** One of the two streams of a pair. Methods of a class, unlike functions of each pair's own, are called directly in compiled code. */
class Leg implements StreamDelegate {
  constructor(
    private readonly pair: Pair,
    private readonly reads: Channel,
    private readonly writes: Channel,
  ) {}

  onEstablished(): void {
    this.pair.onEstablished(this);
  }

  onReadable(): void {
    this.reads.pump();
  }

  onWritable(): void {
    this.writes.pump();
  }

  onRemoteClosed(): void {
    this.reads.pump();
  }

  onClosed(stream: ByteStream, reason: CloseReason): void {
    this.pair.onClosed(this, stream, reason);
  }
}
