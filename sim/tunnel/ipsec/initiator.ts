import { type Nanos, Timer } from '../../core/event-queue';
import type { Address, Packet } from '../../core/packet';
import { equal, KEY, KeyShare, randomBytes } from '../../security/primitives';
import type { Gateway, Keeper, PeerEnd } from './gateway';
import { Exchange, IKE_PORT, type IkeFields, IkeMessage, NAT_PORT } from './ike-message';
import { authOf, childKeys, type IkeKeys, ikeKeys, natDigest, type Nonces } from './keys';
import type { IkeParty } from './stack';

/** A request that waits for its answer. */
interface Pending {
  readonly message: IkeMessage;
  sent: number;
  timeout: Nanos;
  readonly onAnswer: (answer: IkeMessage, p: Packet) => void;
}

/** Sets up the associations of a tunnel when packets want one, and keeps them (RFC 7296 sections 1.2 to 1.4, 2). */
export class Initiator implements Keeper, IkeParty {
  private spi = 0;
  private spiResponder = 0;
  private next = 0;
  private port = IKE_PORT;
  private keys: IkeKeys | null = null;
  private pending: Pending | null = null;
  private startedAt: Nanos = 0;
  /** SPI of ESP towards this gateway. */
  private spiIn = 0;
  private isBehindNat = false;
  private readonly again: Timer;
  private readonly silence: Timer;
  private readonly age: Timer;
  private readonly idle: Timer;

  constructor(
    private readonly gateway: Gateway,
    private readonly peer: Address,
  ) {
    const { events } = gateway.node.simulation;
    this.again = new Timer(events, () => this.onTimeout());
    this.silence = new Timer(events, () => this.ask());
    this.age = new Timer(events, () => this.rekey());
    this.idle = new Timer(events, () => this.onIdle());
    gateway.keeper = this;
  }

  wanted(): void {
    if (this.spi === 0) this.begin();
  }

  sent(): void {
    const { liveness } = this.gateway.params;
    if (liveness > 0 && !this.silence.isArmed) this.silence.arm(this.now + liveness);
  }

  received(): void {
    this.silence.disarm();
  }

  crash(): void {
    this.reset();
  }

  receive(message: IkeMessage, p: Packet): void {
    const { pending, keys } = this;
    const { header } = message;
    if (pending === null || header.isRequest || header.id !== pending.message.header.id) return;
    if (keys !== null && (message.key === null || !equal(message.key, keys.er))) return;
    this.pending = null;
    this.again.disarm();
    this.silence.disarm();
    pending.onAnswer(message, p);
  }

  private get now(): Nanos {
    return this.gateway.node.simulation.events.now;
  }

  private begin(): void {
    const { stack, node, params } = this.gateway;
    this.startedAt = this.now;
    this.spi = stack.addParty(this);
    const share = new KeyShare(stack.random);
    const nonce = randomBytes(stack.random, KEY);
    const { addressing } = node.simulation;
    const digest = (responder: number, address: Address) =>
      natDigest(this.spi, responder, addressing.ipv4(address), IKE_PORT);
    const fields = { share, nonce, natSource: digest(0, node.address), natDestination: digest(0, this.peer) };
    const request = this.request(Exchange.IKE_SA_INIT, fields, (answer) => {
      const { share: other, nonce: theirs, natSource, natDestination } = answer.fields;
      if (other === undefined || theirs === undefined) return;
      this.spiResponder = answer.header.spiResponder;
      const sees = (found: Uint8Array | undefined, address: Address) =>
        found !== undefined && equal(found, digest(this.spiResponder, address));
      this.isBehindNat = !sees(natDestination, node.address);
      const isTranslated = this.isBehindNat || !sees(natSource, this.peer);
      if (params.encapsulation === 'always' || (params.encapsulation === 'auto' && isTranslated)) this.port = NAT_PORT;
      const nonces = { initiator: nonce, responder: theirs };
      this.keys = ikeKeys(share.agree(other, true), nonces, [this.spi, this.spiResponder]);
      this.authenticate(this.keys, nonces, request, answer);
    });
  }

  private authenticate(keys: IkeKeys, nonces: Nonces, first: IkeMessage, answered: IkeMessage): void {
    const { gateway } = this;
    const { stack, secret, flow, suite, counts } = gateway;
    this.spiIn = stack.newSpi();
    const auth = authOf(secret, first.bytes, nonces.responder, keys.pi, flow);
    const fields = { identity: flow, auth, initialContact: true, childSpi: this.spiIn };
    this.request(Exchange.IKE_AUTH, fields, (answer) => {
      const { auth: proof, identity, childSpi } = answer.fields;
      if (proof === undefined || identity === undefined || childSpi === undefined) return;
      if (!equal(proof, authOf(secret, answered.bytes, nonces.initiator, keys.pr, identity))) return;
      counts.setups++;
      counts.setupTime += this.now - this.startedAt;
      const { there, back } = childKeys(keys.d, suite, nonces);
      gateway.admit({ spi: this.spiIn, key: back, suite });
      this.mature();
      gateway.use({ spi: childSpi, key: there, suite }, this.peerEnd);
      this.onIdle();
    });
  }

  private get peerEnd(): PeerEnd {
    return { address: this.peer, port: this.port === NAT_PORT ? NAT_PORT : 0 };
  }

  private mature(): void {
    const { rekey } = this.gateway.params;
    if (rekey > 0) this.age.arm(this.now + rekey);
  }

  /** New keys, made before the old ones are broken (RFC 7296 section 2.8). */
  private rekey(): void {
    const { gateway, keys } = this;
    if (keys === null) return;
    if (this.pending !== null) {
      this.age.arm(this.now + gateway.params.retransmit);
      return;
    }
    const { stack, suite, counts } = gateway;
    const share = new KeyShare(stack.random);
    const nonce = randomBytes(stack.random, KEY);
    const old = this.spiIn;
    const spi = stack.newSpi();
    const fields = { rekeyed: old, childSpi: spi, share, nonce };
    this.request(Exchange.CREATE_CHILD_SA, fields, (answer) => {
      const { share: other, nonce: theirs, childSpi } = answer.fields;
      if (other === undefined || theirs === undefined || childSpi === undefined) return;
      const nonces = { initiator: nonce, responder: theirs };
      const { there, back } = childKeys(keys.d, suite, nonces, share.agree(other, true));
      this.spiIn = spi;
      counts.rekeys++;
      gateway.admit({ spi, key: back, suite });
      this.mature();
      gateway.use({ spi: childSpi, key: there, suite }, this.peerEnd);
      this.request(Exchange.INFORMATIONAL, { deleted: old }, () => stack.removeInbound(old));
    });
  }

  /** Whether the other gateway is there (RFC 7296 section 2.4). */
  private ask(): void {
    if (this.pending === null && this.keys !== null) this.request(Exchange.INFORMATIONAL, {}, () => undefined);
  }

  private onIdle(): void {
    const { gateway, isBehindNat, port } = this;
    if (!isBehindNat || port !== NAT_PORT) return;
    const due = gateway.sentAt + gateway.params.keepalive;
    if (due <= this.now) gateway.sendKeepalive();
    this.idle.arm(Math.max(due, gateway.sentAt + gateway.params.keepalive));
  }

  private request(exchange: Exchange, fields: IkeFields, onAnswer: Pending['onAnswer']): IkeMessage {
    const header = {
      exchange,
      id: this.next++,
      spiInitiator: this.spi,
      spiResponder: this.spiResponder,
      isRequest: true,
      fromInitiator: true,
    };
    const message = new IkeMessage(header, fields, this.keys?.ei ?? null, this.gateway.suite, this.port === NAT_PORT);
    this.pending = { message, sent: 0, timeout: this.gateway.params.retransmit, onAnswer };
    this.transmit(this.pending);
    return message;
  }

  private transmit(pending: Pending): void {
    const { stack, flow } = this.gateway;
    pending.sent++;
    this.again.arm(this.now + pending.timeout);
    pending.timeout *= 2;
    stack.sendIke(pending.message, this.port, this.peer, this.port, flow);
  }

  private onTimeout(): void {
    const { pending, gateway } = this;
    if (pending === null) return;
    if (pending.sent < gateway.params.tries) {
      this.transmit(pending);
      return;
    }
    gateway.counts.failures++;
    this.reset();
    gateway.lose();
  }

  /** All is forgotten: the next packet begins anew. */
  private reset(): void {
    const { stack } = this.gateway;
    stack.removeParty(this.spi);
    stack.removeInbound(this.spiIn);
    for (const timer of [this.again, this.silence, this.age, this.idle]) timer.disarm();
    this.pending = this.keys = null;
    this.spi = this.spiResponder = this.spiIn = this.next = 0;
    this.port = IKE_PORT;
  }
}
