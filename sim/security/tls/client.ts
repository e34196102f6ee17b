import { concatBytes } from '@noble/hashes/utils';
import { equal, KeyShare, randomBytes } from '../primitives';
import { TlsFailure } from './alert';
import { type Directions, finishedOf, KeySchedule, prf, trafficKey, VERIFY_DATA } from './keys';
import { DOWNGRADE, type Handshake, RANDOM, type ServerHello, type TlsVersion } from './messages';
import { keyBlock, masterSecret, Peer, type PeerOptions, type RecordLayer, signedContent } from './peer';

/** What a server gave a client to come back with. */
export interface StoredTicket {
  readonly version: TlsVersion;
  readonly ticket: Uint8Array;
  readonly secret: Uint8Array;
}

export interface ClientOptions extends PeerOptions {
  readonly expects: string;
  /** By the name of the server; null: it keeps none. */
  readonly tickets: Map<string, StoredTicket> | null;
}

/** The client's end of a handshake (RFC 8446 section 2, RFC 5246 section 7.3). */
export class TlsClient extends Peer {
  private readonly share: KeyShare;
  private readonly random: Uint8Array;
  private readonly stored: StoredTicket | null;
  private hello: ServerHello | null = null;
  private schedule: KeySchedule | null = null;
  private secrets: Directions | null = null;
  /** In TLS 1.2: of this connection. */
  private master: Uint8Array | null = null;
  private keys: Directions | null = null;
  private serverShare: KeyShare | null = null;
  private isAsked = false;
  private isProven = false;
  private isDone = false;

  constructor(
    layer: RecordLayer,
    private readonly client: ClientOptions,
  ) {
    super(layer, client);
    const { random, expects, tickets, versions } = client;
    this.random = randomBytes(random, RANDOM);
    this.share = new KeyShare(random);
    const stored = tickets?.get(expects);
    this.stored = stored !== undefined && versions.includes(stored.version) ? stored : null;
  }

  start(): void {
    const { versions, expects } = this.client;
    const share = versions.includes('1.3') ? this.share : null;
    const ticket = this.stored?.ticket ?? null;
    this.say({ type: 'client_hello', random: this.random, versions, serverName: expects, share, ticket });
  }

  override receive(message: Handshake): void {
    if (this.isDone) {
      if (message.type !== 'new_session_ticket') this.unexpected(message);
      this.store(message.ticket, this.schedule!.resumption(this.transcript));
      return;
    }
    if (message.type === 'server_hello') this.onHello(message);
    else if (this.hello === null) this.unexpected(message);
    else if (this.version === '1.3') this.receive13(message);
    else this.receive12(message);
  }

  override changeCipherSpec(): void {
    if (this.keys === null) this.unexpected({ type: 'change_cipher_spec' });
    this.layer.protectReads('1.2', this.keys.server);
  }

  private onHello(message: ServerHello): void {
    const { versions } = this.client;
    if (this.hello !== null) this.unexpected(message);
    if (!versions.includes(message.version)) {
      throw new TlsFailure('protocol_version', `the server speaks TLS ${message.version}, which was not offered`);
    }
    if (message.version === '1.2' && versions.includes('1.3') && tellsOfDowngrade(message.random)) {
      throw new TlsFailure('illegal_parameter', 'the server speaks TLS 1.3, and was not offered it');
    }
    this.hello = message;
    this.version = message.version;
    this.isProven = message.resumes && this.stored !== null;
    this.hear(message);
    if (this.version === '1.3') {
      if (message.share === null) this.unexpected(message);
      const psk = this.isProven ? this.stored!.secret : null;
      this.schedule = new KeySchedule(psk, this.share.agree(message.share, true));
      this.secrets = this.schedule.handshakeSecrets(this.transcript);
      this.log('handshake', this.secrets);
      this.layer.protectReads('1.3', trafficKey(this.secrets.server));
      // alerts, too
      this.layer.protectWrites('1.3', trafficKey(this.secrets.client));
    } else if (this.isProven) this.useMaster(this.stored!.secret);
  }

  private receive13(message: Handshake): void {
    switch (message.type) {
      case 'encrypted_extensions':
        break;
      case 'certificate_request':
        this.isAsked = true;
        break;
      case 'certificate':
        this.believe(message);
        break;
      case 'certificate_verify':
        this.checkSignature(signedContent('server', this.transcript), message.value);
        this.isProven = true;
        break;
      case 'finished':
        this.check(message.value, finishedOf(this.secrets!.server, this.transcript));
        this.hear(message);
        this.finish13();
        return;
      default:
        this.unexpected(message);
    }
    this.hear(message);
  }

  private finish13(): void {
    const application = this.schedule!.applicationSecrets(this.transcript);
    const { client } = this.secrets!;
    const own: Handshake[] = this.isAsked ? this.proof13() : [];
    this.sayFinished(own, () => finishedOf(client, this.transcript));
    this.log('application', application);
    this.layer.protectWrites('1.3', trafficKey(application.client));
    this.layer.protectReads('1.3', trafficKey(application.server));
    this.done();
  }

  private proof13(): Handshake[] {
    const { identity } = this.client;
    const certificate = { type: 'certificate', chain: identity?.chain ?? [] } as const;
    this.hear(certificate);
    if (identity === null) return [certificate];
    const value = identity.key.sign(signedContent('client', this.transcript));
    const verify = { type: 'certificate_verify', value } as const;
    this.hear(verify);
    return [certificate, verify];
  }

  /** `before` are heard already: Finished covers them, and goes in the same record. */
  private sayFinished(before: readonly Handshake[], value: () => Uint8Array): void {
    const finished = { type: 'finished', value: value() } as const;
    this.hear(finished);
    this.layer.write([...before, finished], this.version);
  }

  private receive12(message: Handshake): void {
    switch (message.type) {
      case 'certificate':
        this.believe(message);
        break;
      case 'server_key_exchange': {
        const what = concatBytes(this.random, this.hello!.random, message.share.bytes);
        this.checkSignature(what, message.signature);
        this.serverShare = message.share;
        this.isProven = true;
        break;
      }
      case 'certificate_request':
        this.isAsked = true;
        break;
      case 'server_hello_done':
        this.hear(message);
        this.exchange12();
        return;
      case 'new_session_ticket':
        this.store(message.ticket, this.master!);
        break;
      case 'finished':
        this.check(message.value, prf(this.master!, 'server finished', this.transcript, VERIFY_DATA));
        this.hear(message);
        if (this.hello!.resumes) this.finish12();
        this.done();
        return;
      default:
        this.unexpected(message);
    }
    this.hear(message);
  }

  private exchange12(): void {
    if (this.serverShare === null) this.unexpected({ type: 'server_hello_done' });
    const { identity } = this.client;
    const own: Handshake[] = [];
    const add = (message: Handshake) => {
      this.hear(message);
      own.push(message);
    };
    if (this.isAsked) add({ type: 'certificate', chain: identity?.chain ?? [] });
    add({ type: 'client_key_exchange', share: this.share, signature: new Uint8Array(0) });
    const master = masterSecret(this.share.agree(this.serverShare, true), this.transcript);
    if (this.isAsked && identity !== null) {
      add({ type: 'certificate_verify', value: identity.key.sign(signedContent('client', this.transcript)) });
    }
    this.layer.write(own, '1.2');
    this.useMaster(master);
    this.finish12();
  }

  private finish12(): void {
    this.layer.writeChangeCipherSpec();
    this.layer.protectWrites('1.2', this.keys!.client);
    this.sayFinished([], () => prf(this.master!, 'client finished', this.transcript, VERIFY_DATA));
  }

  private useMaster(master: Uint8Array): void {
    this.master = master;
    this.keys = keyBlock(master, this.random, this.hello!.random);
    this.layer.logKeys(this.random, '1.2', 'application', this.keys);
  }

  private check(value: Uint8Array, expected: Uint8Array): void {
    // a Finished in place of a certificate, or after other words than were said
    if (!this.isProven) this.unexpected({ type: 'finished' });
    if (!equal(value, expected)) throw new TlsFailure('decrypt_error', 'Finished is not about what was said');
  }

  private store(ticket: Uint8Array, secret: Uint8Array): void {
    this.client.tickets?.set(this.client.expects, { version: this.version, ticket, secret });
  }

  private log(stage: 'handshake' | 'application', { client, server }: Directions): void {
    this.layer.logKeys(this.random, '1.3', stage, { client: trafficKey(client), server: trafficKey(server) });
  }

  private done(): void {
    this.isDone = true;
    this.layer.established(this.version, this.hello!.resumes);
  }
}

function tellsOfDowngrade(random: Uint8Array): boolean {
  return equal(random.subarray(RANDOM - DOWNGRADE.length), DOWNGRADE);
}
