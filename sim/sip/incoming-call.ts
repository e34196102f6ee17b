import { Timer } from '../core/event-queue';
import { Call, type CallRegister } from './call';
import { Dialog } from './dialog';
import { ABSENT, responseTo, type SipRequest, type SipResponse } from './message';
import { type NameAddr, withTag } from './name-addr';
import { transactionTimeout } from './transaction/timers';
import type { ServerTransaction } from './transaction/transaction';

/** The callee's side (RFC 3261 section 13.3). */
export class IncomingCall extends Call {
  /** With our tag. */
  private readonly to: NameAddr;
  private success: SipResponse | null = null;
  private interval = 0;
  private retransmission: Timer | null = null;
  private giveUp: Timer | null = null;

  constructor(
    register: CallRegister,
    user: string,
    private readonly transaction: ServerTransaction,
    tag: string,
  ) {
    super(register, user, {});
    this.to = withTag(transaction.request.to, tag);
  }

  get request(): SipRequest {
    return this.transaction.request;
  }

  ring(): void {
    this.transaction.respond({ ...responseTo(this.request, 180), ...this.dialogFields() });
  }

  reject(status: number, changes: Partial<SipResponse> = {}): void {
    this.transaction.respond({ ...responseTo(this.request, status), to: this.to, ...changes });
    this.handler.onFailure?.(status, ABSENT, '');
  }

  /** 200 with `body`; sent again at T1, doubling to T2, until the ACK comes (section 13.3.1.4). */
  accept(body: string, contentType: string): void {
    if (this.transaction.isAnswered) return;
    const { element } = this.register;
    const { timers } = element.config;
    this.confirm(Dialog.ofServer(this.request, this.to));
    this.success = { ...responseTo(this.request, 200), ...this.dialogFields(), body, contentType };
    this.transaction.respond(this.success);
    this.interval = timers.t1;
    this.retransmission = new Timer(element.events, () => this.onRetransmission());
    this.giveUp = new Timer(element.events, () => this.onNoAck());
    this.retransmission.arm(element.events.now + this.interval);
    this.giveUp.arm(element.events.now + transactionTimeout(timers));
  }

  /** The ACK to our 2xx. */
  onAck(): void {
    if (this.retransmission === null) return;
    this.stop();
    this.handler.onAcknowledged?.();
  }

  /** CANCEL came before we answered (section 9.2): 487 ends the INVITE. */
  onCancel(): void {
    if (this.transaction.isAnswered) return;
    this.transaction.respond({ ...responseTo(this.request, 487), to: this.to });
    this.handler.onFailure?.(487, ABSENT, '');
  }

  override onBye(): void {
    this.stop();
    super.onBye();
  }

  private dialogFields() {
    return { to: this.to, recordRoutes: this.request.recordRoutes, contacts: [this.contact] };
  }

  private onRetransmission(): void {
    const { events, config } = this.register.element;
    this.interval = Math.min(2 * this.interval, config.timers.t2);
    this.retransmission!.arm(events.now + this.interval);
    this.transaction.respond(this.success!);
  }

  /** "If the server retransmits the 2xx response for 64*T1 seconds without receiving an ACK ... it SHOULD send a BYE" */
  private onNoAck(): void {
    this.stop();
    this.bye();
  }

  private stop(): void {
    this.retransmission?.release();
    this.giveUp?.release();
    this.retransmission = this.giveUp = null;
  }
}
