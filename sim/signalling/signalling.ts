import type { Nanos } from '../core/event-queue';
import type { Node } from '../net/node';
import type { Simulation } from '../net/simulation';
import { Hosts } from '../sip/hosts';
import type { Account, SipConfig } from '../sip/element';
import type { SipTap } from '../sip/endpoint';
import { LocationService } from '../sip/location';
import { sipUri, type Uri } from '../sip/uri';
import { UserAgents } from '../sip/user-agent';
import type { TcpOptions } from '../tcp/stack';
import type { Measured } from './measured';
import type { SignallingFields } from './params';
import { Server } from './server';

/** Domains of RFC 3261 section 24, so that sizes compare: of the callers, and of the callees. */
const FROM_DOMAIN = 'atlanta.com';
const TO_DOMAIN = 'biloxi.com';

/** What an application needs of signalling: the users at either end, and how they find each other. */
export interface SignallingEnds {
  readonly caller: UserAgents;
  readonly callee: UserAgents;
  readonly fromDomain: string;
  readonly toDomain: string;
  /** Outbound proxies; null where there are no servers. */
  readonly callerProxy: Uri | null;
  readonly calleeProxy: Uri | null;
  readonly location: LocationService;
  /** Number of the next user: names are unlike others in the whole simulation. */
  nextUser(): number;
  /** Bytes of SIP messages from this user count on this account from now on. */
  charge(user: string, account: Account): void;
}

/** The signalling network of a simulation: its servers, and the user agents of every node that has some. */
export class Signalling {
  readonly servers: readonly Server[];
  readonly hosts: Hosts;
  private tap: SipTap | null = null;
  private readonly config: SipConfig;
  private readonly location: LocationService;
  private readonly agents = new Map<Node, UserAgents>();
  private readonly accounts = new Map<string, Account>();
  private users = 0;
  private before = { bytes: 0, messages: 0, again: 0, connections: 0 };

  /** `nodes` are those of `servers` in order, each with its entry. */
  constructor(
    simulation: Simulation,
    fields: SignallingFields,
    placed: readonly { readonly node: Node; readonly fields: SignallingFields['servers'][number] }[],
    nodeOf: (name: string) => Node,
    /** SIP goes over TCP, with these options; null: over UDP. */
    tcp: TcpOptions | null = null,
  ) {
    const { t1, t2, t4, compact, rport } = fields;
    this.config = { timers: { t1, t2, t4 }, compact, rport, tcp, accounts: this.accounts };
    this.hosts = new Hosts(simulation);
    this.location = new LocationService(simulation.events);
    const last = placed.length - 1;
    if (last >= 0) {
      this.hosts.name(FROM_DOMAIN, placed[0]!.node);
      this.hosts.name(TO_DOMAIN, placed[last]!.node);
    }
    this.servers = placed.map(({ node, fields: server }, i) => {
      const domains = new Set<string>();
      if (i === 0) domains.add(FROM_DOMAIN);
      if (i === last) domains.add(TO_DOMAIN);
      const following = server.next === undefined ? placed[i + 1]?.node : nodeOf(server.next);
      const next = following === undefined ? null : sipUri('', this.hosts.textOf(following.address));
      return new Server(node, server, {
        hosts: this.hosts,
        config: this.config,
        routing: { domains, location: this.location, next },
        passesOn: fields.feedback === 'end-to-end' && i > 0,
      });
    });
  }

  /** For a session whose client is on one node and whose server is on another. */
  between(client: Node, server: Node): SignallingEnds {
    const first = this.servers[0];
    const last = this.servers.at(-1);
    const hostOf = (node: Node) => this.hosts.textOf(node.address);
    return {
      caller: this.agentsOf(client),
      callee: this.agentsOf(server),
      fromDomain: first === undefined ? hostOf(client) : FROM_DOMAIN,
      toDomain: last === undefined ? hostOf(server) : TO_DOMAIN,
      callerProxy: first === undefined ? null : sipUri('', hostOf(first.node)),
      calleeProxy: last === undefined ? null : sipUri('', hostOf(last.node)),
      location: this.location,
      nextUser: () => ++this.users,
      charge: (user, account) => this.accounts.set(user, account),
    };
  }

  /** Shows `tap` every message of every element. */
  watch(tap: SipTap): void {
    this.tap = tap;
    for (const { element } of [...this.servers, ...this.agents.values()]) element.endpoint.tap = tap;
  }

  begin(): void {
    this.before = this.counts();
    for (const server of this.servers) server.begin();
  }

  metrics(span: Nanos): Measured[] {
    const now = this.counts();
    const row = (metric: string, value: number, unit = ''): Measured => ({ flow: 'network', metric, unit, value });
    return [
      row('sipBytes', now.bytes - this.before.bytes, 'B'),
      row('sipMessages', now.messages - this.before.messages),
      row('sipRetransmissions', now.again - this.before.again),
      row('sipConnections', now.connections - this.before.connections),
      ...this.servers.flatMap((server) => server.metrics(span)),
    ];
  }

  private agentsOf(node: Node): UserAgents {
    let agents = this.agents.get(node);
    if (agents === undefined) {
      agents = new UserAgents(node, this.hosts, this.config);
      agents.element.endpoint.tap = this.tap;
      this.agents.set(node, agents);
    }
    return agents;
  }

  private counts() {
    let bytes = 0;
    let messages = 0;
    let again = 0;
    let connections = 0;
    for (const { element } of [...this.servers, ...this.agents.values()]) {
      bytes += element.endpoint.sentBytes;
      messages += element.endpoint.sentMessages;
      again += element.layer.retransmissions;
      connections += element.endpoint.connections;
    }
    return { bytes, messages, again, connections };
  }
}
