import { Timer } from '../core/event-queue';
import { looseRoute } from './dialog';
import type { SipElement } from './element';
import { FIRST_HOPS, responseTo, type SipRequest, type SipResponse } from './message';
import { cancelOf } from './outgoing-call';
import type { Target } from './routing';
import type { ClientTransaction, ServerTransaction } from './transaction/transaction';

/** Timer C: more than 3 minutes (RFC 3261 section 16.6, step 11). */
const TIMER_C = 181e9;

interface Branch {
  readonly transaction: ClientTransaction;
  readonly timerC: Timer | null;
  isProvisional: boolean;
  isCancelled: boolean;
  isDone: boolean;
}

/** What a stateful proxy remembers of one request: its server transaction and the branches it forks into (16.2). */
export class ResponseContext {
  private readonly branches: Branch[] = [];
  private best: SipResponse | null = null;

  constructor(
    private readonly element: SipElement,
    private readonly server: ServerTransaction,
    private readonly recordRoute: boolean,
    /** Hands a response on, without our Via. */
    private readonly respond: (response: SipResponse) => void,
  ) {}

  /** Forks to all targets at once (section 16.6). */
  forward(request: SipRequest, targets: readonly Target[]): void {
    for (const target of targets) this.addBranch(request, target);
    if (this.branches.length === 0) this.respond(responseTo(this.server.request, 503));
  }

  /** Section 16.10: every branch without final response. */
  cancel(): void {
    for (const branch of this.branches) this.cancelBranch(branch);
  }

  private addBranch(request: SipRequest, { uri, next }: Target): void {
    const { element } = this;
    const invite = request.method === 'INVITE';
    const forwarded = forwardedOf(request, uri, element, this.recordRoute);
    let branch: Branch | null = null;
    const transaction = element.request(forwarded, next, {
      onResponse: (response) => this.onResponse(branch!, response),
      onTimeout: () => this.onFinal(branch!, responseTo(forwarded, 408)),
    });
    if (transaction === null) return;
    const timerC = invite ? new Timer(element.events, () => this.onTimerC(branch!)) : null;
    branch = { transaction, timerC, isProvisional: false, isCancelled: false, isDone: false };
    timerC?.arm(element.events.now + TIMER_C);
    this.branches.push(branch);
  }

  /** Section 16.7. */
  private onResponse(branch: Branch, response: SipResponse): void {
    const { status } = response;
    if (status >= 200) {
      this.onFinal(branch, response);
      return;
    }
    branch.timerC?.arm(this.element.events.now + TIMER_C);
    const isFirst = !branch.isProvisional;
    branch.isProvisional = true;
    if (isFirst && branch.isCancelled) this.sendCancel(branch);
    // step 5: "Any ... other than 100 (Trying)" goes on at once
    if (status > 100 && !this.server.isAnswered) this.respond(withoutVia(response));
  }

  private onFinal(branch: Branch, response: SipResponse): void {
    const { status } = response;
    const again = branch.isDone;
    branch.isDone = true;
    if (!again) branch.timerC?.release();
    if (status < 300) {
      // step 5: every 2xx to an INVITE goes on at once; step 10: the others are cancelled
      if (this.server.request.method === 'INVITE' || !this.server.isAnswered) this.respond(withoutVia(response));
      this.cancel();
      return;
    }
    if (again) return;
    this.best = better(this.best, response);
    // step 5: a 6xx is waited for no longer: the others are cancelled
    if (status >= 600) this.cancel();
    if (this.server.isAnswered || this.branches.some(({ isDone }) => !isDone)) return;
    this.respond(this.chosen(withoutVia(this.best)));
  }

  /** Section 16.7, step 6: a 503 of one server among several does not speak for us. */
  private chosen(best: SipResponse): SipResponse {
    if (best.status !== 503 || this.branches.length === 1) return best;
    return { ...best, status: 500, reason: 'Server Internal Error' };
  }

  private cancelBranch(branch: Branch): void {
    if (branch.isDone || branch.isCancelled || branch.transaction.request.method !== 'INVITE') return;
    branch.isCancelled = true;
    // section 9.1: not before a provisional response
    if (branch.isProvisional) this.sendCancel(branch);
  }

  private sendCancel({ transaction }: Branch): void {
    const quiet = { onResponse: () => undefined, onTimeout: () => undefined };
    this.element.layer.request(cancelOf(transaction.request), transaction.channel, quiet);
  }

  /** Section 16.8: a branch that rings for too long is cancelled; one that never answered counts as 408. */
  private onTimerC(branch: Branch): void {
    if (branch.isProvisional) this.cancelBranch(branch);
    else this.onFinal(branch, responseTo(branch.transaction.request, 408));
  }
}

/** The copy that is sent on (section 16.6, steps 1 to 8). */
export function forwardedOf(
  request: SipRequest,
  uri: SipRequest['uri'],
  element: SipElement,
  recordRoute: boolean,
  branch = element.ids.branch(),
): SipRequest {
  const { maxForwards, method, recordRoutes, vias } = request;
  return {
    ...request,
    uri,
    maxForwards: maxForwards < 0 ? FIRST_HOPS : maxForwards - 1,
    recordRoutes: recordRoute && method === 'INVITE' ? [looseRoute(element.host), ...recordRoutes] : recordRoutes,
    vias: [element.via(branch), ...vias],
  };
}

/** Section 16.7, step 3. */
export function withoutVia(response: SipResponse): SipResponse {
  return { ...response, vias: response.vias.slice(1) };
}

/** Section 16.7, step 6: a 6xx before all, else of the lowest class, the first that came. */
function better(known: SipResponse | null, response: SipResponse): SipResponse {
  if (known === null || rank(response) < rank(known)) return response;
  return known;
}

function rank({ status }: SipResponse): number {
  return status >= 600 ? 0 : Math.floor(status / 100);
}
