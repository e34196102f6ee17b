import type { Nanos } from '../core/event-queue';
import { ZERO } from '../core/zero';
import type { TcpConnection } from './connection';

/** Keep-alive probes of a connection that has been silent (RFC 9293 section 3.8.4). */
export class KeepAlive {
  private lastHeard: Nanos = ZERO;
  private probes = 0;

  /** The connection is established. */
  constructor(private readonly connection: TcpConnection) {
    this.onHeard();
    connection.armState(connection.now + connection.config.keepAlive);
  }

  onHeard(): void {
    this.lastHeard = this.connection.now;
    this.probes = 0;
  }

  onTimer(): void {
    const { connection } = this;
    const { config, now } = connection;
    const due = this.lastHeard + config.keepAlive;
    if (this.probes === 0 && due > now) connection.armState(due);
    else if (connection.sndUna !== connection.sndNxt) connection.armState(now + config.keepAlive);
    else if (this.probes >= config.keepAliveProbes) connection.abort('timeout');
    else {
      this.probes++;
      connection.transmitProbe();
      connection.armState(now + config.keepAliveInterval);
    }
  }
}
