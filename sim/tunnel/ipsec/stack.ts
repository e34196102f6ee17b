import { type Address, type Packet, Protocol } from '../../core/packet';
import type { RandomStream } from '../../core/random';
import { WireEncoder } from '../../capture/wire';
import type { Node, Transport } from '../../net/node';
import { Drop } from '../../net/queue';
import type { UdpSocket } from '../../udp/socket';
import { UdpStack } from '../../udp/stack';
import { EspPacket } from './esp';
import type { Gateway, Inbound } from './gateway';
import { Exchange, IKE_PORT, IkeMessage, NAT_PORT } from './ike-message';
import { Responder } from './responder';

/** An end of an IKE association: takes messages for it. */
export interface IkeParty {
  receive(message: IkeMessage, p: Packet): void;
}

/** IPsec on one node: which association a packet of ESP or a message of IKE belongs to. */
export class IpsecStack implements Transport {
  readonly random: RandomStream;
  /** A packet as IP has it. */
  readonly bytesOf: (p: Packet) => Uint8Array;
  /** Associations towards this node, by SPI. */
  private readonly inbound = new Map<number, Inbound>();
  private readonly parties = new Map<number, IkeParty>();
  /** Who has been answered and has shown no identity, by the SPI of the initiator. */
  private readonly halfOpen = new Map<number, Responder>();
  private readonly gateways = new Map<number, Gateway>();
  private readonly sockets: ReadonlyMap<number, UdpSocket>;

  private constructor(readonly node: Node) {
    const { simulation } = node;
    this.random = simulation.random.stream(`ipsec:${node.name}`);
    const encoder = new WireEncoder({ ipv4: (address) => simulation.addressing.ipv4(address) });
    this.bytesOf = (p) => encoder.encode(p).slice();
    const bind = (port: number) => UdpStack.of(node).bind({ onDatagram: (p: Packet) => this.onDatagram(p) }, 0, port);
    this.sockets = new Map([IKE_PORT, NAT_PORT].map((port) => [port, bind(port)]));
  }

  /** The stack of `node`, made on first use. */
  static of(node: Node): IpsecStack {
    const present = node.transports[Protocol.esp];
    if (present instanceof IpsecStack) return present;
    const stack = new IpsecStack(node);
    node.transports[Protocol.esp] = stack;
    return stack;
  }

  /** Tunnels that end here, by their number. */
  add(gateway: Gateway): void {
    this.gateways.set(gateway.flow, gateway);
  }

  gatewayOf(identity: number): Gateway | undefined {
    return this.gateways.get(identity);
  }

  /** An SPI of ESP that is free; those below 256 are reserved (RFC 4303 section 2.1). */
  newSpi(): number {
    for (;;) {
      const spi = this.random.word() >>> 0;
      if (spi > 255 && !this.inbound.has(spi)) return spi;
    }
  }

  addInbound(inbound: Inbound): void {
    this.inbound.set(inbound.keys.spi, inbound);
  }

  removeInbound(spi: number): void {
    this.inbound.delete(spi);
  }

  /** Gives `party` an SPI of IKE. */
  addParty(party: IkeParty): number {
    const spi = (this.random.word() >>> 12) * 2 ** 32 + (this.random.word() >>> 0);
    this.parties.set(spi, party);
    return spi;
  }

  removeParty(spi: number): void {
    this.parties.delete(spi);
  }

  settled(spiInitiator: number): void {
    this.halfOpen.delete(spiInitiator);
  }

  /** A datagram with `length` bytes of payload, for the caller to complete and send. */
  datagram(from: number, address: Address, port: number, length: number, flow: number): Packet {
    const p = this.sockets.get(from)!.datagramTo(address, port, length);
    p.flow = flow;
    return p;
  }

  sendIke(message: IkeMessage, from: number, address: Address, port: number, flow: number): void {
    const p = this.datagram(from, address, port, message.size, flow);
    p.payload = message;
    const counts = this.gateways.get(flow)?.counts;
    if (counts !== undefined) {
      counts.ikeMessages++;
      counts.ikeBytes += p.size;
    }
    this.node.send(p);
  }

  /** A packet of ESP, not over UDP. */
  receive(p: Packet): void {
    this.onEsp(p);
    this.node.simulation.pool.give(p);
  }

  /** All associations are lost; what is configured stays. */
  crash(): void {
    this.inbound.clear();
    this.parties.clear();
    this.halfOpen.clear();
    for (const gateway of this.gateways.values()) gateway.crash();
  }

  private onDatagram(p: Packet): void {
    const { payload } = p;
    if (payload instanceof IkeMessage) this.onIke(payload, p);
    // a keepalive says nothing (RFC 3948 section 2.3)
    else if (p.length > 1) this.onEsp(p);
  }

  private onEsp(p: Packet): void {
    const spi = spiOf(p);
    const inbound = spi === null ? undefined : this.inbound.get(spi);
    if (inbound !== undefined) {
      inbound.gateway.receive(p, inbound);
      return;
    }
    // whoever it is for has forgotten it: RFC 4303 section 3.4.2
    for (const gateway of this.gateways.values()) if (gateway.flow === p.flow) gateway.counts.unknown++;
    this.node.noteDrop(Drop.filtered);
  }

  private onIke(message: IkeMessage, p: Packet): void {
    const { exchange, isRequest, fromInitiator, spiInitiator, spiResponder } = message.header;
    if (exchange === Exchange.IKE_SA_INIT && isRequest) {
      let responder = this.halfOpen.get(spiInitiator);
      if (responder === undefined) this.halfOpen.set(spiInitiator, (responder = new Responder(this)));
      responder.receive(message, p);
      return;
    }
    this.parties.get(fromInitiator ? spiResponder : spiInitiator)?.receive(message, p);
  }
}

/** Null where there are no bytes that could be one. */
function spiOf({ payload, length }: Packet): number | null {
  if (payload instanceof EspPacket) return payload.sa.spi;
  const bytes = (payload as Partial<EspPacket> | null)?.encode?.();
  if (bytes === undefined || length < 8) return null;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}
