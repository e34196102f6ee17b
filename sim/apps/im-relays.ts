import { type EventQueue, type Nanos, Timer } from '../core/event-queue';
import type { MsrpConnection } from '../msrp/connection';
import type { RelayClient, RelayClientHandler } from '../msrp/relay-client';

/** A session whose end is reached through a relay. */
export interface Member {
  /** The relay may be used under this URI, over this connection. */
  onReady(uri: string, connection: MsrpConnection): void;
  /** The connection to the relay was lost; nobody is reached under the URI any more. */
  onLost(): void;
}

/** A client of the relay, and the sessions that use it. */
interface Group {
  readonly client: RelayClient;
  readonly waiting: Set<Member>;
  readonly ready: Set<Member>;
  readonly again: Timer;
}

/** What the sessions at one end share of their relay: one connection, or one for each (RFC 4976 section 5.4). */
export class RelayedEnd {
  /** Connections that were lost, and made again. */
  reconnects = 0;
  private common: Group | null = null;

  constructor(
    private readonly events: EventQueue,
    private readonly make: (handler: Pick<RelayClientHandler, 'onReady' | 'onLost'>) => RelayClient,
    private readonly isShared: boolean,
    /** Time before a lost connection is made again. */
    private readonly patience: Nanos,
  ) {}

  /** A session begins; returns how it leaves. */
  join(member: Member): () => void {
    const group = this.isShared ? (this.common ??= this.open()) : this.open();
    const { client } = group;
    if (client.path === null) group.waiting.add(member);
    else {
      group.ready.add(member);
      member.onReady(client.path, client.connection);
    }
    return () => {
      group.waiting.delete(member);
      group.ready.delete(member);
      if (this.isShared) return;
      group.again.disarm();
      client.close();
    };
  }

  private open(): Group {
    const client = this.make({ onReady: (uri) => this.ready(group, uri), onLost: () => this.lost(group) });
    const again = new Timer(this.events, () => client.open());
    const group: Group = { client, waiting: new Set(), ready: new Set(), again };
    client.open();
    return group;
  }

  private ready({ client, waiting, ready }: Group, uri: string): void {
    const members = [...waiting];
    waiting.clear();
    for (const member of members) {
      ready.add(member);
      member.onReady(uri, client.connection);
    }
  }

  private lost({ ready, waiting, again }: Group): void {
    const members = [...ready];
    ready.clear();
    for (const member of members) member.onLost();
    if (!this.isShared && waiting.size === 0) return;
    this.reconnects++;
    again.arm(this.events.now + this.patience);
  }
}
