import type { Nanos } from '../core/event-queue';
import type { CloseReason, StreamMessage } from '../transport/byte-stream';

/** What happens to a session: meters listen, applications and relays tell. */
export class SessionEvents {
  /** Streams that relays have ended, and messages that they have not passed on, by reason. */
  readonly endings = new Map<string, number>();
  /** Bytes that were between the sockets of relays then. */
  lostInRelays = 0;
  /** Told of every message that has reached its application, and its delay in nanoseconds. */
  onDelivered: ((message: StreamMessage, delay: Nanos) => void) | null = null;
  /** Told when the client has lost its connection. */
  onDisconnected: ((reason: CloseReason) => void) | null = null;
  /** Told of every message that was in service in a relay. */
  onProcessed: ((message: StreamMessage, time: Nanos) => void) | null = null;

  /** A relay has ended a stream of the session; `lost` bytes were between its sockets. */
  ended(reason: string, lost: number): void {
    this.endings.set(reason, (this.endings.get(reason) ?? 0) + 1);
    this.lostInRelays += lost;
  }
}
