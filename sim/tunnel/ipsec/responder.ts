import type { Packet } from '../../core/packet';
import { equal, KEY, KeyShare, randomBytes } from '../../security/primitives';
import type { SaKeys } from './esp';
import type { Gateway, PeerEnd } from './gateway';
import { Exchange, IKE_PORT, type IkeFields, IkeMessage, NAT_PORT } from './ike-message';
import { authOf, childKeys, type IkeKeys, ikeKeys, natDigest, type Nonces } from './keys';
import type { IkeParty, IpsecStack } from './stack';
import { espSuites } from './suites';

/** Answers one initiator (RFC 7296 sections 1.2 to 1.4, 2.1). */
export class Responder implements IkeParty {
  private readonly spi: number;
  /** Of the request that is due. */
  private next = 0;
  private answer: IkeMessage | null = null;
  private first: IkeMessage | null = null;
  private keys: IkeKeys | null = null;
  private nonces: Nonces | null = null;
  private gateway: Gateway | null = null;
  /** SPI of ESP towards this gateway, and of what it has replaced. */
  private spiIn = 0;
  private replaced = 0;
  /** Sends under new keys from now on. */
  private change: (() => void) | null = null;

  constructor(private readonly stack: IpsecStack) {
    this.spi = stack.addParty(this);
  }

  receive(message: IkeMessage, p: Packet): void {
    const { id } = message.header;
    // the answer was lost: it is sent again (RFC 7296 section 2.1)
    if (id === this.next - 1 && this.answer !== null) this.transmit(this.answer, p);
    else if (id === this.next) this.handle(message, p);
  }

  /** The initiator has begun anew: this association is no longer. */
  forget(): void {
    this.stack.removeParty(this.spi);
    this.stack.removeInbound(this.spiIn);
  }

  private handle(message: IkeMessage, p: Packet): void {
    const { exchange } = message.header;
    if (exchange === Exchange.IKE_SA_INIT) this.agree(message, p);
    else if (this.keys === null || message.key === null || !equal(message.key, this.keys.ei)) return;
    else if (exchange === Exchange.IKE_AUTH) this.authenticate(message, p, this.keys);
    else if (exchange === Exchange.CREATE_CHILD_SA) this.replace(message, p, this.keys);
    else {
      const { deleted } = message.fields;
      this.respond(message, p, deleted === undefined ? {} : { deleted: this.replaced });
      if (deleted === undefined) return;
      this.change?.();
      this.stack.removeInbound(this.replaced);
    }
  }

  private agree(message: IkeMessage, p: Packet): void {
    const { share, nonce } = message.fields;
    const { spiInitiator } = message.header;
    if (share === undefined || nonce === undefined) return;
    const { random, node } = this.stack;
    const own = new KeyShare(random);
    this.first = message;
    this.nonces = { initiator: nonce, responder: randomBytes(random, KEY) };
    this.keys = ikeKeys(own.agree(share, false), this.nonces, [spiInitiator, this.spi]);
    const { addressing } = node.simulation;
    const digest = (address: number, port: number) => natDigest(spiInitiator, this.spi, addressing.ipv4(address), port);
    this.respond(message, p, {
      share: own,
      nonce: this.nonces.responder,
      natSource: digest(node.address, IKE_PORT),
      natDestination: digest(p.src, p.srcPort),
    });
  }

  private authenticate(message: IkeMessage, p: Packet, keys: IkeKeys): void {
    const { identity, auth, childSpi } = message.fields;
    const gateway = identity === undefined ? undefined : this.stack.gatewayOf(identity);
    if (gateway === undefined || auth === undefined || childSpi === undefined) return;
    const { initiator, responder } = this.nonces!;
    const { secret, flow, suite } = gateway;
    // impersonation shows here: who does not know the secret, or took part in another IKE_SA_INIT, has another proof
    if (!equal(auth, authOf(secret, this.first!.bytes, responder, keys.pi, flow))) return;
    this.stack.settled(message.header.spiInitiator);
    gateway.responder?.forget();
    gateway.responder = this;
    this.gateway = gateway;
    const answered = this.answer!.bytes;
    this.spiIn = this.stack.newSpi();
    this.respond(message, p, {
      identity: flow,
      auth: authOf(secret, answered, initiator, keys.pr, flow),
      childSpi: this.spiIn,
    });
    const { there, back } = childKeys(keys.d, suite, this.nonces!);
    gateway.admit({ spi: this.spiIn, key: there, suite });
    gateway.use({ spi: childSpi, key: back, suite }, peerOf(p));
  }

  /** New keys for the packets of the tunnel. Sends under them once the initiator has (RFC 7296 section 2.8). */
  private replace(message: IkeMessage, p: Packet, keys: IkeKeys): void {
    const { share, nonce, childSpi } = message.fields;
    const { gateway } = this;
    if (gateway === null || share === undefined || nonce === undefined || childSpi === undefined) return;
    const { random } = this.stack;
    const own = new KeyShare(random);
    const nonces = { initiator: nonce, responder: randomBytes(random, KEY) };
    const { there, back } = childKeys(keys.d, gateway.suite, nonces, own.agree(share, false));
    const spi = this.stack.newSpi();
    const towards: SaKeys = { spi: childSpi, key: back, suite: gateway.suite };
    const peer = peerOf(p);
    this.change = () => {
      this.change = null;
      gateway.use(towards, peer);
    };
    this.replaced = this.spiIn;
    this.spiIn = spi;
    gateway.admit({ spi, key: there, suite: gateway.suite }, () => this.change?.());
    this.respond(message, p, { share: own, nonce: nonces.responder, childSpi: spi });
  }

  private respond({ header }: IkeMessage, p: Packet, fields: IkeFields): void {
    const { exchange, id, spiInitiator } = header;
    const key = exchange === Exchange.IKE_SA_INIT ? null : this.keys!.er;
    const answer = { exchange, id, spiInitiator, spiResponder: this.spi, isRequest: false, fromInitiator: false };
    // only messages about packets name it, and those come later
    const suite = this.gateway?.suite ?? espSuites['aes-gcm'];
    this.answer = new IkeMessage(answer, fields, key, suite, p.dstPort === NAT_PORT);
    this.next = id + 1;
    this.transmit(this.answer, p);
  }

  private transmit(message: IkeMessage, { src, srcPort, dstPort, flow }: Packet): void {
    this.stack.sendIke(message, dstPort, src, srcPort, flow);
  }
}

/** Who has sent a message on the port for translators wants ESP in UDP (RFC 7296 section 2.23). */
function peerOf({ src, srcPort, dstPort }: Packet): PeerEnd {
  return { address: src, port: dstPort === NAT_PORT ? srcPort : 0 };
}
