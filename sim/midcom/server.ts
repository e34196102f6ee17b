import { type EventQueue, type Nanos, Timer } from '../core/event-queue';
import type { ByteStream, StreamDelegate } from '../transport/byte-stream';
import { type EnableRule, MidcomWire, type WrittenEnd } from './message';

/** TCP port of the control of a middlebox: that of SIMCO (RFC 4540 section 12). */
export const MIDCOM_PORT = 7626;

/** Opens a way in for an inside end for so long; null when there is no such end, or no room. */
export type Enable = (end: WrittenEnd, lifetime: Nanos) => WrittenEnd | null;

/** The control of a middlebox (RFC 3303 section 2.2): does what authorised agents ask for, each request in `time`. */
export class MidcomServer {
  /** Rules that were made or made to last longer, and requests that were refused. */
  enabled = 0;
  refused = 0;
  private readonly streams = new Set<ByteStream>();

  constructor(
    private readonly events: EventQueue,
    private readonly time: Nanos,
    private readonly enable: Enable,
  ) {}

  accept(stream: ByteStream): StreamDelegate {
    this.streams.add(stream);
    return {
      onReadable: () => this.read(stream),
      onRemoteClosed: () => stream.close(),
      onClosed: () => void this.streams.delete(stream),
    };
  }

  /** The process dies; the rules stay in the middlebox. */
  crash(): void {
    for (const stream of [...this.streams]) stream.abort();
    this.streams.clear();
  }

  private read(stream: ByteStream): void {
    stream.read(Infinity);
    for (let wire = stream.takeMessage(); wire !== null; wire = stream.takeMessage()) {
      if (!(wire instanceof MidcomWire) || wire.message.kind !== 'enable') continue;
      const { message } = wire;
      const timer = new Timer(this.events, () => {
        timer.release();
        if (this.streams.has(stream)) this.answer(stream, message);
      });
      timer.arm(this.events.now + this.time);
    }
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
