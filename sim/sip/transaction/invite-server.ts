import type { Channel } from '../channel';
import type { SipRequest, SipResponse } from '../message';
import { transactionTimeout } from './timers';
import { type ServerTransaction, Transaction, type TransactionHost } from './transaction';

type State = 'proceeding' | 'completed' | 'confirmed' | 'accepted' | 'terminated';

/** INVITE server transaction (RFC 3261 section 17.2.1 and figure 7, as RFC 6026 section 7.1 changed it). */
export class InviteServer extends Transaction implements ServerTransaction {
  state: State = 'proceeding';
  /** Timer G. */
  private interval: number;

  constructor(
    host: TransactionHost,
    key: string,
    channel: Channel,
    readonly request: SipRequest,
    /** No ACK came for a final response: timer H. */
    private readonly onNoAck: () => void = () => undefined,
  ) {
    super(host, key, channel);
    this.interval = host.timers.t1;
  }

  get isAnswered(): boolean {
    return this.state !== 'proceeding';
  }

  receive({ method }: SipRequest): void {
    if (method === 'ACK') {
      if (this.state === 'completed') this.onAck();
      return;
    }
    // "If a request retransmission is received while in the "Proceeding" state, the most recent provisional response ...
    // MUST be passed to the transport layer"; in "Completed" the final one; in "Accepted" and "Confirmed" it is absorbed
    if (this.state === 'proceeding' || this.state === 'completed') this.resend();
  }

  respond(response: SipResponse): void {
    const { status } = response;
    if (this.state === 'accepted' && status >= 200 && status < 300) {
      // RFC 6026 section 8.7: retransmissions of the 2xx by the TU go to the transport layer
      this.send(response, true);
      this.host.retransmitted();
    }
    if (this.state !== 'proceeding') return;
    this.send(response);
    if (status < 200) return;
    // timers L and H
    this.arm(this.end, transactionTimeout(this.host.timers));
    this.state = status < 300 ? 'accepted' : 'completed';
    // "For unreliable transports, timer G is set to fire in T1 seconds, and is not set to fire for reliable transports."
    if (status >= 300 && !this.channel.isReliable) this.arm(this.retransmission, this.interval);
  }

  /** "the server transaction MUST transition to the "Confirmed" state", where timer I waits for more ACKs */
  private onAck(): void {
    this.state = 'confirmed';
    this.retransmission.disarm();
    if (this.channel.isReliable) {
      this.state = 'terminated';
      this.terminate();
    } else this.arm(this.end, this.host.timers.t4);
  }

  /** Timer G: "reset with the value of MIN(2*T1, T2)", and so on */
  protected onRetransmission(): void {
    this.interval = Math.min(2 * this.interval, this.host.timers.t2);
    this.arm(this.retransmission, this.interval);
    this.resend();
  }

  /** Timers H, I and L. */
  protected onEnd(): void {
    const unanswered = this.state === 'completed';
    this.state = 'terminated';
    this.terminate();
    if (unanswered) this.onNoAck();
  }
}
