import { Timer } from '../core/event-queue';
import { Dialog, nextHopOf } from './dialog';
import type { SipElement } from './element';
import { EVENT, headerOf, PIDF, PRESENCE, SUBSCRIPTION_STATE } from './events';
import { ABSENT, type SipRequest, type SipResponse } from './message';
import { tagOf } from './name-addr';
import type { Uri } from './uri';

/** What a watcher is told. All hooks are optional. */
export interface WatchHandler {
  /** The subscription stands. */
  onActive?(): void;
  /** A NOTIFY has come, and was answered. */
  onNotify?(request: SipRequest): void;
  /** There is no subscription, or no longer: the status that refused it, or 0 when the notifier has ended it. */
  onEnd?(status: number): void;
}

/** A subscription as its watcher has it (RFC 6665 section 4.1), refreshed before it ends. */
export class Watching {
  private dialog: Dialog | null = null;
  private readonly timer: Timer;
  private isOver = false;

  constructor(
    private readonly element: SipElement,
    private readonly first: SipRequest,
    private readonly proxy: Uri | null,
    private readonly handler: WatchHandler,
    private readonly forget: () => void,
  ) {
    this.timer = new Timer(element.events, () => this.refresh());
  }

  /** By which a NOTIFY is known, be it before the 200 (RFC 6665 section 4.1.3). */
  get key(): string {
    return watchKey(this.first.callId, tagOf(this.first.from));
  }

  start(): void {
    this.send(this.first, this.proxy ?? this.first.uri);
  }

  onNotify(request: SipRequest): void {
    this.handler.onNotify?.(request);
    if (headerOf(request, SUBSCRIPTION_STATE)?.startsWith('terminated') === true) this.end(0);
  }

  private send(request: SipRequest, next: Uri): void {
    const sent = this.element.request(request, next, {
      onResponse: (response) => this.onResponse(request, response),
      onTimeout: () => this.end(408),
    });
    if (sent === null) this.end(503);
  }

  private onResponse(request: SipRequest, response: SipResponse): void {
    const { status, expires } = response;
    if (status < 200 || this.isOver) return;
    if (status >= 300) {
      this.end(status);
      return;
    }
    if (this.dialog === null) {
      this.dialog = Dialog.ofClient(request, response);
      this.dialog.state = 'confirmed';
      this.handler.onActive?.();
    }
    // before it ends, with time for retransmissions
    const seconds = expires === ABSENT ? request.expires : expires;
    this.timer.arm(this.element.events.now + Math.round(seconds * 0.9e9));
  }

  private refresh(): void {
    const { expires, others, contacts } = this.first;
    const request = { ...this.dialog!.request('SUBSCRIBE', this.element.via()), expires, others, contacts };
    this.send(request, nextHopOf(request));
  }

  private end(status: number): void {
    if (this.isOver) return;
    this.isOver = true;
    this.timer.release();
    this.forget();
    this.handler.onEnd?.(status);
  }
}

export function watchKey(callId: string, tag: string): string {
  return `${callId} ${tag}`;
}

/** What makes a request a SUBSCRIBE to presence (RFC 3856 section 6). */
export function presenceFields(expires: number): Pick<SipRequest, 'expires' | 'others'> {
  return {
    expires,
    others: [
      { name: EVENT, value: PRESENCE },
      { name: 'Accept', value: PIDF },
    ],
  };
}
