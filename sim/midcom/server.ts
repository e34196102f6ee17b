import { type EventQueue, type Nanos, Timer } from '../core/event-queue';
import type { ByteStream, StreamMessage } from '../transport/byte-stream';
import { MessageServer } from '../transport/message-server';
import { type EnableRule, MidcomWire, type WrittenEnd } from './message';

/** TCP port of the control of a middlebox: that of SIMCO (RFC 4540 section 12). */
export const MIDCOM_PORT = 7626;

/** Opens a way in for an inside end for so long; null when there is no such end, or no room. */
export type Enable = (end: WrittenEnd, lifetime: Nanos) => WrittenEnd | null;

/** The control of a middlebox (RFC 3303 section 2.2): does what authorised agents ask for, each request in `time`. */
export class MidcomServer extends MessageServer {
  /** Rules that were made or made to last longer, and requests that were refused. */
  enabled = 0;
  refused = 0;

  constructor(
    private readonly events: EventQueue,
    private readonly time: Nanos,
    private readonly enable: Enable,
  ) {
    super();
  }

  protected serve(asked: StreamMessage, stream: ByteStream): void {
    if (!(asked instanceof MidcomWire) || asked.message.kind !== 'enable') return;
    const { message } = asked;
    const timer = new Timer(this.events, () => {
      timer.release();
      if (this.isServed(stream)) this.answer(stream, message);
    });
    timer.arm(this.events.now + this.time);
  }

  private answer(stream: ByteStream, { transaction, end, lifetime }: EnableRule): void {
    const found = this.enable(end, lifetime * 1e9);
    if (found === null) this.refused++;
    else this.enabled++;
    stream.writeMessage(
      new MidcomWire(
        found === null ? { kind: 'refused', transaction } : { kind: 'enabled', transaction, end: found, lifetime },
      ),
    );
  }
}
