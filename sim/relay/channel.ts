import { type Nanos, Timer } from '../core/event-queue';
import type { ByteStream, StreamMessage } from '../transport/byte-stream';
import type { RelayConfig } from './config';
import type { Processor } from './processor';

/** What a channel asks of its relay. */
export interface ChannelHost {
  readonly config: RelayConfig;
  /** Null where everything is passed on at once. */
  readonly processor: Processor | null;
  /** Bytes were taken in. */
  passed(bytes: number): void;
  /** `message` is larger than is passed on: it ends here. */
  refused?(message: StreamMessage): void;
  /** `message` was in service for that long. */
  processed?(message: StreamMessage, time: Nanos): void;
  /** How the relay tells the ends that it is there; null: it does not. Only whole messages can be told apart. */
  readonly announcer?: Announcer | null;
  /** What a relay does to whole messages, hostile or not; null: nothing. */
  readonly editor?: Editor | null;
}

/** Decides what a relay passes on. */
export interface Editor {
  /** What goes on in place of `message`, towards the server or back; `answer` puts a message into the other direction. */
  pass(message: StreamMessage, isForward: boolean, answer: (message: StreamMessage) => void): readonly StreamMessage[];
}

/** Tells the ends of a session that a relay is there, and takes their answers. */
export interface Announcer {
  /** What is to follow `message` to its reader: a notice, where there was none before; else null. */
  notice(message: StreamMessage): StreamMessage | null;
  /** Whether `message` was for the relay itself: it goes no further. A refusal ends the session here. */
  take(message: StreamMessage): 'consent' | 'refusal' | null;
}

/** Something read, on its way through the relay. */
interface Piece {
  left: number;
  /** What it is a part of, if that is known, and how many bytes of that went before. */
  readonly of: StreamMessage | null;
  sent: number;
  /** The message that ends with it, if one does. */
  readonly message: StreamMessage | null;
  readonly readyAt: Nanos;
}

/** The two streams that a channel stands between, and what it asks of who has them. */
export interface ChannelUser {
  /** The store overflows or can never take what is coming, or an end refuses the relay. */
  fail(reason: 'overflow' | 'too-large' | 'consent'): void;
  /** Everything that came and will come through `channel` has been passed on. */
  onThrough(channel: Channel): void;
  /** Puts a message into the other direction than that of `channel`. */
  answer(channel: Channel, message: StreamMessage): void;
}

/**
 * One direction of a relay. Without a processor, a delay or messages to gather, bytes go from socket to socket. Otherwise
 * they stand in a store of bounded size: gathered into messages, served, delayed, and written as the next leg has room.
 */
export class Channel {
  /** What it reads and what it writes; null while there is none. */
  from: ByteStream | null = null;
  to: ByteStream | null = null;
  private stopped = false;
  /** Bytes between the sockets. */
  held = 0;
  /** Of them, those of a message that is not complete. */
  private gathered = 0;
  /** The next byte to be read begins a message. */
  private atStart = true;
  private readonly pieces: Piece[] | null;
  /** What is read next is part of, and how much of that was read before. */
  private under: StreamMessage | null = null;
  private underSent = 0;
  private readonly timer: Timer | null;

  constructor(
    private readonly host: ChannelHost,
    private readonly user: ChannelUser,
    /** Whether it leads towards the server. */
    private readonly isForward: boolean,
  ) {
    const { processor } = host;
    this.pieces = processor === null ? null : [];
    this.timer = processor === null ? null : new Timer(processor.events, () => this.pump());
  }

  /** Moves what it can. */
  pump(): void {
    const { from, to } = this;
    if (from === null || to === null || this.stopped) return;
    // most often room has appeared, and there is nothing to fill it with
    if (this.pieces === null && from.readable === 0 && !from.isRemoteClosed) return;
    // what is written to a leg that does not come about is lost: with other attempts to come, it waits
    if (to.establishedAt < 0 && this.host.config.retries > 0) return;
    if (this.pieces === null) this.splice(from, to);
    else {
      this.write(to);
      this.read(from);
      this.write(to);
    }
    if (from.isRemoteClosed) this.endIfThrough(from, to);
  }

  private endIfThrough(from: ByteStream, to: ByteStream): void {
    // closed before it is established, a connection would vanish (RFC 9293 section 3.10.4)
    if (this.stopped || to.establishedAt < 0 || from.readable > 0 || this.held > this.gathered) return;
    // bytes of a message whose end will not come
    this.giveUp();
    this.user.onThrough(this);
  }

  private giveUp(): void {
    this.held -= this.gathered;
    this.gathered = 0;
  }

  /** The session is gone: nothing is held for it any more. Returns the bytes that were. */
  stop(): number {
    const lost = this.held;
    this.stopped = true;
    this.timer?.release();
    this.pieces?.splice(0);
    this.held = 0;
    this.gathered = 0;
    return lost;
  }

  private splice(from: ByteStream, to: ByteStream): void {
    const { readable } = from;
    const room = to.writable;
    // an integer to V8, which `room` is not
    let left = readable < room ? readable : room | 0;
    if (left <= 0) return;
    this.host.passed(left);
    for (let part = from.untilMessageEnd; part <= left; part = from.untilMessageEnd) {
      from.read(part);
      to.writeMessage(from.takeMessage()!, part);
      left -= part;
    }
    if (left === 0) return;
    from.handOn?.(to);
    from.read(left);
    to.writeAll(left);
  }

  /** What is read next is of `message`, of which `sent` bytes went before. */
  begin(message: StreamMessage, sent: number): void {
    this.under = message;
    this.underSent = sent;
  }

  private read(from: ByteStream): void {
    const { store, overflow } = this.host.config;
    while (from.readable > 0) {
      const room = store - this.held;
      if (room <= 0) {
        if (this.gathered === this.held) this.user.fail('too-large');
        else if (overflow === 'reset') this.user.fail('overflow');
        return;
      }
      const until = from.untilMessageEnd;
      const bytes = Math.min(from.readable, room, until);
      this.under = null;
      from.handOn?.(this);
      from.read(bytes);
      this.held += bytes;
      this.host.passed(bytes);
      if (!this.take(bytes, bytes === until ? from.takeMessage() : null, until !== Infinity)) return;
    }
  }

  /** `bytes` were read, of a message or not, perhaps the last ones of `message`. False if the session ends with it. */
  private take(bytes: number, message: StreamMessage | null, isOfMessage: boolean): boolean {
    const { forward } = this.host.config;
    if (forward === 'store-and-forward' && isOfMessage) {
      this.gathered += bytes;
      return message === null || this.pass(message);
    }
    const begins = forward === 'cut-through' && isOfMessage && this.atStart;
    this.atStart = message !== null;
    this.enter(bytes, message, begins ? 1 : 0, this.under, this.underSent);
    return true;
  }

  /** A whole message has come. False if it ends the session. */
  private pass(message: StreamMessage): boolean {
    const announcer = this.host.announcer ?? null;
    const answer = announcer === null ? null : announcer.take(message);
    if (answer !== null) {
      this.giveUp();
      if (answer === 'refusal') this.user.fail('consent');
      return answer === 'consent';
    }
    const { largestMessage } = this.host.config;
    if (largestMessage > 0 && message.size > largestMessage) {
      this.host.refused?.(message);
      this.giveUp();
      return true;
    }
    const { editor } = this.host;
    if (editor === undefined || editor === null) this.enter(this.gathered, message, 1);
    else {
      this.held -= this.gathered;
      for (const other of editor.pass(message, this.isForward, (reply) => this.user.answer(this, reply)))
        this.put(other);
    }
    this.gathered = 0;
    const notice = announcer === null ? null : announcer.notice(message);
    if (notice !== null) this.put(notice);
    return true;
  }

  /** A message of the relay's own, which goes out with the others. */
  insert(message: StreamMessage): void {
    this.put(message);
    this.pump();
  }

  private put(message: StreamMessage): void {
    this.held += message.size;
    this.enter(message.size, message, 1);
  }

  private enter(bytes: number, message: StreamMessage | null, begun: number, of = message, sent = 0): void {
    const processor = this.host.processor!;
    const { processing } = this.host.config;
    const time = processor.timeFor(bytes, begun);
    const readyAt = processor.serve(time) + processing;
    if (message !== null) this.host.processed?.(message, time + processing);
    this.pieces!.push({ left: bytes, of, sent, message, readyAt });
  }

  /** Writes what is ready, as there is room. */
  private write(to: ByteStream): void {
    const pieces = this.pieces!;
    const { now } = this.host.processor!.events;
    for (let first = pieces[0]; first !== undefined; first = pieces[0]) {
      if (first.readyAt > now) {
        this.timer!.arm(first.readyAt);
        return;
      }
      const part = Math.min(first.left, to.writable);
      if (part <= 0) return;
      this.held -= part;
      first.left -= part;
      if (first.left > 0) {
        writePart(to, first, part);
        return;
      }
      pieces.shift();
      if (first.message === null) writePart(to, first, part);
      else to.writeMessage(first.message, part);
    }
  }
}

/** Writes bytes of a piece that its message does not end with. */
function writePart(to: ByteStream, piece: Piece, bytes: number): void {
  if (piece.of !== null) to.begin?.(piece.of, piece.sent);
  piece.sent += bytes;
  to.writeAll(bytes);
}
