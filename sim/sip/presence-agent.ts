import type { Nanos } from '../core/event-queue';
import { Dialog, dialogId, nextHopOf } from './dialog';
import type { SipElement } from './element';
import { EVENT, headerOf, PIDF, pidfOf, PRESENCE, SUBSCRIPTION_STATE } from './events';
import { ABSENT, responseTo, type SipRequest, type SipResponse } from './message';
import { nameAddr, tagOf, withTag } from './name-addr';
import type { ServerTransaction } from './transaction/transaction';
import { sipUri, type Uri, uriText } from './uri';

/** Longest that subscriptions and publications hold, and what holds where none asks, s (RFC 3856 section 6.4). */
const EXPIRES = 3600;

/** A watcher of one presentity. */
interface Subscription {
  readonly presentity: string;
  readonly dialog: Dialog;
  until: Nanos;
}

interface Publication {
  readonly tag: string;
  readonly body: string;
  readonly until: Nanos;
}

/**
 * Presence agent and event state compositor of a domain: who watches whom (RFC 3856, RFC 6665), and what users publish of
 * themselves (RFC 3903). One publication of each user counts, the last.
 */
export class PresenceAgent {
  private readonly watchers = new Map<string, Set<Subscription>>();
  private readonly byDialog = new Map<string, Subscription>();
  private readonly published = new Map<string, Publication>();

  constructor(private readonly element: SipElement) {}

  /** Subscriptions that it knows of. */
  get size(): number {
    return this.byDialog.size;
  }

  /** Answers a SUBSCRIBE or PUBLISH for one of its users. */
  take(request: SipRequest, transaction: ServerTransaction): void {
    const isKnown = headerOf(request, EVENT) === PRESENCE;
    if (!isKnown) {
      // RFC 6665 section 4.2.1.1
      const others = [{ name: 'Allow-Events', value: PRESENCE }];
      transaction.respond(this.tagged(request, { ...responseTo(request, 489), others }));
    } else if (request.method === 'PUBLISH') this.publish(request, transaction);
    else if (tagOf(request.to) === '') this.subscribe(request, transaction);
    else this.refresh(request, transaction);
  }

  private subscribe(request: SipRequest, transaction: ServerTransaction): void {
    const to = withTag(request.to, this.element.ids.tag());
    const subscription = { presentity: keyOf(request.uri), dialog: Dialog.ofServer(request, to), until: 0 };
    subscription.dialog.state = 'confirmed';
    let watchers = this.watchers.get(subscription.presentity);
    if (watchers === undefined) this.watchers.set(subscription.presentity, (watchers = new Set()));
    watchers.add(subscription);
    this.byDialog.set(subscription.dialog.id, subscription);
    this.grant(subscription, { ...request, to }, transaction);
  }

  private refresh(request: SipRequest, transaction: ServerTransaction): void {
    const subscription = this.byDialog.get(dialogId(request.callId, tagOf(request.to), tagOf(request.from)));
    if (subscription === undefined || subscription.until <= this.element.events.now) {
      transaction.respond(responseTo(request, 481));
    } else if (!subscription.dialog.accepts(request)) transaction.respond(responseTo(request, 500));
    else this.grant(subscription, request, transaction);
  }

  /** 200 with the time that it holds, and at once a NOTIFY with all that is known (RFC 6665 section 4.2.1.2). */
  private grant(subscription: Subscription, request: SipRequest, transaction: ServerTransaction): void {
    const seconds = secondsOf(request);
    subscription.until = this.element.events.now + seconds * 1e9;
    const { recordRoutes, to } = request;
    transaction.respond({ ...responseTo(request, 200), to, recordRoutes, contacts: [this.contact], expires: seconds });
    this.notify(subscription);
  }

  /** RFC 3903 section 6. */
  private publish(request: SipRequest, transaction: ServerTransaction): void {
    const { now } = this.element.events;
    const presentity = keyOf(request.uri);
    const known = this.published.get(presentity);
    const match = headerOf(request, 'SIP-If-Match');
    if (match !== undefined && (known?.tag !== match || known.until <= now)) {
      transaction.respond(this.tagged(request, responseTo(request, 412)));
      return;
    }
    const seconds = secondsOf(request);
    const body = request.body === '' && match !== undefined ? known!.body : request.body;
    const tag = this.element.ids.tag();
    if (seconds === 0) this.published.delete(presentity);
    else this.published.set(presentity, { tag, body, until: now + seconds * 1e9 });
    const others = [{ name: 'SIP-ETag', value: tag }];
    transaction.respond(this.tagged(request, { ...responseTo(request, 200), expires: seconds, others }));
    // what is only held longer is no news
    if (body === known?.body && seconds > 0) return;
    for (const subscription of this.watchers.get(presentity) ?? []) {
      if (subscription.until > now) this.notify(subscription);
      else this.forget(subscription);
    }
  }

  private notify(subscription: Subscription): void {
    const { element } = this;
    const { presentity, dialog, until } = subscription;
    const left = Math.ceil((until - element.events.now) / 1e9);
    const published = this.published.get(presentity);
    const isPublished = published !== undefined && published.until > element.events.now;
    const state = left > 0 ? `active;expires=${left}` : 'terminated;reason=timeout';
    const request: SipRequest = {
      ...dialog.request('NOTIFY', element.via()),
      contacts: [this.contact],
      others: [
        { name: EVENT, value: PRESENCE },
        { name: SUBSCRIPTION_STATE, value: state },
      ],
      contentType: PIDF,
      body: isPublished ? published.body : pidfOf(presentity, 'closed', 0),
    };
    if (left <= 0) this.forget(subscription);
    element.request(request, nextHopOf(request), {
      // RFC 6665 section 4.2.2: a watcher that does not answer, or knows nothing of it, is none any more
      onResponse: ({ status }) => {
        if (status >= 300) this.forget(subscription);
      },
      onTimeout: () => this.forget(subscription),
    });
  }

  private forget(subscription: Subscription): void {
    this.byDialog.delete(subscription.dialog.id);
    this.watchers.get(subscription.presentity)?.delete(subscription);
  }

  private get contact() {
    return nameAddr(sipUri('', this.element.host));
  }

  private tagged(request: SipRequest, response: SipResponse): SipResponse {
    return tagOf(request.to) === '' ? { ...response, to: withTag(request.to, this.element.ids.tag()) } : response;
  }
}

function secondsOf({ expires }: SipRequest): number {
  return expires === ABSENT ? EXPIRES : Math.min(EXPIRES, expires);
}

/** The address of record. */
function keyOf({ user, host }: Uri): string {
  return uriText(sipUri(user, host.toLowerCase()));
}
