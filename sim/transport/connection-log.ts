import type { Packet } from '../core/packet';
import type { CloseReason } from './byte-stream';

/** Follows one end of a connection. What it is told changes nothing; a packet is the connection's own and is not kept. */
export interface ConnectionLog {
  /** A packet has arrived, which the connection has not read yet. */
  received(p: Packet): void;
  /** A packet leaves. */
  sent(p: Packet): void;
  /** `segment` of a scoreboard was found lost; `space` is the packet number space where there are several, else 0. */
  lost(segment: number, space: number): void;
  /** The connection has dealt with a packet or a timer. */
  settled(): void;
  closed(reason: CloseReason): void;
}

/** Who follows the connections of one kind in a simulation. */
export class ConnectionLogging<C> {
  private readonly openers: ((connection: C) => ConnectionLog)[] = [];

  /** Every connection that comes to be from now on gets a log. */
  add(open: (connection: C) => ConnectionLog): void {
    this.openers.push(open);
  }

  /** The log of a new connection; null when nobody wants any. Nothing but its addresses may be read yet. */
  open(connection: C): ConnectionLog | null {
    const logs = this.openers.map((open) => open(connection));
    return logs.length > 1 ? new Several(logs) : (logs[0] ?? null);
  }
}

class Several implements ConnectionLog {
  constructor(private readonly logs: readonly ConnectionLog[]) {}

  received(p: Packet): void {
    for (const log of this.logs) log.received(p);
  }

  sent(p: Packet): void {
    for (const log of this.logs) log.sent(p);
  }

  lost(segment: number, space: number): void {
    for (const log of this.logs) log.lost(segment, space);
  }

  settled(): void {
    for (const log of this.logs) log.settled();
  }

  closed(reason: CloseReason): void {
    for (const log of this.logs) log.closed(reason);
  }
}
