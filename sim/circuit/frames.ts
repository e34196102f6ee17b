import type { StreamMessage } from '../transport/byte-stream';
import type { StreamContent } from '../transport/stream-content';

/** Type 1, flags 1, length 2, session 4: what each frame adds to its payload, bytes. */
export const FRAME_HEADER = 8;

export const FrameType = { open: 0, data: 1, credit: 2, end: 3, reset: 4 } as const;
export type FrameType = (typeof FrameType)[keyof typeof FrameType];

/**
 * A frame of a circuit, on its way as a message in the stream of the carrier. `value` is the length of DATA, the new limit
 * of CREDIT, the port that OPEN asks for.
 */
export class Frame implements StreamMessage {
  constructor(
    readonly type: FrameType,
    readonly session: number,
    readonly value: number,
    /** The session at the sending end: its accounting identity, and the messages in its bytes. */
    readonly origin: FrameOrigin | null,
    /** Of DATA: bytes of the session that were framed before. */
    private readonly from = 0,
  ) {}

  /** OPEN carries a port and CREDIT a limit, 4 bytes each. */
  get size(): number {
    if (this.type === FrameType.data) return FRAME_HEADER + this.value;
    return FRAME_HEADER + (this.type === FrameType.open || this.type === FrameType.credit ? 4 : 0);
  }

  encode(): Uint8Array {
    const bytes = new Uint8Array(this.size);
    const view = new DataView(bytes.buffer);
    view.setUint8(0, this.type);
    view.setUint16(2, bytes.length - FRAME_HEADER);
    view.setUint32(4, this.session);
    if (this.type !== FrameType.data) {
      if (bytes.length >= FRAME_HEADER + 4) view.setUint32(FRAME_HEADER, this.value);
    } else {
      const content = this.origin?.outbound?.bytes(this.from, this.value);
      if (content !== undefined) bytes.set(content, FRAME_HEADER);
    }
    return bytes;
  }
}

export interface FrameOrigin {
  readonly flow: number;
  readonly outbound: StreamContent | null;
}
