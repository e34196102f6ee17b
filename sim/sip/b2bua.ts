import type { Node } from '../net/node';
import { type SipConfig, SipElement } from './element';
import type { Hosts } from './hosts';
import type { IncomingCall } from './incoming-call';
import { FIRST_HOPS, responseTo, type SipRequest } from './message';
import { tagOf, withTag } from './name-addr';
import { OutgoingCall } from './outgoing-call';
import { answerRegister } from './registrar';
import { forwardedOf } from './response-context';
import { type Routing, targetsOf, withoutOwnRoute } from './routing';
import type { ServerTransaction } from './transaction/transaction';
import { UserAgents } from './user-agent';
import { tooManyHops, warning } from './warning';

/** What a border controller has to say to a call. */
export interface CallPolicy {
  /** Status code with which a call is refused; 0 to let it pass. `calls` are under way. */
  refuses(request: SipRequest, calls: number): number;
}

const PASS_ALL: CallPolicy = { refuses: () => 0 };

/** Hops of the requests that go out: those that were left, or all anew. */
export const HOPS = ['copied', 'own'] as const;

/**
 * Back-to-back user agent (RFC 3261 section 6): a callee to the caller, a caller to the callee, a dialog with each. Neither
 * sees beyond it. Also the registrar of its domains.
 */
export class BackToBack {
  private readonly agents: UserAgents;
  /** Under way, answered or not. */
  private calls = 0;

  constructor(
    node: Node,
    hosts: Hosts,
    config: SipConfig,
    private readonly routing: Routing,
    private readonly hops: (typeof HOPS)[number],
    private readonly policy: CallPolicy = PASS_ALL,
  ) {
    this.agents = new UserAgents(node, hosts, config, (request, transaction) => this.take(request, transaction));
  }

  get element(): SipElement {
    return this.agents.element;
  }

  private take(request: SipRequest, transaction: ServerTransaction): boolean {
    const { method, uri, maxForwards } = request;
    if (method === 'REGISTER' && this.routing.domains.has(uri.host.toLowerCase())) {
      transaction.respond(this.tagged(request, answerRegister(request, this.routing.location)));
    } else if (this.hops === 'copied' && maxForwards === 0) {
      // RFC 7332 section 3
      transaction.respond(this.tagged(request, tooManyHops(request, this.element.host)));
    } else if (method === 'INVITE') this.join(request, transaction);
    else this.pass(request, transaction);
    return true;
  }

  /** Two calls, each told of what happens to the other. */
  private join(request: SipRequest, transaction: ServerTransaction): void {
    const { element } = this;
    const targets = targetsOf(withoutOwnRoute(request, element.host), this.routing);
    const refused = this.policy.refuses(request, this.calls);
    if (refused !== 0) {
      const others = [warning(399, element.host, 'refused here')];
      transaction.respond(this.tagged(request, responseTo(request, refused, { others })));
      return;
    }
    if (typeof targets === 'number') {
      transaction.respond(this.tagged(request, responseTo(request, targets)));
      return;
    }
    transaction.respond(responseTo(request, 100));
    const { uri, next } = targets[0]!;
    const { from, to, contentType, body } = request;
    const maxForwards = this.hopsLeft(request);
    const invitation = { from: withTag(from, element.ids.tag()), to, uri, proxy: next, contentType, body, redirections: 5, maxForwards }; // prettier-ignore
    let incoming: IncomingCall | null = null;
    let isOver = false;
    const over = () => {
      if (!isOver) this.calls--;
      isOver = true;
    };
    this.calls++;
    const outgoing = new OutgoingCall(this.agents, from.uri.user, invitation, element.ids.callId(element.host), {
      onRinging: () => incoming!.ring(),
      onAnswer: (answer) => incoming!.accept(answer, contentType),
      onFailure: (failure, _, agent) => {
        over();
        incoming!.reject(failure, agent === '' ? {} : { others: [warning(399, agent, 'refused there')] });
      },
      onMessage: (message) => incoming!.message(message.body),
      onEnd: () => (over(), incoming!.bye()),
    });
    incoming = this.agents.receive(transaction, to.uri.user, () => ({
      onFailure: () => outgoing.cancel(),
      onMessage: (message) => outgoing.message(message.body),
      onEnd: () => (over(), outgoing.bye()),
    }));
    outgoing.start();
  }

  /** Another request goes on as a request of ours, its answer comes back as an answer of ours. */
  private pass(request: SipRequest, transaction: ServerTransaction): void {
    const { element } = this;
    const targets = targetsOf(withoutOwnRoute(request, element.host), this.routing);
    if (typeof targets === 'number') {
      transaction.respond(this.tagged(request, responseTo(request, targets)));
      return;
    }
    const { uri, next } = targets[0]!;
    const own = {
      vias: [element.via()],
      callId: element.ids.callId(element.host),
      maxForwards: this.hopsLeft(request),
    };
    const passed = { ...forwardedOf(request, uri, element, false), ...own }; // prettier-ignore
    const finish = (status: number) => {
      if (status >= 200) transaction.respond(this.tagged(request, responseTo(request, status)));
    };
    const sent = element.request(passed, next, {
      onResponse: ({ status }) => finish(status),
      onTimeout: () => finish(408),
    });
    if (sent === null) finish(503);
  }

  private hopsLeft({ maxForwards }: SipRequest): number {
    return this.hops === 'own' || maxForwards < 0 ? FIRST_HOPS : maxForwards - 1;
  }

  private tagged(request: SipRequest, response: ReturnType<typeof responseTo>) {
    return tagOf(request.to) === '' ? { ...response, to: withTag(request.to, this.element.ids.tag()) } : response;
  }
}
