import type { NameAddr } from './name-addr';
import type { Via } from './via';

/** Methods that Hopwise speaks: RFC 3261, MESSAGE of RFC 3428, events of RFC 6665 and 3903. Others pass through proxies. */
export const METHODS = ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'REGISTER', 'MESSAGE', 'SUBSCRIBE', 'NOTIFY', 'PUBLISH'] as const; // prettier-ignore
export type Method = (typeof METHODS)[number] | (string & {});

/** A header field that nobody here reads; its value as written, folding undone. */
export interface Header {
  readonly name: string;
  readonly value: string;
}

/** What requests and responses share, as read: plain data that does not change. */
export interface SipFields {
  /** The newest first. */
  readonly vias: readonly Via[];
  readonly routes: readonly NameAddr[];
  readonly recordRoutes: readonly NameAddr[];
  readonly from: NameAddr;
  readonly to: NameAddr;
  readonly callId: string;
  readonly cseq: { readonly number: number; readonly method: Method };
  /** '*' in REGISTER means all bindings (RFC 3261 section 10.2.2). */
  readonly contacts: readonly NameAddr[] | '*';
  /** ABSENT where the message has none. */
  readonly maxForwards: number;
  /** Seconds, or ABSENT. */
  readonly expires: number;
  /** Seconds, or ABSENT (RFC 3261 section 20.33). */
  readonly retryAfter: number;
  /** '' for none. */
  readonly contentType: string;
  readonly others: readonly Header[];
  /** One character per byte. */
  readonly body: string;
}

export interface SipRequest extends SipFields {
  readonly kind: 'request';
  readonly method: Method;
  /** Request-URI, as text where it is of a scheme that nobody here reads. */
  readonly uri: NameAddr['uri'];
}

export interface SipResponse extends SipFields {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
}

export type SipMessage = SipRequest | SipResponse;

/** Of numeric header fields that a message does not have. */
export const ABSENT = -1;

/** Max-Forwards of a new request (RFC 3261 section 8.1.1.6). */
export const FIRST_HOPS = 70;

/** Fields of which most messages have none. */
export const NO_FIELDS = {
  routes: [],
  recordRoutes: [],
  contacts: [],
  maxForwards: ABSENT,
  expires: ABSENT,
  retryAfter: ABSENT,
  contentType: '',
  others: [],
  body: '',
} as const satisfies Partial<SipFields>;

/** Usual reason phrases (RFC 3261 section 21). */
export const REASONS: Readonly<Record<number, string>> = {
  100: 'Trying',
  180: 'Ringing',
  183: 'Session Progress',
  200: 'OK',
  202: 'Accepted',
  300: 'Multiple Choices',
  301: 'Moved Permanently',
  302: 'Moved Temporarily',
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  412: 'Conditional Request Failed',
  415: 'Unsupported Media Type',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  482: 'Loop Detected',
  483: 'Too Many Hops',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  489: 'Bad Event',
  493: 'Undecipherable',
  500: 'Server Internal Error',
  503: 'Service Unavailable',
  600: 'Busy Everywhere',
  603: 'Decline',
};

/** A response as RFC 3261 section 8.2.6.2 makes it: Via, From, To, Call-ID and CSeq of the request. */
export function responseTo(request: SipRequest, status: number, changes: Partial<SipResponse> = {}): SipResponse {
  const { vias, from, to, callId, cseq } = request;
  const reason = REASONS[status] ?? '';
  return { kind: 'response', status, reason, ...NO_FIELDS, vias, from, to, callId, cseq, ...changes };
}
