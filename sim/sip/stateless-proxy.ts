import { hash64 } from '../core/random';
import type { Node } from '../net/node';
import type { Channel } from './channel';
import { type SipConfig, SipElement } from './element';
import type { Hosts } from './hosts';
import { responseTo, type SipMessage, type SipRequest, type SipResponse } from './message';
import { tagOf, withTag } from './name-addr';
import { paramOf, wholeNumber } from './params';
import { answerRegister } from './registrar';
import { forwardedOf, withoutVia } from './response-context';
import { type Routing, targetsOf, withoutOwnRoute } from './routing';
import { branchOf, MAGIC_COOKIE } from './via';
import { tooManyHops } from './warning';

/** Passes messages on and remembers nothing (RFC 3261 section 16.11); also the registrar of its domains. */
export class StatelessProxy {
  readonly element: SipElement;

  constructor(
    node: Node,
    hosts: Hosts,
    config: SipConfig,
    private readonly routing: Routing,
    private readonly recordRoute: boolean,
  ) {
    const none = { onRequest: () => undefined, onAck: () => undefined, onStrayResponse: () => undefined };
    this.element = new SipElement(node, hosts, config, none);
    this.element.endpoint.receiver = (message, back) => this.receive(message, back);
  }

  private receive(message: SipMessage, back: Channel): void {
    if (message.kind === 'response') this.onResponse(message);
    else this.onRequest(message, back);
  }

  private onRequest(request: SipRequest, back: Channel): void {
    const { element, routing } = this;
    const popped = withoutOwnRoute(request, element.host);
    if (request.method === 'REGISTER' && routing.domains.has(request.uri.host.toLowerCase())) {
      this.answer(answerRegister(request, routing.location), back);
      return;
    }
    const targets = request.maxForwards === 0 ? 483 : targetsOf(popped, routing);
    if (typeof targets === 'number') {
      const refusal = targets === 483 ? tooManyHops(request, element.host) : responseTo(request, targets);
      if (request.method !== 'ACK') this.answer(refusal, back);
      return;
    }
    // "It MUST NOT fork": the first target, the same each time
    const { uri, next } = targets[0]!;
    const branch = sameBranch(request, element.host);
    const forwarded = forwardedOf(popped, uri, element, this.recordRoute, branch);
    element.channelTo(next)?.send(element.layer.wire(forwarded));
  }

  /** Section 16.11 and 18.2.2: on to where the next Via says. */
  private onResponse(response: SipResponse): void {
    const { element } = this;
    const passed = withoutVia(response);
    const [via] = passed.vias;
    if (via === undefined || response.vias[0]!.host !== element.host) return;
    const port = wholeNumber(paramOf(via.params, 'rport') ?? '', 65535);
    const host = paramOf(via.params, 'received') ?? via.host;
    element.endpoint.channelTo(host, port > 0 ? port : via.port)?.send(element.layer.wire(passed));
  }

  /** As a stateless user agent server (section 8.2.7): the same tag for the same request. */
  private answer(response: SipResponse, back: Channel): void {
    const { to, callId } = response;
    const tagged = tagOf(to) === '' ? { ...response, to: withTag(to, hashText(callId)) } : response;
    back.send(this.element.layer.wire(tagged));
  }
}

/** "The branch ... MUST be ... the same for retransmissions": made from the branch that the request came with. */
function sameBranch(request: SipRequest, host: string): string {
  return `${MAGIC_COOKIE}${hashText(`${branchOf(request.vias[0]!)} ${host}`)}`;
}

function hashText(text: string): string {
  return hash64(text)
    .map((word) => (word >>> 0).toString(36).padStart(7, '0'))
    .join('');
}
