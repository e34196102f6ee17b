import { headerOf } from './events';
import { type Header, responseTo, type SipMessage, type SipRequest, type SipResponse } from './message';

const WARNING = 'Warning';

/** RFC 3261 section 20.43: why a request was refused, and the host that says so. */
export function warning(code: number, host: string, text: string): Header {
  return { name: WARNING, value: `${code} ${host} "${text}"` };
}

/** The host that warns; '' where none does. */
export function warnAgentOf(message: SipMessage): string {
  return headerOf(message, WARNING)?.split(' ')[1] ?? '';
}

/** RFC 3261 section 16.3: of a request that may not be sent on. */
export function tooManyHops(request: SipRequest, host: string): SipResponse {
  return responseTo(request, 483, { others: [warning(399, host, 'no hops left')] });
}
