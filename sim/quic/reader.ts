import { Ecn, type Packet } from '../core/packet';
import type { QuicConnection } from './connection';
import { END, Frame, PacketType } from './frames';
import { Space } from './space';
import { Reset } from './send-half';

/** Takes datagrams apart: packets, then frames (RFC 9000 sections 12, 13 and 19). */
export class Reader {
  constructor(private readonly connection: QuicConnection) {}

  read(p: Packet): void {
    const words = p.sack;
    const { connection } = this;
    for (let at = 2; words[at] !== END && !connection.isClosed;) {
      const type = words[at]!;
      const number = words[at + 1]!;
      const next = words[at + 2]!;
      const space = connection.spaceFor(type);
      if (space !== null && !space.isDuplicate(number)) {
        if (type === PacketType.handshake) connection.onHandshakePacket();
        const eliciting = this.frames(p, words, at + 4, spaceOf(type));
        space.take(
          number,
          eliciting,
          p.ecn === Ecn.ce,
          connection.events.now,
          spaceOf(type) === Space.application ? connection.config.ackElicitingThreshold : 1,
        );
      }
      at = next;
    }
  }

  /** Returns whether any frame elicits an ACK (RFC 9000 section 13.2: all but ACK, PADDING and CONNECTION_CLOSE). */
  private frames(p: Packet, words: readonly number[], start: number, space: Space): boolean {
    const { connection } = this;
    let at = start;
    let eliciting = false;
    while (words[at] !== END) {
      const type = words[at]!;
      if (type !== Frame.ack && type !== Frame.connectionClose) eliciting = true;
      switch (type) {
        case Frame.ack: {
          const ranges = words[at + 4]!;
          connection.onAckFrame(space, words, at + 5, ranges, words[at + 2]!, words[at + 3]!);
          at += 5 + 2 * ranges;
          break;
        }
        case Frame.crypto:
          connection.handshake.take(space, words[at + 1]!, words[at + 2]!);
          at += 3;
          break;
        case Frame.stream:
          connection.streams.onStreamFrame(p, words[at + 1]!, words[at + 2]!, words[at + 3]!, words[at + 4] === 1);
          at += 5;
          break;
        case Frame.resetStream:
          connection.streams.onReset(words[at + 1]!, words[at + 2]!);
          at += 3;
          break;
        case Frame.stopSending:
          connection.streams.get(words[at + 1]!)?.onPeerReset();
          at += 3;
          break;
        case Frame.maxStreamData:
          connection.streams.onMaxStreamData(words[at + 1]!, words[at + 2]!);
          at += 3;
          break;
        case Frame.maxData:
          connection.streams.onMaxData(words[at + 1]!);
          at += 2;
          break;
        case Frame.maxStreams:
          connection.streams.onMaxStreams(words[at + 1]!);
          at += 2;
          break;
        case Frame.connectionClose:
          connection.onPeerClose(words[at + 1]!);
          return eliciting;
        case Frame.handshakeDone:
          connection.onHandshakeDone();
          at += 1;
          break;
        default:
          at += 1;
      }
      if (connection.isClosed) return eliciting;
    }
    return eliciting;
  }
}

/** What becomes of the frames of a packet that was delivered or lost (RFC 9000 section 13.3). */
export class SentFrames {
  constructor(private readonly connection: QuicConnection) {}

  acked(head: number, space: Space): void {
    const { frames, handshake } = this.connection;
    for (let at = head; at >= 0; at = frames.next(at)) {
      const a = frames.field(at, 1);
      switch (frames.type(at)) {
        case Frame.ack:
          this.connection.spaces[space]!.forgetReceived(a);
          break;
        case Frame.crypto:
          if (space !== Space.application) handshake.send[space].onAcked(a, frames.field(at, 2), false);
          break;
        case Frame.stream:
          this.connection.streams.onStreamAcked(a, frames.field(at, 2), frames.field(at, 3), frames.field(at, 4) === 1);
          break;
        case Frame.resetStream: {
          const stream = this.connection.streams.get(a);
          if (stream) {
            stream.send.reset = Reset.acked;
            this.connection.streams.forgetIfDone(stream);
          }
          break;
        }
      }
    }
  }

  /** Lost, or perhaps lost: what the peer still needs is to be sent again, credit with its present value. */
  lost(head: number, space: Space): void {
    const { connection } = this;
    const { frames, handshake } = connection;
    for (let at = head; at >= 0; at = frames.next(at)) {
      const a = frames.field(at, 1);
      switch (frames.type(at)) {
        case Frame.crypto:
          if (space !== Space.application) handshake.send[space].onLost(a, frames.field(at, 2), false);
          break;
        case Frame.stream:
          connection.streams.onStreamLost(a, frames.field(at, 2), frames.field(at, 3), frames.field(at, 4) === 1);
          break;
        case Frame.handshakeDone:
          connection.handshakeDoneDue = true;
          break;
        case Frame.maxData:
          connection.streams.maxDataDue = true;
          break;
        case Frame.maxStreams:
          connection.streams.maxStreamsDue = true;
          break;
        case Frame.maxStreamData:
        case Frame.resetStream:
        case Frame.stopSending:
          connection.onControlLost(frames.type(at), a);
          break;
      }
    }
  }
}

function spaceOf(type: number): Space {
  if (type === PacketType.initial) return Space.initial;
  return type === PacketType.handshake ? Space.handshake : Space.application;
}
