import type { EventQueue } from '../core/event-queue';
import type { SipResponse } from '../sip/message';
import type { Overload } from '../sip/overload';
import { type Param, paramOf, type Params } from '../sip/params';
import { withParams } from '../sip/via';
import {
  type Feedback,
  type OverloadControl,
  type OverloadHost,
  type ReceiverControl,
  type SenderControl,
} from './overload/control';

/** Who holds requests back: every server for the next one, or only the first, for all behind it (RFC 6357 section 4.1). */
export const SCOPES = ['hop-by-hop', 'end-to-end'] as const;
export type Scope = (typeof SCOPES)[number];

/** How long feedback holds, ms (RFC 7339 section 4.3). */
const VALIDITY = 500;

/** The part that a server takes in its control: what it tells those before it, and what it does for those behind it. */
export class OverloadAgent implements Overload {
  /** New requests that were held back. */
  heldBack = 0;
  private readonly senders = new Map<string, SenderControl>();
  /** What servers behind us have told, where it is passed on. */
  private readonly told = new Map<string, Feedback>();
  private sequence = 0;

  constructor(
    private readonly control: OverloadControl,
    private readonly receiver: ReceiverControl,
    private readonly events: EventQueue,
    private readonly host: OverloadHost,
    /** Whether it passes on what it is told, and holds nothing back itself. */
    private readonly passesOn: boolean,
  ) {}

  get offer(): Params {
    return this.control.offer;
  }

  admits(peer: string): boolean {
    if (this.passesOn) return true;
    const admitted = this.senderFor(peer).admits(this.events.now);
    if (!admitted) this.heldBack++;
    return admitted;
  }

  onResponse(peer: string, response: SipResponse, isNew: boolean): void {
    const { now } = this.events;
    const feedback = feedbackOf(response);
    if (feedback !== null) {
      if (this.passesOn) this.told.set(peer, feedback);
      else this.senderFor(peer).onFeedback(feedback, now);
    }
    if (this.passesOn) return;
    const sender = this.senderFor(peer);
    if (response.status === 503 && response.retryAfter > 0) sender.onRetryAfter(response.retryAfter, now);
    if (isNew && response.status >= 200) sender.onDone();
  }

  onTimeout(peer: string): void {
    if (!this.passesOn) this.senderFor(peer).onDone();
  }

  /** RFC 7339 section 5.3: "oc", "oc-algo", "oc-validity" and "oc-seq" in the Via of a client that has offered them. */
  answer(response: SipResponse): SipResponse {
    const [via, ...rest] = response.vias;
    if (via === undefined || paramOf(via.params, 'oc') !== null) return response;
    const feedback = this.strictest();
    if (feedback === null) return response;
    const params: Param[] = [
      ['oc', String(feedback.oc)],
      ['oc-algo', `"${feedback.algorithm}"`],
      ['oc-validity', String(VALIDITY)],
      ['oc-seq', String(++this.sequence)],
    ];
    return { ...response, vias: [withParams(via, params), ...rest] };
  }

  private strictest(): Feedback | null {
    let strictest = this.receiver.feedback;
    for (const feedback of this.told.values()) {
      if (strictest === null || isStricter(feedback, strictest)) strictest = feedback;
    }
    return strictest;
  }

  private senderFor(peer: string): SenderControl {
    let sender = this.senders.get(peer);
    if (sender === undefined) this.senders.set(peer, (sender = this.control.sender(this.host)));
    return sender;
  }
}

/** Percentages are the stricter the larger, rates and windows the smaller. */
function isStricter(a: Feedback, b: Feedback): boolean {
  return a.algorithm === 'loss' ? a.oc > b.oc : a.oc < b.oc;
}

function feedbackOf({ vias }: SipResponse): Feedback | null {
  const params = vias[0]?.params ?? [];
  const oc = paramOf(params, 'oc');
  const algorithm = paramOf(params, 'oc-algo');
  if (typeof oc !== 'string' || typeof algorithm !== 'string' || !/^\d{1,9}$/.test(oc)) return null;
  return { oc: Number(oc), algorithm: algorithm.replaceAll('"', '') };
}
