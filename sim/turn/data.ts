import { Bytes } from '../core/bytes';
import type { Packet } from '../core/packet';
import { Attribute, type StunAddress, xorAddressValue } from '../stun/attributes';
import { Class, encode, Method } from '../stun/message';
import { type TransportAddress } from '../stun/packet';

/** Bytes of a ChannelData header (RFC 8656 section 12.4). */
export const CHANNEL_HEADER = 4;
/** Bytes of a Send or Data indication around its data: header, XOR-PEER-ADDRESS, header of DATA (section 11.4). */
export const INDICATION_OVERHEAD = 20 + 12 + 4;

/** What an application sends to its peer, on its way between a client and its TURN server. */
export class RelayedData {
  constructor(
    readonly peer: TransportAddress,
    private readonly writtenPeer: StunAddress,
    /** 0: in a Send or Data indication. */
    readonly channel: number,
    /** Of the packet between server and peer. */
    readonly payload: unknown,
    /** Of that payload, bytes. */
    readonly length: number,
    private readonly method: typeof Method.send | typeof Method.data,
  ) {}

  /** Bytes around the data. Data in an indication is padded to a multiple of 4 bytes. */
  get overhead(): number {
    return this.channel === 0 ? INDICATION_OVERHEAD + (-this.length & 3) : CHANNEL_HEADER;
  }

  /** The whole payload of `p`, for captures. */
  encode(p: Packet): Uint8Array {
    if (this.channel !== 0) {
      const bytes = new Uint8Array(p.length);
      const { length } = this;
      bytes.set([this.channel >> 8, this.channel & 0xff, length >> 8, length & 0xff]);
      bytes.set(this.content(), CHANNEL_HEADER);
      return bytes;
    }
    const attributes = [
      { type: Attribute.xorPeerAddress, value: xorAddressValue(this.writtenPeer) },
      { type: Attribute.data, value: this.content() },
    ];
    return encode({ method: this.method, class: Class.indication, transaction: new Uint8Array(12), attributes });
  }

  private content(): Uint8Array {
    return this.payload instanceof Bytes ? this.payload.bytes : new Uint8Array(this.length);
  }
}

/** Puts the payload of `p` into `data`. */
export function wrap(p: Packet, data: RelayedData): void {
  p.length += data.overhead;
  p.size += data.overhead;
  p.payload = data;
}

/** Takes the payload out again. */
export function unwrap(p: Packet, data: RelayedData): void {
  p.length -= data.overhead;
  p.size -= data.overhead;
  p.payload = data.payload;
}
