import type { EventQueue } from '../core/event-queue';
import type { SipResponse } from '../sip/message';
import type { Overload } from '../sip/overload';
import type { Params } from '../sip/params';
import { withParams } from '../sip/via';
import {
  type Feedback,
  type OverloadControl,
  type OverloadHost,
  type ReceiverControl,
  type SenderControl,
} from './overload/control';
import { Sequence, Standing, toldIn, toldParams, understands, VALIDITY } from './overload/feedback';

/** Who holds requests back: every server for the next one, or only the first, for all behind it (RFC 6357 section 4.1). */
export const SCOPES = ['hop-by-hop', 'end-to-end'] as const;
export type Scope = (typeof SCOPES)[number];

/** A server that requests are sent to. */
interface Neighbour {
  readonly sender: SenderControl;
  readonly standing: Standing;
  /** Whether its sender keeps to feedback. */
  isBound: boolean;
}

/** The part that a server takes in its control: what it tells those before it, and what it does for those behind it. */
export class OverloadAgent implements Overload {
  /** New requests that were held back. */
  heldBack = 0;
  private readonly neighbours = new Map<string, Neighbour>();
  private readonly sequence = new Sequence();

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
    const { now } = this.events;
    const neighbour = this.neighbour(peer);
    if (neighbour.isBound && neighbour.standing.at(now) === null) this.free(neighbour);
    const admitted = neighbour.sender.admits(now);
    if (!admitted) this.heldBack++;
    return admitted;
  }

  onResponse(peer: string, response: SipResponse, isNew: boolean): void {
    const { now } = this.events;
    const neighbour = this.neighbour(peer);
    const told = toldIn(response.vias[0]?.params ?? []);
    if (told !== null && understands(this.offer, told.algorithm) && neighbour.standing.take(told, now)) {
      if (told.validity > 0) {
        neighbour.isBound = true;
        neighbour.sender.onFeedback(told, now);
      } else this.free(neighbour);
    }
    if (this.passesOn) return;
    const { sender } = neighbour;
    if (response.status === 503 && response.retryAfter > 0) sender.onRetryAfter(response.retryAfter, now);
    if (isNew && response.status >= 200) sender.onDone();
  }

  onTimeout(peer: string): void {
    if (!this.passesOn) this.neighbour(peer).sender.onDone();
  }

  /** RFC 7339 section 5.3: in the Via of a client that has offered to understand it. */
  answer(response: SipResponse): SipResponse {
    const [via, ...rest] = response.vias;
    const feedback = this.strictest();
    if (via === undefined || feedback === null || !understands(via.params, feedback.algorithm)) return response;
    const told = { ...feedback, sequence: this.sequence.next(this.events.now) };
    return { ...response, vias: [withParams(via, toldParams(told)), ...rest] };
  }

  private strictest() {
    const own = this.receiver.feedback;
    let strictest = own === null ? null : { ...own, validity: VALIDITY };
    if (!this.passesOn) return strictest;
    for (const { standing } of this.neighbours.values()) {
      const told = standing.at(this.events.now);
      if (told !== null && (strictest === null || isStricter(told, strictest))) strictest = told;
    }
    return strictest;
  }

  /** RFC 7339 section 4.3: after its time "overload control is not in effect between the client and the server". */
  private free(neighbour: Neighbour): void {
    neighbour.isBound = false;
    neighbour.sender.onExpiry();
  }

  private neighbour(peer: string): Neighbour {
    let neighbour = this.neighbours.get(peer);
    if (neighbour === undefined) {
      neighbour = { sender: this.control.sender(this.host), standing: new Standing(), isBound: false };
      this.neighbours.set(peer, neighbour);
    }
    return neighbour;
  }
}

/** Percentages are the stricter the larger, rates and windows the smaller. */
function isStricter(a: Feedback, b: Feedback): boolean {
  return a.algorithm === 'loss' ? a.oc > b.oc : a.oc < b.oc;
}
