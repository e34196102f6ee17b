import {
  ABSENT,
  FIRST_HOPS,
  NO_FIELDS,
  type Method,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from './message';
import { type NameAddr, nameAddr, tagOf } from './name-addr';
import type { Uri } from './uri';
import type { Via } from './via';

export type DialogState = 'early' | 'confirmed' | 'terminated';

/** A peer-to-peer relation between two user agents (RFC 3261 section 12). */
export class Dialog {
  state: DialogState = 'early';
  /** CSeq of the last request in either direction. */
  localSequence: number;
  remoteSequence: number;

  private constructor(
    readonly callId: string,
    readonly local: NameAddr,
    readonly remote: NameAddr,
    /** Where requests go: the Contact of the peer. */
    public target: Uri,
    readonly routes: readonly NameAddr[],
    sequences: { readonly local: number; readonly remote: number },
  ) {
    this.localSequence = sequences.local;
    this.remoteSequence = sequences.remote;
  }

  /** Of the caller (section 12.1.2): "the route set MUST be set to the list of URIs in the Record-Route ... in reverse". */
  static ofClient(request: SipRequest, response: SipResponse): Dialog {
    const routes = [...response.recordRoutes].reverse();
    const target = contactOf(response) ?? request.uri;
    const sequences = { local: request.cseq.number, remote: ABSENT };
    return new Dialog(request.callId, request.from, response.to, target, routes, sequences);
  }

  /** Of the callee (section 12.1.1): the route set in order. `to` has our tag. */
  static ofServer(request: SipRequest, to: NameAddr): Dialog {
    const target = contactOf(request) ?? request.from.uri;
    const sequences = { local: 0, remote: request.cseq.number };
    return new Dialog(request.callId, to, request.from, target, request.recordRoutes, sequences);
  }

  /** Call-ID, local tag and remote tag (section 12). */
  get id(): string {
    return dialogId(this.callId, tagOf(this.local), tagOf(this.remote));
  }

  /** A request within the dialog (section 12.2.1.1). ACK has the number of its INVITE and raises none. */
  request(method: Method, via: Via, number = ++this.localSequence): SipRequest {
    return {
      kind: 'request',
      method,
      // route sets are of loose routers here
      uri: this.target,
      ...NO_FIELDS,
      vias: [via],
      routes: this.routes,
      from: this.local,
      to: this.remote,
      callId: this.callId,
      cseq: { number, method },
      maxForwards: FIRST_HOPS,
    };
  }

  /** False for a request that is older than the last (section 12.2.2: 500). */
  accepts({ cseq }: SipRequest): boolean {
    if (this.remoteSequence !== ABSENT && cseq.number < this.remoteSequence) return false;
    this.remoteSequence = cseq.number;
    return true;
  }
}

export function dialogId(callId: string, localTag: string, remoteTag: string): string {
  return `${callId} ${localTag} ${remoteTag}`;
}

/** The URI of the first Contact. */
export function contactOf({ contacts }: SipMessage): Uri | undefined {
  return contacts === '*' ? undefined : contacts[0]?.uri;
}

/** Where a request has to go next (section 8.1.2): the first route, else its own URI. */
export function nextHopOf({ routes, uri }: SipRequest): Uri {
  return routes[0]?.uri ?? uri;
}

/** A route that keeps whoever it names in the path of a dialog (section 16.6, step 4). */
export function looseRoute(host: string): NameAddr {
  return nameAddr({ scheme: 'sip', user: '', host, port: 0, params: [['lr', null]], headers: '' });
}
