import type { Clock } from '../core/event-queue';
import type { ContentWatching } from '../transport/content-watching';
import { MOST_DATA, RelayCommand, type Said } from './cells';
import { OnionStream, STREAM_INCREMENT } from './stream';

/** Cells of a circuit that may be under way in one direction (tor-spec, "Circuit-level flow control"). */
export const CIRCUIT_WINDOW = 1000;
export const CIRCUIT_INCREMENT = 100;
/** Bytes that may wait in the socket of the first link: what is more waits here, in turns. */
const BACKLOG = 32 * 1024;

/** What both ends of a circuit, client and exit, do with its streams: data into cells and out of them, within the windows. */
export abstract class OnionEnd {
  protected readonly streams = new Map<number, OnionStream>();
  private window = CIRCUIT_WINDOW;
  /** Cells of data that came and were not told of. */
  private unsaid = 0;
  /** Those with something to send, in turns. */
  private turns: OnionStream[] = [];
  private isBusy = false;

  constructor(
    protected readonly clock: Clock,
    readonly watching: ContentWatching,
  ) {}

  /** Puts a relay cell on its way to the other end. */
  protected abstract say(said: Said): void;
  /** Bytes that wait in the socket; Infinity while the circuit is not there. */
  protected abstract get unsent(): number;
  /** A stream is asked for. */
  protected begin(_said: Said): void {
    // only an exit has streams opened
  }

  // --- For streams

  onReady(stream: OnionStream): void {
    if (!this.turns.includes(stream)) this.turns.push(stream);
    this.run();
  }

  onRead(stream: OnionStream): void {
    const { cellsReceived } = stream;
    while (cellsReceived.length > 0 && cellsReceived[0]! <= stream.consumed) {
      cellsReceived.shift();
      if (++stream.unsaid < STREAM_INCREMENT) continue;
      stream.unsaid = 0;
      this.say({ command: RelayCommand.sendme, stream: stream.id });
    }
    stream.finishIfDone();
  }

  reset(stream: OnionStream): void {
    this.say({ command: RelayCommand.end, stream: stream.id, isReset: true });
  }

  forget(stream: OnionStream): void {
    this.streams.delete(stream.id);
  }

  /** The circuit is no longer, and no stream in it. */
  protected lose(): void {
    for (const stream of [...this.streams.values()]) stream.finish('reset');
  }

  /** At the exit: what a stream leads to is there, and the client may send. */
  connected(stream: OnionStream): void {
    this.say({ command: RelayCommand.connected, stream: stream.id });
  }

  protected establish(stream: OnionStream): void {
    if (stream.establishedAt >= 0) return;
    stream.establishedAt = this.clock.now;
    stream.delegate.onEstablished?.(stream);
    this.onReady(stream);
  }

  /** There is room: sends, and tells streams of which nothing waits any more. */
  pump(): void {
    for (const stream of this.run()) stream.delegate.onWritable?.(stream);
  }

  /** Sends what the windows and the socket let through, a cell of each stream in turn. Gives those that have no more. */
  private run(): readonly OnionStream[] {
    if (this.isBusy) return [];
    const done: OnionStream[] = [];
    this.isBusy = true;
    for (let idle = 0; idle < this.turns.length && this.window > 0 && this.unsent < BACKLOG;) {
      const stream = this.turns.shift()!;
      if (this.sendFrom(stream)) idle = 0;
      else idle++;
      if (stream.isOpen && stream.unsent > 0) this.turns.push(stream);
      else done.push(stream);
    }
    this.isBusy = false;
    return done;
  }

  /** One cell of data; and the end, when that was all. False when there was nothing to do. */
  private sendFrom(stream: OnionStream): boolean {
    if (stream.establishedAt < 0 || stream.endSent) return false;
    const { sent: from } = stream;
    const length = Math.min(stream.unsent, MOST_DATA);
    const isSending = length > 0 && stream.window > 0;
    if (isSending) {
      stream.window--;
      this.window--;
      stream.sent += length;
      stream.cellsSent.push(stream.sent);
      this.say({ command: RelayCommand.data, stream: stream.id, length, from, content: stream.outbound });
    }
    if (stream.closing && stream.unsent === 0) {
      stream.endSent = true;
      this.say({ command: RelayCommand.end, stream: stream.id });
      stream.finishIfDone();
    }
    return isSending;
  }

  // --- From the other end

  protected take(said: Said): void {
    const { command } = said;
    if (command === RelayCommand.begin) {
      this.begin(said);
      return;
    }
    if (command === RelayCommand.sendme && said.stream === 0) {
      this.window += CIRCUIT_INCREMENT;
      this.pump();
      return;
    }
    if (command === RelayCommand.data) this.countCell();
    const stream = this.streams.get(said.stream);
    if (stream === undefined) return;
    if (command === RelayCommand.data) this.data(stream, said);
    else if (command === RelayCommand.connected) this.establish(stream);
    else if (command === RelayCommand.sendme) this.acknowledged(stream);
    else if (command === RelayCommand.end) this.ended(stream, said.isReset === true);
  }

  private countCell(): void {
    if (++this.unsaid < CIRCUIT_INCREMENT) return;
    this.unsaid = 0;
    this.say({ command: RelayCommand.sendme, stream: 0 });
  }

  private data(stream: OnionStream, { length = 0, content }: Said): void {
    stream.inbound ??= content ?? null;
    stream.received += length;
    stream.cellsReceived.push(stream.received);
    stream.delegate.onReadable?.(stream);
  }

  private acknowledged(stream: OnionStream): void {
    stream.window += STREAM_INCREMENT;
    const told = stream.cellsSent.splice(0, STREAM_INCREMENT);
    stream.acknowledged = told.at(-1) ?? stream.acknowledged;
    this.onReady(stream);
    stream.delegate.onWritable?.(stream);
  }

  private ended(stream: OnionStream, isReset: boolean): void {
    if (isReset) {
      stream.finish('reset');
      return;
    }
    stream.isRemoteClosed = true;
    stream.delegate.onRemoteClosed?.(stream);
    stream.finishIfDone();
  }
}
