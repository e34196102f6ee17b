import { type EventQueue, Timer } from '../core/event-queue';
import type { RandomStream } from '../core/random';
import { randomToken } from '../core/token';
import type { ByteStream, StreamDelegate } from '../transport/byte-stream';
import { IDENT_CHARS } from './authority';
import { MsrpConnection, type MsrpHandler } from './connection';
import {
  authorizationText,
  type Authorization,
  type Challenge,
  type Credentials,
  digestOf,
  parseChallenge,
  rspauthIn,
} from './digest';
import { headerOf, type MsrpRequest, type MsrpResponse, NO_FIELDS } from './message';

/** A relay that a client asks, and what it says of itself. */
export interface RelayAccess {
  /** URI of the relay, without a session. */
  readonly relay: string;
  /** URI of the client, for From-Path. */
  readonly own: string;
  readonly credentials: Credentials;
}

export interface RelayClientHandler extends MsrpHandler {
  /** The relay may be used under this URI (Use-Path), for the first time over this connection. */
  onReady(path: string): void;
  /** The connection is lost, and with it the URI. */
  onLost(): void;
}

/**
 * A client of a relay (RFC 4976 section 5): connects, asks with AUTH, answers the challenge, and asks again before its
 * authorisation ends. Everything else that goes over the connection is up to who uses it.
 */
export class RelayClient {
  readonly connection: MsrpConnection;
  /** The URI in Use-Path; null while there is none. */
  path: string | null = null;
  private challenge: Challenge | null = null;
  private sentWith: Authorization | null = null;
  private uses = 0;
  private stream: ByteStream | null = null;
  private readonly refresh: Timer;

  constructor(
    events: EventQueue,
    private readonly random: RandomStream,
    private readonly access: RelayAccess,
    chunk: number,
    private readonly handler: RelayClientHandler,
    private readonly dial: (delegate: StreamDelegate) => ByteStream,
  ) {
    this.refresh = new Timer(events, () => this.ask());
    this.connection = new MsrpConnection(chunk, {
      onRequest: (request, connection) => handler.onRequest(request, connection),
      onResponse: (request, response) => {
        if (request.method === 'AUTH') this.onAnswer(response, events.now);
        else handler.onResponse?.(request, response);
      },
    });
  }

  open(): void {
    const { connection } = this;
    this.stream = this.dial({
      onEstablished: () => this.ask(),
      onReadable: (stream) => connection.receive(stream),
      onWritable: () => connection.pump(),
      onRemoteClosed: (stream) => stream.close(),
      onClosed: () => this.lose(),
    });
    connection.attach(this.stream);
  }

  /** The client goes. */
  close(): void {
    this.refresh.disarm();
    this.path = null;
    const { stream } = this;
    this.stream = null;
    stream?.close();
  }

  private lose(): void {
    if (this.stream === null) return;
    this.close();
    this.challenge = null;
    this.sentWith = null;
    this.connection.abandon();
    this.handler.onLost();
  }

  /** AUTH; with credentials once a challenge has come. */
  private ask(): void {
    const { relay, own } = this.access;
    this.sentWith = this.challenge === null ? null : this.authorization(this.challenge);
    const others = this.sentWith === null ? [] : [{ name: 'Authorization', value: authorizationText(this.sentWith) }];
    const id = `a${randomToken(this.random, 7, IDENT_CHARS)}`;
    const request: MsrpRequest = {
      kind: 'request',
      ...NO_FIELDS,
      id,
      method: 'AUTH',
      toPath: [relay],
      fromPath: [own],
      others,
    };
    this.connection.send(request);
  }

  private authorization({ realm, nonce }: Challenge): Authorization {
    const { credentials, relay } = this.access;
    const cnonce = randomToken(this.random, 8, IDENT_CHARS);
    const given = { realm, nonce, count: ++this.uses, cnonce };
    const response = digestOf(credentials, given, { method: 'AUTH', uri: relay });
    return { ...given, username: credentials.username, response };
  }

  private onAnswer(response: MsrpResponse, now: number): void {
    const given = this.sentWith;
    if (response.status === 401) {
      const challenge = parseChallenge(headerOf(response, 'www-authenticate') ?? '');
      // asked with credentials, and asked for them again: they are wrong, unless it is only the nonce
      if (challenge === null || (given !== null && !challenge.stale)) return this.giveUp();
      this.challenge = challenge;
      this.uses = 0;
      this.ask();
      return;
    }
    const path = headerOf(response, 'use-path');
    if (response.status !== 200 || path === undefined || given === null || !this.isRelay(response, given)) {
      return this.giveUp();
    }
    this.refresh.arm(now + (Number(headerOf(response, 'expires') ?? 0) * 1e9) / 2);
    const isNew = path !== this.path;
    this.path = path;
    if (isNew) this.handler.onReady(path);
  }

  /** It knows the secret, too (RFC 2617 section 3.2.3). */
  private isRelay(response: MsrpResponse, given: Authorization): boolean {
    const { credentials, relay } = this.access;
    const expected = digestOf(credentials, given, { method: '', uri: relay });
    return rspauthIn(headerOf(response, 'authentication-info') ?? '') === expected;
  }

  private giveUp(): void {
    this.stream?.abort();
  }
}
