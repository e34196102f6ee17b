import type { LocationService } from './location';
import { ABSENT, responseTo, type SipRequest, type SipResponse } from './message';
import { nameAddr } from './name-addr';
import { paramOf, wholeNumber } from './params';

/** Seconds, where the client asks for none. */
const USUAL_EXPIRES = 3600;

/** The answer to a REGISTER, whose bindings are made or removed (RFC 3261 section 10.3). */
export function answerRegister(request: SipRequest, location: LocationService): SipResponse {
  const { contacts, to, expires } = request;
  if (contacts === '*') {
    // step 6: "If ... the Expires header field ... is not zero, the server MUST return a 400"
    if (expires !== 0) return responseTo(request, 400);
    location.removeAll(to.uri);
  } else {
    for (const contact of contacts) {
      const own = wholeNumber(paramOf(contact.params, 'expires') ?? '');
      const asked = own >= 0 ? own : expires === ABSENT ? USUAL_EXPIRES : expires;
      location.bind(to.uri, contact.uri, asked);
    }
  }
  const bound = (location.contacts(to.uri) ?? []).map((uri) => nameAddr(uri));
  return { ...responseTo(request, 200), contacts: bound, expires: expires === ABSENT ? USUAL_EXPIRES : expires };
}
