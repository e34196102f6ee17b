import type { EventQueue } from '../../core/event-queue';
import type { Channel } from '../channel';
import { SipWire } from '../encode';
import type { SipMessage, SipRequest, SipResponse } from '../message';
import { branchOf } from '../via';
import { InviteClient } from './invite-client';
import { InviteServer } from './invite-server';
import { NonInviteClient } from './non-invite-client';
import { NonInviteServer } from './non-invite-server';
import type { SipTimers } from './timers';
import type { ClientTransaction, ClientUser, ServerTransaction, Transaction, TransactionHost } from './transaction';

/** The core above the transaction layer: of a user agent, a proxy, a registrar (RFC 3261 section 5). */
export interface Core {
  /** A new request, with its server transaction. CANCEL too; never ACK. */
  onRequest(request: SipRequest, transaction: ServerTransaction): void;
  /** An ACK that ends no transaction: to a 2xx (RFC 3261 section 17.2.3). */
  onAck(request: SipRequest): void;
  /** A response that belongs to no client transaction (RFC 3261 section 17.1.3). */
  onStrayResponse(response: SipResponse): void;
}

/** The transactions of one element, and which of them a message belongs to (RFC 3261 section 17). */
export class TransactionLayer implements TransactionHost {
  /** Changes responses before they are sent. */
  shapeResponse: ((response: SipResponse) => SipResponse) | null = null;
  /** Messages sent again. */
  retransmissions = 0;
  private readonly clients = new Map<string, InviteClient | NonInviteClient>();
  private readonly servers = new Map<string, InviteServer | NonInviteServer>();

  constructor(
    readonly events: EventQueue,
    readonly timers: SipTimers,
    private readonly core: Core,
    private readonly compact = false,
  ) {}

  /** Transactions that exist. */
  get size(): number {
    return this.clients.size + this.servers.size;
  }

  /** Sends `request`, whose topmost Via is ours, in a new client transaction. */
  request(request: SipRequest, channel: Channel, user: ClientUser): ClientTransaction {
    const key = clientKey(request);
    if (this.clients.has(key)) throw new Error(`branch ${key} is taken`);
    const kind = request.method === 'INVITE' ? InviteClient : NonInviteClient;
    const transaction = new kind(this, key, channel, request, user);
    this.clients.set(key, transaction);
    return transaction;
  }

  /** A message from the transport. `channel` leads back to where it came from. */
  receive(message: SipMessage, channel: Channel): void {
    if (message.kind === 'response') this.receiveResponse(message);
    else this.receiveRequest(message, channel);
  }

  /** Whether a request belongs to a transaction that exists. */
  knows(request: SipRequest): boolean {
    return this.servers.has(serverKey(request, request.method));
  }

  /** The INVITE that a CANCEL is for, if it is here (RFC 3261 section 9.2). */
  invitationOf(cancel: SipRequest): ServerTransaction | undefined {
    return this.servers.get(serverKey(cancel, 'INVITE'));
  }

  wire(message: SipMessage): SipWire {
    const { shapeResponse } = this;
    const shaped = message.kind === 'response' && shapeResponse !== null ? shapeResponse(message) : message;
    return new SipWire(shaped, this.compact);
  }

  retransmitted(): void {
    this.retransmissions++;
  }

  ended(transaction: Transaction): void {
    if (!this.clients.delete(transaction.key)) this.servers.delete(transaction.key);
  }

  private receiveResponse(response: SipResponse): void {
    const client = this.clients.get(clientKey(response));
    if (client === undefined) this.core.onStrayResponse(response);
    else client.receive(response);
  }

  private receiveRequest(request: SipRequest, channel: Channel): void {
    const { method } = request;
    const key = serverKey(request, method === 'ACK' ? 'INVITE' : method);
    const known = this.servers.get(key);
    if (known !== undefined) {
      known.receive(request);
      // RFC 6026 section 7.1: an ACK in "Accepted" is of the 2xx, and the core's
      if (method === 'ACK' && known.request.method === 'INVITE' && (known as InviteServer).state === 'accepted') {
        this.core.onAck(request);
      }
      return;
    }
    if (method === 'ACK') {
      this.core.onAck(request);
      return;
    }
    const transaction =
      method === 'INVITE'
        ? new InviteServer(this, key, channel, request)
        : new NonInviteServer(this, key, channel, request);
    this.servers.set(key, transaction);
    this.core.onRequest(request, transaction);
  }
}

/** RFC 3261 section 17.1.3: the branch of the topmost Via, and the method of CSeq. */
function clientKey({ vias, cseq }: SipMessage): string {
  return `c ${branchOf(vias[0]!)} ${cseq.method}`;
}

/** RFC 3261 section 17.2.3: the branch and the sent-by of the topmost Via, and the method (that of the INVITE for ACK). */
function serverKey({ vias }: SipRequest, method: string): string {
  const [via] = vias;
  return `s ${branchOf(via!)} ${via!.host}:${via!.port} ${method}`;
}
