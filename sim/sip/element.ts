import type { EventQueue } from '../core/event-queue';
import type { Node } from '../net/node';
import type { TcpOptions } from '../tcp/stack';
import type { Channel } from './channel';
import { SipEndpoint } from './endpoint';
import type { Hosts } from './hosts';
import { Ids } from './ids';
import type { SipRequest } from './message';
import { type Core, TransactionLayer } from './transaction/layer';
import type { SipTimers } from './transaction/timers';
import { isNewRequest, type Overload } from './overload';
import type { ClientTransaction, ClientUser } from './transaction/transaction';
import type { Uri } from './uri';
import type { Via } from './via';

/** What all elements of a signalling network have in common. */
export interface SipConfig {
  readonly timers: SipTimers;
  /** Compact names of header fields (RFC 3261 section 7.3.3). */
  readonly compact: boolean;
  /** Ask for answers at the port that a request is seen to come from (RFC 3581). */
  readonly rport: boolean;
  /** Requests go over TCP, with these options; null: over UDP. */
  readonly tcp?: TcpOptions | null;
  /** What messages from these users cost: bytes are added to the account of the user in From. */
  readonly accounts?: ReadonlyMap<string, Account>;
}

/** Bytes of SIP messages, over all hops, retransmissions included. */
export interface Account {
  bytes: number;
}

/** A node that speaks SIP: transport, transactions, identifiers, and the core that makes it a user agent, a proxy ... */
export class SipElement {
  readonly endpoint: SipEndpoint;
  readonly layer: TransactionLayer;
  readonly ids: Ids;
  readonly events: EventQueue;
  private overload: Overload | null = null;

  constructor(
    node: Node,
    hosts: Hosts,
    readonly config: SipConfig,
    core: Core,
  ) {
    const { simulation } = node;
    this.events = simulation.events;
    this.endpoint = new SipEndpoint(node, hosts, SIGNALLING_FLOW, config.accounts, config.tcp);
    this.layer = new TransactionLayer(simulation.events, config.timers, core, config.compact);
    this.ids = new Ids(simulation.random.stream(`sip:${node.name}`));
    this.endpoint.receiver = (message, back) => this.layer.receive(message, back);
  }

  /** Dotted address. */
  get host(): string {
    return this.endpoint.host;
  }

  /** A Via of ours for a new transaction. */
  via(branch = this.ids.branch()): Via {
    const offer = this.overload?.offer ?? [];
    return {
      transport: this.endpoint.transport,
      host: this.host,
      port: 0,
      params: this.config.rport ? [['rport', null], ['branch', branch], ...offer] : [['branch', branch], ...offer], // prettier-ignore
    };
  }

  /** The way to where a URI points; null when its host means nothing here. */
  channelTo({ host, port }: Uri): Channel | null {
    return this.endpoint.channelTo(host, port);
  }

  /** Takes part in a control of overload. */
  setOverload(overload: Overload): void {
    this.overload = overload;
    this.layer.shapeResponse = (response) => overload.answer(response);
  }

  /**
   * Sends `request` to `next` in a transaction of its own. Null, and nothing sent, when there is no way there, or when a
   * control of overload holds it back: 503 then.
   */
  request(request: SipRequest, next: Uri, user: ClientUser): ClientTransaction | null {
    const channel = this.channelTo(next);
    if (channel === null) return null;
    const { overload } = this;
    if (overload === null) return this.layer.request(request, channel, user);
    const isNew = isNewRequest(request);
    if (isNew && !overload.admits(channel.peer)) return null;
    return this.layer.request(request, channel, {
      onResponse: (response, transaction) => {
        overload.onResponse(channel.peer, response, isNew);
        user.onResponse(response, transaction);
      },
      onTimeout: (transaction) => {
        if (isNew) overload.onTimeout(channel.peer);
        user.onTimeout(transaction);
      },
    });
  }
}

/** Accounting identity of packets that belong to no session. */
export const SIGNALLING_FLOW = 0;
