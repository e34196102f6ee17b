import { Call, type CallHandler, type CallRegister } from './call';
import { contactOf, Dialog, nextHopOf } from './dialog';
import { ABSENT, FIRST_HOPS, NO_FIELDS, type SipRequest, type SipResponse } from './message';
import { type NameAddr, tagOf } from './name-addr';
import type { ClientTransaction } from './transaction/transaction';
import type { Uri } from './uri';
import { warnAgentOf } from './warning';

/** Whom to call, with what, through which server. */
export interface Invitation {
  readonly from: NameAddr;
  readonly to: NameAddr;
  /** Request-URI. */
  readonly uri: Uri;
  /** Where the request goes first; null: where its URI points. */
  readonly proxy: Uri | null;
  readonly contentType: string;
  readonly body: string;
  /** How often a 3xx is followed (RFC 3261 section 8.1.3.4). */
  readonly redirections: number;
  /** Without it, those of a new request. */
  readonly maxForwards?: number;
}

/** The caller's side (RFC 3261 section 13.2). */
export class OutgoingCall extends Call {
  private transaction: ClientTransaction | null = null;
  private isProvisional = false;
  private isCancelled = false;
  private cseq = 1;
  private redirectionsLeft: number;
  /** ACKs by the tag of the callee that they went to: a 2xx that comes again brings the same again. */
  private readonly acks = new Map<string, SipRequest>();

  constructor(
    register: CallRegister,
    user: string,
    private readonly invitation: Invitation,
    readonly callId: string,
    handler: CallHandler,
  ) {
    super(register, user, handler);
    this.redirectionsLeft = invitation.redirections;
  }

  start(): void {
    this.invite(this.invitation.uri, this.invitation.proxy);
  }

  /** Gives up: CANCEL now, or when the first provisional response comes (section 9.1). After the answer: BYE. */
  cancel(): void {
    if (this.dialog !== null) {
      this.bye();
      return;
    }
    this.isCancelled = true;
    if (this.isProvisional) this.sendCancel();
  }

  private invite(uri: Uri, proxy: Uri | null): void {
    const { element } = this.register;
    const { from, to, contentType, body, maxForwards = FIRST_HOPS } = this.invitation;
    this.isProvisional = false;
    const request: SipRequest = {
      kind: 'request',
      method: 'INVITE',
      uri,
      ...NO_FIELDS,
      vias: [element.via()],
      from,
      to,
      callId: this.callId,
      cseq: { number: this.cseq++, method: 'INVITE' },
      contacts: [this.contact],
      maxForwards,
      contentType,
      body,
    };
    this.transaction = element.request(request, proxy ?? uri, {
      onResponse: (response) => this.onResponse(request, response),
      onTimeout: () => this.handler.onFailure?.(408, ABSENT, ''),
    });
    if (this.transaction === null) this.handler.onFailure?.(503, ABSENT, '');
  }

  private onResponse(request: SipRequest, response: SipResponse): void {
    const { status } = response;
    if (status < 200) this.onProvisional(status);
    else if (status < 300) this.onSuccess(request, response);
    else if (status < 400 && this.redirectionsLeft > 0 && !this.isCancelled) this.onRedirection(response);
    else this.refused(response);
  }

  private refused(response: SipResponse): void {
    this.handler.onFailure?.(response.status, response.retryAfter, warnAgentOf(response));
  }

  private onProvisional(status: number): void {
    const isFirst = !this.isProvisional;
    this.isProvisional = true;
    if (isFirst && this.isCancelled) this.sendCancel();
    if (status > 100) this.handler.onRinging?.();
  }

  /** Each 2xx is acknowledged (section 13.2.2.4); a fork that answers too late is ended. */
  private onSuccess(request: SipRequest, response: SipResponse): void {
    const tag = tagOf(response.to);
    const known = this.acks.get(tag);
    if (known !== undefined) {
      this.sendAck(known, true);
      return;
    }
    const { element } = this.register;
    const dialog = Dialog.ofClient(request, response);
    const ack = dialog.request('ACK', element.via(), request.cseq.number);
    this.acks.set(tag, ack);
    this.sendAck(ack);
    if (this.dialog !== null || this.isCancelled) {
      // section 13.2.2.4 and section 15: this dialog is not wanted
      const bye = dialog.request('BYE', element.via());
      element.request(bye, nextHopOf(bye), { onResponse: () => undefined, onTimeout: () => undefined });
      if (this.dialog === null) this.handler.onEnd?.();
      return;
    }
    this.confirm(dialog);
    this.handler.onAnswer?.(response.body);
  }

  private sendAck(ack: SipRequest, again = false): void {
    const { element } = this.register;
    element.channelTo(nextHopOf(ack))?.send(element.layer.wire(ack), again);
  }

  private onRedirection(response: SipResponse): void {
    this.redirectionsLeft--;
    const target = contactOf(response);
    if (target === undefined) this.refused(response);
    else this.invite(target, null);
  }

  /** Section 9.1: same Request-URI, Call-ID, To, From and number of CSeq; the one Via of the INVITE. */
  private sendCancel(): void {
    const { request, channel, isDone } = this.transaction!;
    if (isDone) return;
    const cancel = cancelOf(request);
    this.register.element.layer.request(cancel, channel, { onResponse: () => undefined, onTimeout: () => undefined });
  }
}

/** RFC 3261 section 9.1. */
export function cancelOf(invite: SipRequest): SipRequest {
  const { uri, vias, routes, from, to, callId, cseq } = invite;
  return {
    kind: 'request',
    method: 'CANCEL',
    uri,
    ...NO_FIELDS,
    vias: vias.slice(0, 1),
    routes,
    from,
    to,
    callId,
    cseq: { number: cseq.number, method: 'CANCEL' },
    maxForwards: FIRST_HOPS,
  };
}
