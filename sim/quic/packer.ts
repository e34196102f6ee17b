import { Ecn, type Packet } from '../core/packet';
import type { QuicConnection } from './connection';
import { END, Frame, NO_FRAME, PacketType } from './frames';
import { type PacketSpace, Space } from './space';
import { Due } from './stream-dues';
import type { QuicStream } from './stream';
import {
  cryptoFrameHeader,
  IP_UDP_OVERHEAD,
  longHeader,
  packetNumberLength,
  shortHeader,
  streamFrameHeader,
  TAG,
  varint,
} from './wire-size';

/** Smallest datagram with an Initial packet, and what a path is known to carry before discovery (RFC 9000 section 14.1). */
export const SMALLEST_MTU = 1200;
/** Most ranges in an ACK frame. */
const MOST_ACK_RANGES = 16;
/** A STREAM frame with less payload is not worth its header when others wait. */
const SMALLEST_CHUNK = 8;

/** Puts frames into packets and packets into datagrams, and notes what is in each (RFC 9000 sections 12 and 13). */
export class Packer {
  private words: number[] = [];
  private at = 0;
  /** Bytes left in the packet at hand, and its frames to remember. */
  private room = 0;
  private head = NO_FRAME;
  private eliciting = false;
  private retransmits = false;
  private hasStream = false;

  constructor(private readonly connection: QuicConnection) {}

  /** Sends one datagram. False if there is nothing to send, or nothing may be. */
  send(): boolean {
    const { connection } = this;
    const inHandshake = connection.spaces[0] !== null || connection.spaces[1] !== null;
    const most = inHandshake ? SMALLEST_MTU : connection.config.maxDatagramSize;
    if (connection.amplificationRoom < most || !this.hasWork(most)) return false;
    const p = connection.newPacket();
    this.words = p.sackRoom();
    this.words[0] = connection.remoteId;
    this.words[1] = connection.localId;
    this.at = 2;
    let bytes = 0;
    let anyEliciting = false;
    let pads = false;
    for (let i = 0; i < 3; i++) {
      const space = connection.spaces[i];
      if (!space || most - bytes < 100) continue;
      const mayElicit = this.mayElicit(i as Space, most);
      if (!mayElicit && !space.ackNow) continue;
      // RFC 9000 section 14.1: a client's datagram with an Initial is padded, and a server's if that elicits an ACK
      pads ||= i === 0 && (connection.isClient || mayElicit);
      const least = pads && !this.hasWork(most, i + 1) ? SMALLEST_MTU - bytes : 0;
      bytes += this.packet(space, i as Space, most - bytes, mayElicit, least);
      anyEliciting ||= this.eliciting;
    }
    if (bytes === 0) {
      connection.pool.give(p);
      return false;
    }
    this.words[this.at++] = END;
    p.sackCount = (this.at + 1) >> 1;
    this.finish(p, bytes, anyEliciting);
    return true;
  }

  private finish(p: Packet, bytes: number, eliciting: boolean): void {
    const { connection } = this;
    p.length = bytes;
    p.size = bytes + IP_UDP_OVERHEAD;
    if (eliciting && connection.config.ecn) p.ecn = connection.driver.cc.ect1 ? Ecn.ect1 : Ecn.ect0;
    connection.transmit(p, eliciting);
  }

  /** Whether any space from `first` on has something that may leave now. */
  private hasWork(most: number, first = 0): boolean {
    const { spaces } = this.connection;
    for (let i = first; i < 3; i++) {
      const space = spaces[i];
      if (space && (space.ackNow || this.mayElicit(i as Space, most))) return true;
    }
    return false;
  }

  /** Whether a packet that counts as in flight may be sent in `space`, and there is something for it. */
  private mayElicit(i: Space, most: number): boolean {
    const { connection } = this;
    if (connection.probes[i]! > 0) return true;
    if (!connection.hasDataFor(i)) return false;
    // The few CRYPTO bytes do not wait for the window: 0-RTT data that fills it would hold up the handshake for ever
    return i !== Space.application || connection.allows(connection.nextDatagram(most));
  }

  /** One packet of at most `budget` bytes, padded to `least`. Returns its bytes; 0 if it would be empty. */
  private packet(space: PacketSpace, i: Space, budget: number, mayElicit: boolean, least: number): number {
    const { connection, words } = this;
    const { config } = connection;
    const type = packetType(i, connection.hasOneRttKeys);
    const number = packetNumberLength(space.next - space.largestAcked);
    const header =
      type === PacketType.oneRtt
        ? shortHeader(config.connectionIdLength, number)
        : longHeader(2 * config.connectionIdLength, number, type === PacketType.initial);
    const start = this.at;
    words[start] = type;
    words[start + 1] = space.next;
    this.at = start + 4;
    this.room = budget - header - TAG;
    this.head = NO_FRAME;
    this.eliciting = this.retransmits = this.hasStream = false;
    const whole = this.room;
    if (space.pendingAcks > 0 && type !== PacketType.zeroRtt) this.ack(space, mayElicit);
    if (mayElicit) {
      if (i !== Space.application) this.crypto(i);
      else this.application();
      if (!this.eliciting && connection.probes[i]! > 0) this.put(Frame.ping, 1);
    }
    if (this.room === whole) {
      this.at = start;
      return 0;
    }
    words[this.at++] = END;
    words[start + 2] = this.at;
    // header protection samples 16 bytes from 4 after the packet number (RFC 9001 section 5.4.2)
    const payload = Math.max(whole - this.room, 4 - number);
    const bytes = Math.max(header + payload + TAG, least);
    words[start + 3] = bytes;
    connection.onPacketBuilt(space, i, this.eliciting ? bytes : 0, this.head, this.hasStream, this.retransmits);
    return bytes;
  }

  private ack(space: PacketSpace, remember: boolean): void {
    const { words, connection } = this;
    const { pairs } = space.received;
    const delay = space.ackDelay(connection.events.now);
    const largest = pairs[pairs.length - 1]! - 1;
    const start = this.at;
    // the delay is in units of 8 us (RFC 9000 section 18.2, ack_delay_exponent)
    let bytes = 1 + varint(largest) + varint(Math.floor(delay / 8000)) + 1;
    if (space.ceCount > 0) bytes += 2 + varint(space.ceCount);
    let ranges = 0;
    let at = start + 5;
    for (let i = pairs.length - 2; i >= 0 && ranges < MOST_ACK_RANGES; i -= 2, ranges++) {
      const left = pairs[i]!;
      const right = pairs[i + 1]!;
      bytes += varint(right - left - 1) + (ranges > 0 ? varint(words[at - 2]! - right - 1) : 0);
      words[at++] = left;
      words[at++] = right;
    }
    words[start] = Frame.ack;
    words[start + 1] = largest;
    words[start + 2] = delay;
    words[start + 3] = space.ceCount;
    words[start + 4] = ranges;
    this.at = at;
    this.room -= bytes;
    if (remember) this.head = connection.frames.put(Frame.ack, largest, 0, 0, 0, this.head);
    space.onAckSent();
    connection.onAckSent(space);
  }

  private crypto(i: 0 | 1): void {
    const half = this.connection.handshake.send[i];
    for (;;) {
      const header = cryptoFrameHeader(half.nxt);
      if (this.room <= header || !half.plan(this.room - header, Infinity)) return;
      const { offset, length } = half;
      if (half.commit() === 0) this.retransmits = true;
      this.word(Frame.crypto);
      this.word(offset);
      this.word(length);
      this.remember(Frame.crypto, offset, length, 0, 0, cryptoFrameHeader(offset) + length);
    }
  }

  private application(): void {
    const { streams, hasOneRttKeys } = this.connection;
    if (hasOneRttKeys) this.control();
    const { ready } = streams;
    for (let tries = ready.size; tries > 0; tries--) {
      const stream = ready.first;
      if (stream === null) return;
      const { send } = stream;
      const header = streamFrameHeader(stream.id, send.nxt);
      if (this.room < header + SMALLEST_CHUNK) return;
      if (!send.plan(this.room - header, streams.sendCredit)) {
        if (send.isReady) ready.skip();
        else ready.removeFirst();
        continue;
      }
      this.stream(stream);
      if (send.isReady) ready.turn();
      else ready.removeFirst();
    }
  }

  private stream(stream: QuicStream): void {
    const { send } = stream;
    const { offset, length, fin } = send;
    const fresh = send.commit();
    if (fresh === 0 && length > 0) this.retransmits = true;
    this.connection.streams.onStreamSent(fresh);
    this.word(Frame.stream);
    this.word(stream.id);
    this.word(offset);
    this.word(length);
    this.word(fin ? 1 : 0);
    this.hasStream = true;
    this.remember(Frame.stream, stream.id, offset, length, fin ? 1 : 0, streamFrameHeader(stream.id, offset) + length);
  }

  /** HANDSHAKE_DONE, credit, and the control frames of streams. */
  private control(): void {
    const { connection } = this;
    const { streams } = connection;
    if (connection.handshakeDoneDue) {
      connection.handshakeDoneDue = false;
      this.put(Frame.handshakeDone, 1);
    }
    if (streams.maxDataDue) {
      streams.maxDataDue = false;
      this.value(Frame.maxData, streams.grantData());
    }
    if (streams.maxStreamsDue) {
      streams.maxStreamsDue = false;
      this.value(Frame.maxStreams, streams.grantStreams());
    }
    const { controls } = streams;
    while (controls.length > 0 && this.room > 40) {
      const stream = controls.pop()!;
      if (stream.due & Due.maxStreamData) this.ofStream(Frame.maxStreamData, stream.id, stream.receive.grant());
      if (stream.due & Due.resetStream) this.ofStream(Frame.resetStream, stream.id, stream.send.nxt);
      if (stream.due & Due.stopSending) this.ofStream(Frame.stopSending, stream.id, 0);
      stream.due = 0;
    }
  }

  private ofStream(type: number, id: number, value: number): void {
    this.word(type);
    this.word(id);
    this.word(value);
    // RESET_STREAM and STOP_SENDING carry an error code of one byte too
    this.remember(type, id, value, 0, 0, 1 + varint(id) + varint(value) + (type < Frame.crypto ? 1 : 0));
  }

  private value(type: number, value: number): void {
    this.word(type);
    this.word(value);
    this.remember(type, value, 0, 0, 0, 1 + varint(value));
  }

  private put(type: number, bytes: number): void {
    this.word(type);
    this.remember(type, 0, 0, 0, 0, bytes);
  }

  private word(value: number): void {
    this.words[this.at++] = value;
  }

  private remember(type: number, a: number, b: number, c: number, d: number, bytes: number): void {
    this.room -= bytes;
    this.eliciting = true;
    this.head = this.connection.frames.put(type, a, b, c, d, this.head);
  }
}

function packetType(space: Space, oneRtt: boolean): number {
  if (space === Space.initial) return PacketType.initial;
  if (space === Space.handshake) return PacketType.handshake;
  return oneRtt ? PacketType.oneRtt : PacketType.zeroRtt;
}
