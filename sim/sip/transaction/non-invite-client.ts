import type { Channel } from '../channel';
import type { SipRequest, SipResponse } from '../message';
import { transactionTimeout } from './timers';
import { type ClientTransaction, type ClientUser, Transaction, type TransactionHost } from './transaction';

type State = 'trying' | 'proceeding' | 'completed' | 'terminated';

/** Client transaction of every other request (RFC 3261 section 17.1.2.2, figure 6). */
export class NonInviteClient extends Transaction implements ClientTransaction {
  state: State = 'trying';
  /** Timer E. */
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
    // "the client transaction SHOULD set timer F to fire in 64*T1 seconds"
    this.arm(this.end, transactionTimeout(host.timers));
    // "If an unreliable transport is in use, the client transaction MUST set timer E to fire in T1 seconds."
    if (!channel.isReliable) this.arm(this.retransmission, this.interval);
    this.send(request);
  }

  get isDone(): boolean {
    return this.state === 'completed' || this.state === 'terminated';
  }

  receive(response: SipResponse): void {
    // "Any response retransmissions received while in the "Completed" state SHOULD be discarded" (figure 6)
    if (this.isDone) return;
    if (response.status < 200) {
      this.state = 'proceeding';
      this.user.onResponse(response, this);
      return;
    }
    this.state = 'completed';
    this.retransmission.disarm();
    if (this.channel.isReliable) {
      this.state = 'terminated';
      this.terminate();
    } else {
      // "it MUST set Timer K to fire in T4 seconds for unreliable transports, and zero seconds for reliable transports"
      this.arm(this.end, this.host.timers.t4);
    }
    this.user.onResponse(response, this);
  }

  /**
   * Timer E: in "Trying" "the timer is reset ... with a value of MIN(2*T1, T2)", then MIN(4*T1, T2) and so on; in
   * "Proceeding" it is "reset with a value of T2 seconds".
   */
  protected onRetransmission(): void {
    const { t2 } = this.host.timers;
    this.interval = this.state === 'proceeding' ? t2 : Math.min(2 * this.interval, t2);
    this.arm(this.retransmission, this.interval);
    this.resend();
  }

  /** Timers F and K. */
  protected onEnd(): void {
    const timedOut = this.state !== 'completed';
    this.state = 'terminated';
    this.terminate();
    if (timedOut) this.user.onTimeout(this);
  }
}
