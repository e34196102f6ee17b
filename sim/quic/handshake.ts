import type { QuicConfig } from './config';
import { ReceiveHalf } from './receive-half';
import { SendHalf } from './send-half';
import { Space } from './space';

/** CRYPTO bytes (RFC 8446 section 4) of a ServerHello, and of a Finished with its 32-byte MAC. */
const SERVER_HELLO = 122;
const FINISHED = 36;

/** What the handshake changes in its connection. */
export interface HandshakeHost {
  readonly config: QuicConfig;
  readonly isClient: boolean;
  /** Parameters of the peer, once it was heard. */
  readonly peer: QuicConfig;
  openSpace(space: Space): void;
  /** The peer's transport parameters and the keys to send data are there; `complete` says whether the handshake is. */
  onKeys(complete: boolean): void;
  /** The server knows that the client has the keys: HANDSHAKE_DONE. */
  onFinished(): void;
}

/**
 * The TLS handshake as bytes in CRYPTO frames (RFC 9001 section 4): ClientHello; ServerHello and the server's flight;
 * the client's Finished. Nothing is encrypted; who may read what is decided by how far this has come.
 */
export class Handshake {
  readonly send: readonly [SendHalf, SendHalf];
  private readonly receive: readonly [ReceiveHalf, ReceiveHalf];
  private stage = 0;

  constructor(private readonly host: HandshakeHost) {
    this.send = [flow(), flow()];
    this.receive = [new ReceiveHalf(Infinity), new ReceiveHalf(Infinity)];
  }

  /** The client begins; with 0-RTT it has the keys of an earlier connection. */
  start(): void {
    const { host } = this;
    this.send[0].end = host.config.clientHello;
    if (host.config.handshake === '0-rtt') host.onKeys(false);
  }

  /** CRYPTO bytes arrive in `space`. */
  take(space: Space, offset: number, length: number): void {
    if (space === Space.application) return;
    this.receive[space].take(offset, length, false);
    if (this.host.isClient) this.asClient();
    else this.asServer();
  }

  /** Whether what comes in `space` can be read yet. */
  canRead(space: Space): boolean {
    if (space === Space.initial) return true;
    if (space === Space.handshake) return this.stage >= 1;
    return this.stage >= 2;
  }

  /** Whether 0-RTT can be read: the server knows the ClientHello. */
  get canReadEarly(): boolean {
    return !this.host.isClient && this.stage >= 1 && this.host.config.handshake === '0-rtt';
  }

  private asServer(): void {
    const { host } = this;
    if (this.stage === 0 && this.receive[0].nxt >= host.peer.clientHello) {
      this.stage = 1;
      this.send[0].end = SERVER_HELLO;
      this.send[1].end = host.config.serverFlight;
      host.openSpace(Space.handshake);
      host.onKeys(false);
    }
    if (this.stage === 1 && this.receive[1].nxt >= FINISHED) {
      this.stage = 2;
      host.onKeys(true);
      host.onFinished();
    }
  }

  private asClient(): void {
    const { host } = this;
    if (this.stage === 0 && this.receive[0].nxt >= SERVER_HELLO) {
      this.stage = 1;
      host.openSpace(Space.handshake);
    }
    if (this.stage === 1 && this.receive[1].nxt >= host.peer.serverFlight) {
      this.stage = 2;
      this.send[1].end = FINISHED;
      host.onKeys(true);
    }
  }
}

/** CRYPTO data has no flow control (RFC 9000 section 7.5). */
function flow(): SendHalf {
  const half = new SendHalf(Infinity);
  half.credit = Infinity;
  return half;
}
