import type { Dialog } from './dialog';
import { nextHopOf } from './dialog';
import type { SipElement } from './element';
import type { SipRequest } from './message';
import { nameAddr, type NameAddr } from './name-addr';
import { sipUri } from './uri';

/** What happens to a call; the same for caller and callee. All hooks are optional. */
export interface CallHandler {
  /** The callee rings: 180. */
  onRinging?(): void;
  /** The callee has accepted; `body` is its answer. The caller has acknowledged. */
  onAnswer?(body: string): void;
  /** The acknowledgement has reached the callee. */
  onAcknowledged?(): void;
  /**
   * No call came to be: a final response of 300 and above; 408 when none came. `retryAfter` in seconds, or ABSENT; `agent` is
   * the host that warns of it, or ''.
   */
  onFailure?(status: number, retryAfter: number, agent: string): void;
  /** A MESSAGE within the dialog; its answer was sent. */
  onMessage?(request: SipRequest): void;
  /** It is over. */
  onEnd?(): void;
}

/** How a request within a call, or without, ended: a final status code, 408 when none came. */
export type Done = (status: number) => void;

/** Where the calls of an element are found. */
export interface CallRegister {
  readonly element: SipElement;
  add(call: Call): void;
  remove(call: Call): void;
}

/** One side of a call that has a dialog. */
export abstract class Call {
  dialog: Dialog | null = null;

  constructor(
    protected readonly register: CallRegister,
    readonly user: string,
    public handler: CallHandler,
  ) {}

  /** Where this side receives requests of the dialog. */
  protected get contact(): NameAddr {
    return nameAddr(sipUri(this.user, this.register.element.host));
  }

  /** Sends BYE; the call is over for this side at once (RFC 3261 section 15.1.1). */
  bye(done: Done = () => undefined): void {
    if (this.dialog?.state !== 'confirmed') return;
    this.send('BYE', '', '', done);
    this.over();
  }

  /** A MESSAGE within the dialog (RFC 3428 section 8): SIP as the session layer. */
  message(body: string, done: Done = () => undefined): void {
    if (this.dialog?.state !== 'confirmed') throw new Error('the call has no dialog');
    this.send('MESSAGE', body, 'text/plain', done);
  }

  /** A request within the dialog has come, BYE apart from all others that a core answers itself. */
  onBye(): void {
    this.over();
  }

  protected send(method: string, body: string, contentType: string, done: Done): void {
    const { element } = this.register;
    const request = { ...this.dialog!.request(method, element.via()), body, contentType };
    const transaction = element.request(request, nextHopOf(request), {
      onResponse: ({ status }) => {
        if (status >= 200) done(status);
      },
      onTimeout: () => done(408),
    });
    if (transaction === null) done(503);
  }

  protected confirm(dialog: Dialog): void {
    dialog.state = 'confirmed';
    this.dialog = dialog;
    this.register.add(this);
  }

  protected over(): void {
    if (this.dialog !== null) {
      this.dialog.state = 'terminated';
      this.register.remove(this);
    }
    this.handler.onEnd?.();
  }
}
