import type { Node } from '../net/node';
import { type SipConfig, SipElement } from './element';
import type { Hosts } from './hosts';
import { responseTo, type SipRequest, type SipResponse } from './message';
import { tagOf, withTag } from './name-addr';
import { PresenceAgent } from './presence-agent';
import { answerRegister } from './registrar';
import { forwardedOf, ResponseContext } from './response-context';
import { type Routing, targetsOf, withoutOwnRoute } from './routing';
import type { Core } from './transaction/layer';
import type { ServerTransaction } from './transaction/transaction';
import { tooManyHops } from './warning';

/** Stateful proxy and registrar of its domains (RFC 3261 sections 16 and 10). */
export class Proxy implements Core {
  readonly element: SipElement;
  readonly presence: PresenceAgent | null;
  private readonly contexts = new WeakMap<ServerTransaction, ResponseContext>();

  constructor(
    node: Node,
    hosts: Hosts,
    config: SipConfig,
    private readonly routing: Routing,
    private readonly recordRoute: boolean,
    /** It is also the presence agent of its domains. */
    presence = false,
  ) {
    this.element = new SipElement(node, hosts, config, this);
    this.presence = presence ? new PresenceAgent(this.element) : null;
  }

  onRequest(request: SipRequest, transaction: ServerTransaction): void {
    const { method, uri } = request;
    if (method === 'CANCEL') this.onCancel(request, transaction);
    else if (method === 'REGISTER' && this.routing.domains.has(uri.host.toLowerCase())) {
      this.answer(transaction, answerRegister(request, this.routing.location));
    } else if (this.presence !== null && this.isForPresence(request)) this.presence.take(request, transaction);
    else this.forward(request, transaction);
  }

  /** SUBSCRIBE and PUBLISH for our users, and SUBSCRIBE again, to our contact. */
  private isForPresence({ method, uri, routes }: SipRequest): boolean {
    if (method !== 'SUBSCRIBE' && method !== 'PUBLISH') return false;
    const { host } = this.element;
    return this.routing.domains.has(uri.host.toLowerCase()) || (uri.host === host && routes.every((r) => r.uri.host === host)); // prettier-ignore
  }

  /** ACK to a 2xx: sent on without state (section 16.11 for what has no transaction). */
  onAck(request: SipRequest): void {
    if (request.maxForwards === 0) return;
    const popped = withoutOwnRoute(request, this.element.host);
    const targets = targetsOf(popped, this.routing);
    if (typeof targets === 'number') return;
    const ack = forwardedOf(popped, targets[0]!.uri, this.element, false);
    this.element.channelTo(targets[0]!.next)?.send(this.element.layer.wire(ack));
  }

  /** RFC 6026 section 8.9: "MUST NOT" be forwarded. */
  onStrayResponse(): void {
    // dropped
  }

  private forward(request: SipRequest, transaction: ServerTransaction): void {
    // section 16.3, step 3
    if (request.maxForwards === 0) {
      this.answer(transaction, tooManyHops(request, this.element.host));
      return;
    }
    const popped = withoutOwnRoute(request, this.element.host);
    const targets = targetsOf(popped, this.routing);
    if (typeof targets === 'number') {
      this.answer(transaction, responseTo(request, targets));
      return;
    }
    // section 17.2.1: "a 100 (Trying) ... unless it knows that the TU will generate ... within 200 ms"
    if (request.method === 'INVITE') transaction.respond(responseTo(request, 100));
    const context = new ResponseContext(this.element, transaction, this.recordRoute, (response) =>
      transaction.respond(response),
    );
    this.contexts.set(transaction, context);
    context.forward(popped, targets);
  }

  /** Section 16.10. */
  private onCancel(request: SipRequest, transaction: ServerTransaction): void {
    const invitation = this.element.layer.invitationOf(request);
    this.answer(transaction, responseTo(request, invitation === undefined ? 481 : 200));
    if (invitation !== undefined) this.contexts.get(invitation)?.cancel();
  }

  /** A response of our own has a tag of ours (section 8.2.6.2). */
  private answer(transaction: ServerTransaction, response: SipResponse): void {
    const { to } = response;
    transaction.respond(tagOf(to) === '' ? { ...response, to: withTag(to, this.element.ids.tag()) } : response);
  }
}
