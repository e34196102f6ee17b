/** Frame types (RFC 9000 section 19). A STREAM frame is always 0x08 here, whatever its bits. */
export const Frame = {
  padding: 0,
  ping: 1,
  ack: 2,
  resetStream: 4,
  stopSending: 5,
  crypto: 6,
  stream: 8,
  maxData: 0x10,
  maxStreamData: 0x11,
  maxStreams: 0x12,
  connectionClose: 0x1c,
  handshakeDone: 0x1e,
} as const;

/** Packet types (RFC 9000 section 17), in the order of a datagram. */
export const PacketType = { initial: 0, zeroRtt: 1, handshake: 2, oneRtt: 3 } as const;

/*
 * A datagram carries numbers in `Packet.sack`: they are the packet's own, so a duplicate has its own too, and nothing is
 * allocated or to be given back.
 *
 *   destination ID, source ID, then for each QUIC packet: type, packet number, where the next packet begins, its bytes, its frames, END
 *
 *   ACK          type, largest, delay in ns, CE count, ranges, then left and right of each, the highest first
 *   CRYPTO       type, offset, length
 *   STREAM       type, stream, offset, length, 1 if it ends there
 *   RESET_STREAM type, stream, final size          STOP_SENDING, HANDSHAKE_DONE, PING: type (and stream)
 *   MAX_*, CONNECTION_CLOSE: type, (stream,) value
 */
export const END = -1;

const STRIDE = 6;
const NEXT = 5;
export const NO_FRAME = -1;

/** The frames of packets under way: lists in one array, shared by all connections of a simulation. */
export class FrameStore {
  private readonly records: number[] = [];
  private free = NO_FRAME;

  /** Puts a frame before `next`. Returns the new head of the list. */
  put(type: number, a: number, b: number, c: number, d: number, next: number): number {
    const { records } = this;
    let at = this.free;
    if (at === NO_FRAME) {
      at = records.length;
      records.push(0, 0, 0, 0, 0, 0);
    } else this.free = records[at + NEXT]!;
    records[at] = type;
    records[at + 1] = a;
    records[at + 2] = b;
    records[at + 3] = c;
    records[at + 4] = d;
    records[at + NEXT] = next;
    return at;
  }

  type(at: number): number {
    return this.records[at]!;
  }

  /** The first to fourth number of a frame. */
  field(at: number, i: 1 | 2 | 3 | 4): number {
    return this.records[at + i]!;
  }

  next(at: number): number {
    return this.records[at + NEXT]!;
  }

  /** Gives a whole list back. */
  release(head: number): void {
    for (let at = head; at !== NO_FRAME;) {
      const next = this.records[at + NEXT]!;
      this.records[at + NEXT] = this.free;
      this.free = at;
      at = next;
    }
  }

  /** Frames in use. */
  get used(): number {
    let free = 0;
    for (let at = this.free; at !== NO_FRAME; at = this.records[at + NEXT]!) free++;
    return this.records.length / STRIDE - free;
  }
}

export function newFrameStore(): FrameStore {
  return new FrameStore();
}
