import { ABSENT, NO_FIELDS, type SipRequest, type SipResponse } from '../message';
import type { Channel } from '../channel';
import { TIMER_D, transactionTimeout } from './timers';
import { type ClientTransaction, type ClientUser, Transaction, type TransactionHost } from './transaction';

type State = 'calling' | 'proceeding' | 'completed' | 'accepted' | 'terminated';

/** INVITE client transaction (RFC 3261 section 17.1.1.2 and figure 5, as RFC 6026 section 7.2 changed it). */
export class InviteClient extends Transaction implements ClientTransaction {
  state: State = 'calling';
  /** Timer A. */
  private interval: number;

  constructor(
    host: TransactionHost,
    key: string,
    channel: Channel,
    readonly request: SipRequest,
    private readonly user: ClientUser,
  ) {
    super(host, key, channel);
    this.interval = host.timers.t1;
    // "If an unreliable transport is being used, the client transaction MUST start timer A with a value of T1."
    if (!channel.isReliable) this.arm(this.retransmission, this.interval);
    // "For any transport, the client transaction MUST start timer B with a value of 64*T1 seconds"
    this.arm(this.end, transactionTimeout(host.timers));
    this.send(request);
  }

  get isDone(): boolean {
    return this.state !== 'calling' && this.state !== 'proceeding';
  }

  receive(response: SipResponse): void {
    const { status } = response;
    if (this.state === 'calling' || this.state === 'proceeding') {
      if (status < 200) this.onProvisional(response);
      else if (status < 300) this.onSuccess(response);
      else this.onFailure(response);
    } else if (this.state === 'accepted' && status >= 200 && status < 300) {
      // RFC 6026 section 8.4: "retransmissions of the 2xx ... MUST be passed to the TU"
      this.user.onResponse(response, this);
    } else if (this.state === 'completed' && status >= 300) {
      // "Any retransmissions of the final response ... MUST cause the ACK to be re-passed to the transport layer"
      this.resend();
    }
  }

  /** "the client transaction SHOULD NOT retransmit the request any further" */
  private onProvisional(response: SipResponse): void {
    this.state = 'proceeding';
    this.retransmission.disarm();
    // timer B matters in the "Calling" state alone
    this.end.disarm();
    this.user.onResponse(response, this);
  }

  private onSuccess(response: SipResponse): void {
    this.state = 'accepted';
    this.retransmission.disarm();
    // timer M
    this.arm(this.end, transactionTimeout(this.host.timers));
    this.user.onResponse(response, this);
  }

  /** "The client transaction MUST pass the response up to the TU, and ... MUST generate an ACK request" */
  private onFailure(response: SipResponse): void {
    this.state = 'completed';
    this.retransmission.disarm();
    this.send(ackOf(this.request, response));
    if (this.channel.isReliable) {
      this.state = 'terminated';
      this.terminate();
    } else this.arm(this.end, TIMER_D);
    this.user.onResponse(response, this);
  }

  /** Timer A: "MUST retransmit the request ... and MUST reset the timer with a value of 2*T1" */
  protected onRetransmission(): void {
    this.interval *= 2;
    this.arm(this.retransmission, this.interval);
    this.resend();
  }

  /** Timers B, D and M. */
  protected onEnd(): void {
    const timedOut = this.state === 'calling';
    this.state = 'terminated';
    this.terminate();
    if (timedOut) this.user.onTimeout(this);
  }
}

/** The ACK to a response that is no 2xx (RFC 3261 section 17.1.1.3). */
function ackOf({ uri, vias, routes, from, callId, cseq }: SipRequest, { to }: SipResponse): SipRequest {
  return {
    kind: 'request',
    method: 'ACK',
    uri,
    ...NO_FIELDS,
    vias: vias.slice(0, 1),
    routes,
    from,
    to,
    callId,
    cseq: { number: cseq.number, method: 'ACK' },
    maxForwards: 70,
    expires: ABSENT,
  };
}
