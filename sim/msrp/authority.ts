import type { Clock, Nanos } from '../core/event-queue';
import type { RandomStream } from '../core/random';
import { randomToken } from '../core/token';
import { responseTo } from './connection';
import { challengeText, type Credentials, digestOf, infoText, parseAuthorization } from './digest';
import { headerOf, type MsrpHeader, type MsrpRequest, type MsrpResponse } from './message';

/** How a relay knows its clients. */
export interface AuthorityConfig {
  readonly credentials: Credentials;
  /** Seconds that an authorisation may be asked for, and gets when no time is asked for: at least, and at most. */
  readonly shortest: number;
  readonly longest: number;
}

/** Two more letters of MSRP identifiers (RFC 4975 section 9). */
export const IDENT_CHARS = '-+';

/**
 * Decides on AUTH requests (RFC 4976 section 6.3): asks who does not say who he is, and grants an authorisation to who knows
 * the secret. A nonce is good for as long as an authorisation; a count that does not grow is a replay.
 */
export class Authority {
  /** Requests that were answered with 401. */
  challenged = 0;
  /** For every nonce, until when it is good, and the last count that came with it. */
  private readonly nonces = new Map<string, { readonly until: Nanos; count: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly random: RandomStream,
    private readonly realm: string,
    private readonly config: AuthorityConfig,
  ) {}

  /** Answers `request`; `grant` makes the URI that a client may use for so many seconds. */
  decide(request: MsrpRequest, grant: (seconds: number) => string): MsrpResponse {
    const given = parseAuthorization(headerOf(request, 'authorization') ?? '');
    const { credentials, shortest, longest } = this.config;
    const known = given === null ? undefined : this.nonces.get(given.nonce);
    if (given?.realm !== this.realm || known === undefined || known.until <= this.clock.now) {
      return this.challenge(request, given !== null);
    }
    const uri = request.toPath.at(-1)!;
    const isRight = digestOf(credentials, given, { method: 'AUTH', uri }) === given.response;
    if (given.username !== credentials.username || !isRight || given.count <= known.count) {
      return this.challenge(request, false);
    }
    known.count = given.count;
    const wanted = headerOf(request, 'expires');
    const seconds = wanted === undefined ? longest : Number(wanted);
    if (!(seconds >= shortest)) return answer(request, 423, 'Interval Out-of-Bounds', [field('Min-Expires', shortest)]);
    if (seconds > longest) return answer(request, 423, 'Interval Out-of-Bounds', [field('Max-Expires', longest)]);
    return answer(request, 200, 'OK', [
      field('Use-Path', grant(seconds)),
      field('Authentication-Info', infoText(digestOf(credentials, given, { method: '', uri }), given)),
      field('Expires', seconds),
    ]);
  }

  private challenge(request: MsrpRequest, stale: boolean): MsrpResponse {
    const { now } = this.clock;
    for (const [nonce, { until }] of this.nonces) if (until <= now) this.nonces.delete(nonce);
    const nonce = randomToken(this.random, 22, IDENT_CHARS);
    this.nonces.set(nonce, { until: now + this.config.longest * 1e9, count: 0 });
    this.challenged++;
    const text = challengeText({ realm: this.realm, nonce, stale });
    return answer(request, 401, 'Unauthorized', [field('WWW-Authenticate', text)]);
  }
}

/** Responses to AUTH go back the whole way (RFC 4976 section 6.3). */
function answer(request: MsrpRequest, status: number, comment: string, others: readonly MsrpHeader[]): MsrpResponse {
  return { ...responseTo(request, status, comment), others, toPath: request.fromPath };
}

function field(name: string, value: string | number): MsrpHeader {
  return { name, value: String(value) };
}
