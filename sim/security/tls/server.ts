import { concatBytes } from '@noble/hashes/utils';
import type { Identity } from '../certificates';
import { equal, KeyShare, randomBytes, seal, TAG, unseal } from '../primitives';
import { TlsFailure } from './alert';
import { type Directions, finishedOf, KeySchedule, prf, trafficKey, VERIFY_DATA } from './keys';
import { type ClientHello, DOWNGRADE, type Handshake, RANDOM, TICKET } from './messages';
import { keyBlock, masterSecret, Peer, type PeerOptions, type RecordLayer, signedContent } from './peer';

export interface ServerOptions extends PeerOptions {
  readonly identity: Identity;
  /** Asks the client for its certificate. */
  readonly mutual: boolean;
  /** Seals its tickets; null: it gives none. */
  readonly ticketKey: Uint8Array | null;
}

const NO_BYTES = new Uint8Array(0);

/** The server's end of a handshake (RFC 8446 section 2, RFC 5246 section 7.3). */
export class TlsServer extends Peer {
  private readonly share: KeyShare;
  private readonly random: Uint8Array;
  private hello: ClientHello | null = null;
  private schedule: KeySchedule | null = null;
  private secrets: Directions | null = null;
  private application: Directions | null = null;
  private master: Uint8Array | null = null;
  private keys: Directions | null = null;
  private resumed: Uint8Array | null = null;
  private isProven: boolean;
  private isDone = false;

  constructor(
    layer: RecordLayer,
    private readonly server: ServerOptions,
  ) {
    super(layer, server);
    this.random = randomBytes(server.random, RANDOM);
    this.share = new KeyShare(server.random);
    this.isProven = !server.mutual;
  }

  override receive(message: Handshake): void {
    if (this.isDone) this.unexpected(message);
    if (message.type === 'client_hello') this.onHello(message);
    else if (this.hello === null) this.unexpected(message);
    else this.onReply(message);
  }

  override changeCipherSpec(): void {
    if (this.keys === null) this.unexpected({ type: 'change_cipher_spec' });
    this.layer.protectReads('1.2', this.keys.client);
  }

  private onHello(message: ClientHello): void {
    const { versions } = this.server;
    const version = versions.find((one) => message.versions.includes(one));
    if (this.hello !== null) this.unexpected(message);
    if (version === undefined) throw new TlsFailure('protocol_version', 'no version in common');
    this.hello = message;
    this.version = version;
    // RFC 8446 section 4.1.3
    if (version === '1.2' && versions.includes('1.3')) this.random.set(DOWNGRADE, RANDOM - DOWNGRADE.length);
    this.resumed = this.secretIn(message.ticket);
    this.isProven ||= this.resumed !== null;
    this.hear(message);
    if (version === '1.3') this.reply13(message);
    else this.reply12();
  }

  private reply13({ share }: ClientHello): void {
    if (share === null) throw new TlsFailure('illegal_parameter', 'TLS 1.3 without a key share');
    const resumes = this.resumed !== null;
    this.say({ type: 'server_hello', random: this.random, version: '1.3', share: this.share, resumes });
    this.schedule = new KeySchedule(this.resumed, this.share.agree(share, false));
    this.secrets = this.schedule.handshakeSecrets(this.transcript);
    this.log('handshake', this.secrets);
    this.layer.protectWrites('1.3', trafficKey(this.secrets.server));
    const flight: Handshake[] = [];
    const add = (message: Handshake) => {
      this.hear(message);
      flight.push(message);
    };
    add({ type: 'encrypted_extensions' });
    if (!resumes) {
      const { mutual, identity } = this.server;
      if (mutual) add({ type: 'certificate_request' });
      add({ type: 'certificate', chain: identity.chain });
      add({ type: 'certificate_verify', value: identity.key.sign(signedContent('server', this.transcript)) });
    }
    add({ type: 'finished', value: finishedOf(this.secrets.server, this.transcript) });
    this.layer.write(flight, '1.3');
    this.application = this.schedule.applicationSecrets(this.transcript);
    this.log('application', this.application);
    this.layer.protectWrites('1.3', trafficKey(this.application.server));
    this.layer.protectReads('1.3', trafficKey(this.secrets.client));
  }

  private reply12(): void {
    const { mutual, identity } = this.server;
    const resumes = this.resumed !== null;
    const hello: Handshake = { type: 'server_hello', random: this.random, version: '1.2', share: null, resumes };
    if (resumes) {
      this.say(hello);
      this.useMaster(this.resumed!);
      this.finish12();
      return;
    }
    const { random } = this.hello!;
    const signature = identity.key.sign(concatBytes(random, this.random, this.share.bytes));
    const flight: Handshake[] = [hello, { type: 'certificate', chain: identity.chain }];
    flight.push({ type: 'server_key_exchange', share: this.share, signature });
    if (mutual) flight.push({ type: 'certificate_request' });
    this.say(...flight, { type: 'server_hello_done' });
  }

  private onReply(message: Handshake): void {
    switch (message.type) {
      case 'certificate':
        this.believe(message);
        break;
      case 'client_key_exchange': {
        if (this.version !== '1.2' || this.master !== null) this.unexpected(message);
        this.hear(message);
        this.useMaster(masterSecret(this.share.agree(message.share, false), this.transcript));
        return;
      }
      case 'certificate_verify':
        this.checkSignature(signedContent('client', this.transcript), message.value);
        this.isProven = true;
        break;
      case 'finished':
        this.onFinished(message.value);
        return;
      default:
        this.unexpected(message);
    }
    this.hear(message);
  }

  private onFinished(value: Uint8Array): void {
    const is13 = this.version === '1.3';
    const expected = is13
      ? finishedOf(this.secrets!.client, this.transcript)
      : prf(this.master!, 'client finished', this.transcript, VERIFY_DATA);
    if (!this.isProven) throw new TlsFailure('bad_certificate', 'the client has not shown who it is');
    if (!equal(value, expected)) throw new TlsFailure('decrypt_error', 'Finished is not about what was said');
    this.hear({ type: 'finished', value });
    const { ticketKey } = this.server;
    if (is13) {
      this.layer.protectReads('1.3', trafficKey(this.application!.client));
      if (ticketKey !== null) {
        const ticket = this.ticketFor(ticketKey, this.schedule!.resumption(this.transcript));
        this.layer.write([{ type: 'new_session_ticket', ticket }], '1.3');
      }
    } else if (this.resumed === null) {
      if (ticketKey !== null) this.say({ type: 'new_session_ticket', ticket: this.ticketFor(ticketKey, this.master!) });
      this.finish12();
    }
    this.isDone = true;
    this.layer.established(this.version, this.resumed !== null);
  }

  private finish12(): void {
    this.layer.writeChangeCipherSpec();
    this.layer.protectWrites('1.2', this.keys!.server);
    this.say({ type: 'finished', value: prf(this.master!, 'server finished', this.transcript, VERIFY_DATA) });
  }

  private useMaster(master: Uint8Array): void {
    this.master = master;
    this.keys = keyBlock(master, this.hello!.random, this.random);
    this.layer.logKeys(this.hello!.random, '1.2', 'application', this.keys);
  }

  private log(stage: 'handshake' | 'application', { client, server }: Directions): void {
    const keys = { client: trafficKey(client), server: trafficKey(server) };
    this.layer.logKeys(this.hello!.random, '1.3', stage, keys);
  }

  /** Its own state, sealed: it keeps none (RFC 5077 section 4). */
  private ticketFor(key: Uint8Array, secret: Uint8Array): Uint8Array {
    const state = new Uint8Array(TICKET - TAG);
    state[0] = secret.length;
    state.set(secret, 1);
    return seal(key, 0, NO_BYTES, state);
  }

  private secretIn(ticket: Uint8Array | null): Uint8Array | null {
    const { ticketKey } = this.server;
    const state = ticket === null || ticketKey === null ? null : unseal(ticketKey, 0, NO_BYTES, ticket);
    return state === null ? null : state.slice(1, 1 + state[0]!);
  }
}
