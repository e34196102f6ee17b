import type { Node } from '../net/node';
import type { Call, CallHandler, CallRegister, Done } from './call';
import { dialogId } from './dialog';
import { type SipConfig, SipElement } from './element';
import type { Hosts } from './hosts';
import type { Ids } from './ids';
import { IncomingCall } from './incoming-call';
import { EVENT, headerOf, PIDF, PRESENCE } from './events';
import { FIRST_HOPS, METHODS, NO_FIELDS, responseTo, type SipRequest, type SipResponse } from './message';
import { nameAddr, tagOf, withTag } from './name-addr';
import { type Invitation, OutgoingCall } from './outgoing-call';
import type { Core } from './transaction/layer';
import type { ServerTransaction } from './transaction/transaction';
import { sipUri, type Uri } from './uri';
import { presenceFields, Watching, watchKey, type WatchHandler } from './watching';

/** What a user does with what comes in. */
export interface UserHandler {
  /** An INVITE: rings, accepts or rejects now or later, and says who is told of what happens then. */
  onInvite?(call: IncomingCall): CallHandler;
  /** A MESSAGE outside of any dialog; it is answered with 200. */
  onMessage?(request: SipRequest): void;
}

/** A user at a node: an address of record, and where its requests go first. */
export class UserAgent {
  private registrations = 0;
  private registrationId = '';
  /** Entity-tag of its publication; '' for none. */
  private published = '';

  constructor(
    private readonly core: UserAgents,
    readonly user: string,
    readonly domain: string,
    /** The outbound proxy; null: requests go where their URI points. */
    readonly proxy: Uri | null,
    readonly handler: UserHandler,
  ) {}

  /** Makes identifiers unlike all others. */
  get ids(): Ids {
    return this.core.element.ids;
  }

  get address(): Uri {
    return sipUri(this.user, this.domain);
  }

  /** Binds the address of record to this node for `expires` seconds (RFC 3261 section 10.2). */
  register(expires: number, done: Done = () => undefined): void {
    const { element } = this.core;
    if (this.registrationId === '') this.registrationId = element.ids.callId(element.host);
    const request: SipRequest = {
      ...this.requestTo('REGISTER', this.address),
      uri: sipUri('', this.domain),
      callId: this.registrationId,
      cseq: { number: ++this.registrations, method: 'REGISTER' },
      contacts: [nameAddr(sipUri(this.user, element.host))],
      expires,
    };
    this.send(request, done);
  }

  /** A MESSAGE outside of any dialog: paging (RFC 3428). */
  message(to: Uri, body: string, done: Done = () => undefined): void {
    this.send({ ...this.requestTo('MESSAGE', to), contentType: 'text/plain', body }, done);
  }

  /** Watches the presence of a user for as long as the simulation goes on; `expires` in seconds (RFC 3856). */
  watch(to: Uri, expires: number, handler: WatchHandler): void {
    const contacts = [nameAddr(sipUri(this.user, this.core.element.host))];
    this.core.watch({ ...this.requestTo('SUBSCRIBE', to), contacts, ...presenceFields(expires) }, this.proxy, handler);
  }

  /** Publishes what is known of this user, instead of what it has published before (RFC 3903). */
  publish(body: string, expires: number, done: Done = () => undefined): void {
    const others = [{ name: EVENT, value: PRESENCE }];
    if (this.published !== '') others.push({ name: 'SIP-If-Match', value: this.published });
    const request = { ...this.requestTo('PUBLISH', this.address), expires, others, contentType: PIDF, body };
    this.send(request, done, (response) => (this.published = headerOf(response, 'SIP-ETag') ?? ''));
  }

  /** Asks what it can do whoever is to answer after so many hops (RFC 3261 sections 11 and 16.3); null: nobody has. */
  options(to: Uri, maxForwards: number, done: (response: SipResponse | null) => void): void {
    let final: SipResponse | null = null;
    const request = { ...this.requestTo('OPTIONS', to), maxForwards };
    this.send(request, () => done(final), (response) => (final = response)); // prettier-ignore
  }

  invite(to: Uri, body: string, contentType: string, handler: CallHandler, redirections = 5): OutgoingCall {
    const { element } = this.core;
    const invitation: Invitation = {
      from: withTag(nameAddr(this.address), element.ids.tag()),
      uri: to,
      to: nameAddr(to),
      proxy: this.proxy,
      contentType,
      body,
      redirections,
    };
    const call = new OutgoingCall(this.core, this.user, invitation, element.ids.callId(element.host), handler);
    call.start();
    return call;
  }

  /** RFC 3261 section 8.1.1. */
  private requestTo(method: string, to: Uri): SipRequest {
    const { element } = this.core;
    return {
      kind: 'request',
      method,
      uri: to,
      ...NO_FIELDS,
      vias: [element.via()],
      from: withTag(nameAddr(this.address), element.ids.tag()),
      to: nameAddr(to),
      callId: element.ids.callId(element.host),
      cseq: { number: 1, method },
      maxForwards: FIRST_HOPS,
    };
  }

  private send(request: SipRequest, done: Done, read: (response: SipResponse) => void = () => undefined): void {
    const transaction = this.core.element.request(request, this.proxy ?? request.uri, {
      onResponse: (response) => {
        if (response.status < 200) return;
        read(response);
        done(response.status);
      },
      onTimeout: () => done(408),
    });
    if (transaction === null) done(503);
  }
}

/** The user agents of one node (RFC 3261 sections 8, 12, 13, 15). */
export class UserAgents implements Core, CallRegister {
  readonly element: SipElement;
  private readonly users = new Map<string, UserAgent>();
  private readonly calls = new Map<string, Call>();
  private readonly watched = new Map<string, Watching>();
  /** For CANCEL. */
  private readonly incoming = new WeakMap<ServerTransaction, IncomingCall>();

  /** `others` may answer requests outside of dialogs for whoever is not here; it says whether it does. */
  constructor(
    node: Node,
    hosts: Hosts,
    config: SipConfig,
    private readonly others: (request: SipRequest, transaction: ServerTransaction) => boolean = () => false,
  ) {
    this.element = new SipElement(node, hosts, config, this);
  }

  addUser(user: string, domain: string, proxy: Uri | null, handler: UserHandler = {}): UserAgent {
    if (this.users.has(user)) throw new Error(`two users are called ${user}`);
    const agent = new UserAgent(this, user, domain, proxy, handler);
    this.users.set(user, agent);
    return agent;
  }

  /** Calls that have a dialog. */
  get callCount(): number {
    return this.calls.size;
  }

  /** Subscribes by `first`, and hears of it until it ends. */
  watch(first: SipRequest, proxy: Uri | null, handler: WatchHandler): void {
    const watching: Watching = new Watching(this.element, first, proxy, handler, () =>
      this.watched.delete(watching.key),
    );
    this.watched.set(watching.key, watching);
    watching.start();
  }

  add(call: Call): void {
    this.calls.set(call.dialog!.id, call);
  }

  remove(call: Call): void {
    this.calls.delete(call.dialog!.id);
  }

  onRequest(request: SipRequest, transaction: ServerTransaction): void {
    const { method } = request;
    if (method === 'CANCEL') this.onCancel(request, transaction);
    else if (tagOf(request.to) !== '') this.onDialogRequest(request, transaction);
    else if (this.others(request, transaction)) return;
    else if (method === 'INVITE') this.onInvite(request, transaction);
    else this.onOther(request, transaction);
  }

  onAck(request: SipRequest): void {
    const call = this.callOf(request);
    if (call instanceof IncomingCall) call.onAck();
  }

  /** A 2xx after its transaction has ended: nobody waits for it any more. */
  onStrayResponse(): void {
    // nothing to do
  }

  private onInvite(request: SipRequest, transaction: ServerTransaction): void {
    const agent = this.users.get(request.uri.user);
    if (agent?.handler.onInvite === undefined) {
      this.refuse(transaction, agent === undefined ? 404 : 405);
      return;
    }
    this.receive(transaction, agent.user, agent.handler.onInvite.bind(agent.handler));
  }

  /** A call from the INVITE of `transaction`; `answer` says what becomes of it. */
  receive(transaction: ServerTransaction, user: string, answer: (call: IncomingCall) => CallHandler): IncomingCall {
    const call = new IncomingCall(this, user, transaction, this.element.ids.tag());
    this.incoming.set(transaction, call);
    call.handler = answer(call);
    return call;
  }

  private onOther(request: SipRequest, transaction: ServerTransaction): void {
    const agent = this.users.get(request.uri.user);
    const { method } = request;
    if (agent === undefined) this.refuse(transaction, 404);
    else if (method === 'MESSAGE' && agent.handler.onMessage !== undefined) {
      this.refuse(transaction, 200);
      agent.handler.onMessage(request);
    } else if (method === 'OPTIONS') this.refuse(transaction, 200);
    else this.refuse(transaction, 405);
  }

  /** RFC 3261 section 12.2.2: 481 without dialog, 500 out of order. */
  private onDialogRequest(request: SipRequest, transaction: ServerTransaction): void {
    if (request.method === 'NOTIFY') {
      this.onNotify(request, transaction);
      return;
    }
    const call = this.callOf(request);
    if (call === undefined) this.refuse(transaction, 481);
    else if (!call.dialog!.accepts(request)) this.refuse(transaction, 500);
    else if (request.method === 'BYE') {
      this.refuse(transaction, 200);
      call.onBye();
    } else if (request.method === 'MESSAGE' && call.handler.onMessage !== undefined) {
      this.refuse(transaction, 200);
      call.handler.onMessage(request);
    } else this.refuse(transaction, request.method === 'OPTIONS' ? 200 : 405);
  }

  /** RFC 6665 section 4.1.3: 481 where nobody here watches, or no longer. */
  private onNotify(request: SipRequest, transaction: ServerTransaction): void {
    const watching = this.watched.get(watchKey(request.callId, tagOf(request.to)));
    this.refuse(transaction, watching === undefined ? 481 : 200);
    watching?.onNotify(request);
  }

  /** RFC 3261 section 9.2: 481 where no INVITE is there, else 200, and the INVITE is refused unless it was answered. */
  private onCancel(request: SipRequest, transaction: ServerTransaction): void {
    const invitation = this.element.layer.invitationOf(request);
    this.refuse(transaction, invitation === undefined ? 481 : 200);
    if (invitation !== undefined) this.incoming.get(invitation)?.onCancel();
  }

  private callOf(request: SipRequest): Call | undefined {
    return this.calls.get(dialogId(request.callId, tagOf(request.to), tagOf(request.from)));
  }

  /** Answers with a status code, whatever it means. */
  private refuse(transaction: ServerTransaction, status: number): void {
    const { request } = transaction;
    const to = tagOf(request.to) === '' ? withTag(request.to, this.element.ids.tag()) : request.to;
    const others = status === 405 ? [{ name: 'Allow', value: METHODS.join(', ') }] : [];
    transaction.respond({ ...responseTo(request, status), to, others });
  }
}
