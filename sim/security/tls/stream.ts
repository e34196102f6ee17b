import { type EventQueue, type Nanos, Timer } from '../../core/event-queue';
import type { ByteStream, CloseReason, SendingState, StreamDelegate, StreamMessage } from '../../transport/byte-stream';
import { ContentStream, type ContentWatch, type StreamContent } from '../../transport/stream-content';
import { type AlertName, TlsFailure } from './alert';
import type { KeyLog } from './key-log';
import type { Directions } from './keys';
import type { Handshake, TlsVersion } from './messages';
import type { Peer, RecordLayer } from './peer';
import {
  alertFragment,
  CHANGE_CIPHER_SPEC,
  dataFragment,
  type Fragment,
  handshakeFragment,
  MOST_PLAIN,
  Opener,
  PlainRecord,
  RECORD_OVERHEAD,
  SealedRecord,
} from './record';

/** What a connection tells of itself, to who counts. */
export interface TlsObserver {
  /** This end has finished; `bytes` it has written for that, records included. */
  onHandshake?(time: Nanos, bytes: number, version: TlsVersion, resumed: boolean): void;
  /** This end has ended the connection, because of what came. */
  onAlert?(alert: AlertName, because: string): void;
}

export interface TlsSurroundings {
  readonly events: EventQueue;
  readonly keyLog: KeyLog;
  readonly observer: TlsObserver;
  readonly watching: { readonly watch: ContentWatch | null };
}

/** Bytes decrypted ahead of their reader: beyond this the stream below is not read, and its window closes. */
const AHEAD = MOST_PLAIN;

/**
 * A stream inside of another: TLS (RFC 8446, RFC 5246). Both ends agree on keys and know who the other is before it is
 * established; then what is written goes in records, and what comes is known to be what the other end wrote, in its order,
 * to its end.
 */
export class TlsStream extends ContentStream implements ByteStream, RecordLayer {
  override establishedAt: Nanos = -1;
  override written = 0;
  override consumed = 0;
  isOpen = true;
  isRemoteClosed = false;
  delegate: StreamDelegate = {};
  private received = 0;
  /** Bytes written that are in records; and bytes of records for the handshake. */
  private inRecords = 0;
  private handshakeBytes = 0;
  private below: ByteStream | null = null;
  private begunAt: Nanos = -1;
  private sealing: { readonly version: TlsVersion; readonly key: Uint8Array; next: number } | null = null;
  private opener: Opener | null = null;
  private isShut = false;
  private isEndSent = false;
  private isEndTold = false;
  /** Nobody reads any more. */
  private isDeaf = false;
  private readonly peer: Peer;
  private readonly later: Timer;

  constructor(
    readonly flow: number,
    private readonly around: TlsSurroundings,
    /** The host that this end is on. */
    private readonly owner: string,
    makePeer: (layer: RecordLayer) => Peer & { start?(): void },
  ) {
    super();
    const peer = makePeer(this);
    this.peer = peer;
    this.later = new Timer(around.events, () => this.pull(true));
    this.ofBelow = {
      onEstablished: (stream) => {
        this.below = stream;
        this.begunAt = this.around.events.now;
        peer.start?.();
        this.pull(true);
      },
      onReadable: (stream) => {
        this.below = stream;
        this.pull(true);
      },
      onWritable: () => {
        this.pump();
        if (this.isOpen && this.establishedAt >= 0 && this.writable > 0) this.delegate.onWritable?.(this);
      },
      onRemoteClosed: () => this.pull(true),
      onClosed: (_, reason) => this.finish(reason),
    };
  }

  /** What the stream below is to tell. */
  readonly ofBelow: StreamDelegate;

  /** The stream that carries it, for who opened one; before it is established, too. */
  attach(below: ByteStream): this {
    this.below = below;
    if (below.establishedAt >= 0 && this.begunAt < 0) this.ofBelow.onEstablished!(below);
    return this;
  }

  /** The stream below. */
  get inner(): ByteStream | null {
    return this.below;
  }

  protected override get watch(): ContentWatch | null {
    return this.around.watching.watch;
  }

  get readable(): number {
    return this.received - this.consumed;
  }

  get writable(): number {
    if (this.isShut || this.below === null) return 0;
    const room = this.below.writable - this.queued;
    const records = Math.ceil(room / MOST_PLAIN);
    return Math.max(0, room - records * RECORD_OVERHEAD['1.2']);
  }

  get unacknowledged(): number {
    return this.queued + (this.below?.unacknowledged ?? 0);
  }

  get unsent(): number {
    return this.queued + (this.below?.unsent ?? this.below?.unacknowledged ?? 0);
  }

  get buffered(): number {
    return this.readable + this.queued + (this.below?.buffered ?? 0);
  }

  get sender(): SendingState | null {
    return this.below?.sender ?? null;
  }

  /** At least so many: records tell only of themselves. */
  override get acknowledged(): number {
    const acknowledged = this.inRecords - (this.below?.unacknowledged ?? 0);
    return acknowledged > 0 ? acknowledged : 0;
  }

  read(max: number): number {
    let got = 0;
    for (;;) {
      const part = Math.min(max - got, this.readable);
      this.consumed += part;
      got += part;
      if (got === max || !this.pull(false)) break;
    }
    // what is left below would wait for ever: no more of it may come
    if (this.below !== null && this.below.readable > 0 && this.isOpen) this.later.arm(this.around.events.now);
    return got;
  }

  writeAll(bytes: number): void {
    if (this.isShut) throw new Error('write after close');
    this.written += bytes;
    this.pump();
  }

  shutdown(): void {
    this.isShut = true;
    this.pump();
  }

  /** What still comes is thrown away until the other end has closed as well. */
  close(): void {
    if (this.readable > 0) {
      this.abort();
      return;
    }
    this.isDeaf = true;
    this.shutdown();
    this.pull(false);
  }

  abort(): void {
    if (!this.isOpen) return;
    this.below?.abort();
    this.finish('aborted');
  }

  write(messages: readonly Handshake[], version: TlsVersion): void {
    this.writeRecord(handshakeFragment(messages, version), true);
  }

  writeChangeCipherSpec(): void {
    this.writeRecord(CHANGE_CIPHER_SPEC, true);
  }

  protectWrites(version: TlsVersion, key: Uint8Array): void {
    this.sealing = { version, key, next: 0 };
  }

  protectReads(version: TlsVersion, key: Uint8Array): void {
    this.opener = new Opener(version, key);
  }

  logKeys(random: Uint8Array, version: TlsVersion, stage: 'handshake' | 'application', keys: Directions): void {
    this.around.keyLog.note(this.owner, random, version, stage, keys);
  }

  established(version: TlsVersion, resumed: boolean): void {
    this.establishedAt = this.around.events.now;
    this.around.observer.onHandshake?.(this.establishedAt - this.begunAt, this.handshakeBytes, version, resumed);
    this.delegate.onEstablished?.(this);
    this.pump();
  }

  /** Bytes written that are in no record yet. */
  private get queued(): number {
    return this.written - this.inRecords;
  }

  /** Puts what was written into records, as the stream below has room. */
  private pump(): void {
    const { below, sealing } = this;
    if (below === null || sealing === null || this.establishedAt < 0 || !this.isOpen || this.isEndSent) return;
    while (this.queued > 0 && below.writable > 0) {
      const length = Math.min(this.queued, MOST_PLAIN);
      const from = this.inRecords;
      this.inRecords += length;
      const record = this.writeRecord(dataFragment(this.outbound, from, length), false);
      if (this.outbound !== null) this.watch?.carried(this.outbound, from, from + length, record);
    }
    if (!this.isShut || this.queued > 0) return;
    this.isEndSent = true;
    this.writeRecord(alertFragment('close_notify'), false);
    below.shutdown();
  }

  private writeRecord(fragment: Fragment, isOfHandshake: boolean): StreamMessage {
    const { sealing } = this;
    const record =
      sealing === null || fragment.type === 'change_cipher_spec'
        ? new PlainRecord(fragment)
        : new SealedRecord(sealing.version, sealing.key, sealing.next++, fragment);
    if (isOfHandshake) this.handshakeBytes += record.size;
    this.below!.writeMessage(record);
    return record;
  }

  /** Takes records from below. True if there is more to read than before. */
  private pull(tells: boolean): boolean {
    const { below } = this;
    if (below === null || !this.isOpen) return false;
    const before = this.received;
    try {
      while (this.isOpen && this.readable < AHEAD && below.readable > 0) {
        below.read(Math.min(below.readable, below.untilMessageEnd));
        for (let record = below.takeMessage(); record !== null; record = below.takeMessage()) this.onRecord(record);
      }
    } catch (error) {
      if (!(error instanceof TlsFailure)) throw error;
      this.fail(error);
      return false;
    }
    const hasMore = this.received > before;
    if (tells && hasMore) this.delegate.onReadable?.(this);
    this.onEnd();
    return hasMore;
  }

  private onRecord(record: StreamMessage): void {
    const fragment = this.open(record);
    if (fragment.type === 'handshake') for (const message of fragment.handshake ?? []) this.peer.receive(message);
    else if (fragment.type === 'change_cipher_spec') this.peer.changeCipherSpec();
    else if (fragment.type === 'alert') this.onAlert(fragment.alert ?? 'close_notify');
    else if (this.isDeaf) this.received = this.consumed += fragment.length;
    else {
      this.inbound = (fragment.content as StreamContent | null | undefined) ?? this.inbound;
      this.received += fragment.length;
    }
  }

  private open(record: StreamMessage): Fragment {
    const isPlain = record instanceof PlainRecord;
    if (this.opener !== null && !(isPlain && record.fragment.type === 'change_cipher_spec')) {
      return this.opener.open(record);
    }
    if (!isPlain) throw new TlsFailure('unexpected_message', 'what came is no record in the clear');
    return record.fragment;
  }

  private onAlert(alert: AlertName): void {
    if (alert === 'close_notify') this.isRemoteClosed = true;
    else {
      this.below!.abort();
      this.finish('reset');
    }
  }

  /** The other end has closed: in order, or the stream below was cut (RFC 8446 section 6.1). */
  private onEnd(): void {
    const below = this.below!;
    if (!this.isOpen || !below.isRemoteClosed || below.readable > 0) return;
    if (!this.isRemoteClosed) this.fail(new TlsFailure('unexpected_message', 'the stream was cut before close_notify'));
    else if (this.isDeaf) below.close();
    else if (!this.isEndTold) {
      this.isEndTold = true;
      this.delegate.onRemoteClosed?.(this);
    }
  }

  private fail({ alert, message }: TlsFailure): void {
    this.around.observer.onAlert?.(alert, message);
    this.writeRecord(alertFragment(alert), false);
    this.below!.close();
    this.finish('aborted');
  }

  private finish(reason: CloseReason): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.isShut = true;
    this.later.release();
    this.delegate.onClosed?.(this, reason);
  }
}
