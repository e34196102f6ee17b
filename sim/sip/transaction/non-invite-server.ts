import type { Channel } from '../channel';
import type { SipRequest, SipResponse } from '../message';
import { transactionTimeout } from './timers';
import { type ServerTransaction, Transaction, type TransactionHost } from './transaction';

type State = 'trying' | 'proceeding' | 'completed' | 'terminated';

/** Server transaction of every other request (RFC 3261 section 17.2.2, figure 8). */
export class NonInviteServer extends Transaction implements ServerTransaction {
  state: State = 'trying';

  constructor(
    host: TransactionHost,
    key: string,
    channel: Channel,
    readonly request: SipRequest,
  ) {
    super(host, key, channel);
  }

  get isAnswered(): boolean {
    return this.state === 'completed' || this.state === 'terminated';
  }

  /**
   * "In the "Trying" state, any further request retransmissions are discarded"; in "Proceeding" and "Completed" the most
   * recent response is sent again.
   */
  receive(): void {
    if (this.state !== 'trying') this.resend();
  }

  respond(response: SipResponse): void {
    if (this.isAnswered) return;
    this.send(response);
    if (response.status < 200) {
      this.state = 'proceeding';
      return;
    }
    // "it MUST set Timer J to fire in 64*T1 seconds for unreliable transports, and zero seconds for reliable transports"
    this.state = 'completed';
    if (this.channel.isReliable) this.onEnd();
    else this.arm(this.end, transactionTimeout(this.host.timers));
  }

  protected onRetransmission(): void {
    throw new Error('a non-INVITE server transaction retransmits only when asked again');
  }

  /** Timer J. */
  protected onEnd(): void {
    this.state = 'terminated';
    this.terminate();
  }
}
