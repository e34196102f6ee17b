import type { LocationService } from './location';
import type { SipRequest } from './message';
import type { NameAddr } from './name-addr';
import type { Uri } from './uri';

/** What a server knows of where requests go. */
export interface Routing {
  /** Domains whose users it finds by itself. */
  readonly domains: ReadonlySet<string>;
  readonly location: LocationService;
  /** Where requests for other domains go; null: to the host of their URI. */
  readonly next: Uri | null;
}

/** One target of a request: its new Request-URI, and where it is sent. */
export interface Target {
  readonly uri: Uri;
  readonly next: Uri;
}

/** The request without the route that names us (RFC 3261 section 16.4). */
export function withoutOwnRoute(request: SipRequest, host: string): SipRequest {
  const { routes } = request;
  return routes.length > 0 && routes[0]!.uri.host === host ? { ...request, routes: routes.slice(1) } : request;
}

/**
 * Where a request goes (RFC 3261 section 16.5): its route, or the contacts of a user of ours, or on. A number is the
 * status code of a refusal: 404 for who is unknown, 480 for who is not there.
 */
export function targetsOf(request: SipRequest, { domains, location, next }: Routing): readonly Target[] | number {
  const { uri, routes } = request;
  const [route] = routes as readonly NameAddr[];
  if (route !== undefined) return [{ uri, next: route.uri }];
  if (domains.has(uri.host.toLowerCase())) {
    const contacts = location.contacts(uri);
    if (contacts === undefined) return 404;
    return contacts.length === 0 ? 480 : contacts.map((contact) => ({ uri: contact, next: contact }));
  }
  // what is bound to a dotted address was found before: no other server need see it
  return [{ uri, next: next !== null && !DOTTED.test(uri.host) ? next : uri }];
}

const DOTTED = /^[\d.]+$/;
