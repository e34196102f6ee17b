import type { Node } from '../net/node';
import { type SipConfig, SipElement } from './element';
import type { Hosts } from './hosts';
import { responseTo, type SipRequest } from './message';
import { nameAddr, tagOf, withTag } from './name-addr';
import { answerRegister } from './registrar';
import { type Routing, targetsOf } from './routing';
import type { Core } from './transaction/layer';
import type { ServerTransaction } from './transaction/transaction';

/** Says where to go and is out of the way (RFC 3261 section 8.3); also the registrar of its domains. */
export class RedirectServer implements Core {
  readonly element: SipElement;

  constructor(
    node: Node,
    hosts: Hosts,
    config: SipConfig,
    private readonly routing: Routing,
  ) {
    this.element = new SipElement(node, hosts, config, this);
  }

  onRequest(request: SipRequest, transaction: ServerTransaction): void {
    transaction.respond(this.answer(request));
  }

  onAck(): void {
    // of a 2xx, which this server sends to no INVITE
  }

  onStrayResponse(): void {
    // it sends no requests
  }

  private answer(request: SipRequest) {
    const to = tagOf(request.to) === '' ? withTag(request.to, this.element.ids.tag()) : request.to;
    const { method, uri } = request;
    if (method === 'REGISTER' && this.routing.domains.has(uri.host.toLowerCase())) {
      return { ...answerRegister(request, this.routing.location), to };
    }
    // section 8.3: "For well-formed CANCEL requests, it SHOULD return a 2xx response."
    if (method === 'CANCEL') return { ...responseTo(request, 200), to };
    const targets = targetsOf(request, this.routing);
    if (typeof targets === 'number') return { ...responseTo(request, targets), to };
    const contacts = targets.map(({ uri: target, next }) => nameAddr(target.host === uri.host ? { ...target, host: next.host } : target)); // prettier-ignore
    return { ...responseTo(request, 302), to, contacts };
  }
}
