import { Bytes } from '../core/bytes';
import { Malformed } from '../core/malformed';
import type { Address, Packet } from '../core/packet';
import type { Node } from '../net/node';
import type { TcpOptions } from '../tcp/stack';
import type { UdpDelegate, UdpSocket } from '../udp/socket';
import { UdpStack } from '../udp/stack';
import type { Channel } from './channel';
import { SipWire } from './encode';
import type { Hosts } from './hosts';
import type { SipMessage, SipRequest } from './message';
import { paramOf, wholeNumber } from './params';
import { parseSip } from './parse';
import { SipStreams, type StreamUser } from './streams';
import { type Via, withParams } from './via';

/** RFC 3261 section 19.1.2. */
export const SIP_PORT = 5060;

/** Where messages of an element go that come from the network. */
export type Receiver = (message: SipMessage, back: Channel) => void;

/** Sees every message that is sent: captures of signalling, ladder diagrams. */
export interface SipTap {
  onSend(message: SipMessage, from: Node, to: Address, again: boolean, wire: SipWire): void;
  onArrive(message: SipMessage, at: Node, wire: SipWire | null): void;
}

/** The transport layer of one node (RFC 3261 section 18): port 5060, over UDP, or over TCP where it has options of that. */
export class SipEndpoint implements UdpDelegate, StreamUser {
  receiver: Receiver = () => undefined;
  tap: SipTap | null = null;
  /** Messages and their bytes, without those of UDP and IP; retransmissions included. */
  sentMessages = 0;
  sentBytes = 0;
  /** Datagrams that were no SIP. */
  malformed = 0;
  /** Dotted address, as Via and Contact name it. */
  readonly host: string;
  private readonly socket: UdpSocket;
  private readonly streams: SipStreams | null;

  constructor(
    readonly node: Node,
    readonly hosts: Hosts,
    flow: number,
    private readonly accounts?: ReadonlyMap<string, { bytes: number }>,
    tcp: TcpOptions | null = null,
  ) {
    this.host = hosts.textOf(node.address);
    this.socket = UdpStack.of(node).bind(this, flow, SIP_PORT);
    this.streams = tcp === null ? null : new SipStreams(node, tcp, SIP_PORT, flow, this);
  }

  /** The way to a host; null when its name means nothing here. */
  channelTo(host: string, port = SIP_PORT): Channel | null {
    const address = this.hosts.addressOf(host, this.node);
    if (address === undefined) return null;
    const at = port === 0 ? SIP_PORT : port;
    return this.streams === null ? new UdpChannel(this, address, at) : this.streams.channelTo(address, at);
  }

  /** What requests of ours go over, as Via names it. */
  get transport(): Channel['transport'] {
    return this.streams === null ? 'UDP' : 'TCP';
  }

  /** Connections opened from here. */
  get connections(): number {
    return this.streams === null ? 0 : this.streams.opened;
  }

  textOf(address: Address): string {
    return this.hosts.textOf(address);
  }

  onDatagram(p: Packet): void {
    const wire = p.payload instanceof SipWire ? p.payload : null;
    const message = wire === null ? this.parse(p.payload) : wire.message;
    if (message === null) return;
    this.tap?.onArrive(message, this.node, wire);
    if (message.kind === 'response') {
      this.receiver(message, new UdpChannel(this, p.src, p.srcPort));
      return;
    }
    const request = received(message, this.textOf(p.src), p.srcPort);
    this.receiver(request, new UdpChannel(this, p.src, replyPort(request.vias[0]!)));
  }

  /** From a connection. */
  arrived(wire: SipWire, from: Address, port: number, back: Channel): void {
    const { message } = wire;
    this.tap?.onArrive(message, this.node, wire);
    this.receiver(message.kind === 'request' ? received(message, this.textOf(from), port) : message, back);
  }

  /** For channels. */
  sendDatagram(message: SipWire, to: Address, port: number, again: boolean): void {
    const wire = this.sending(message, to, again);
    const p = this.socket.datagramTo(to, port, wire.size);
    p.payload = wire;
    this.socket.send(p);
  }

  sending(message: SipWire, to: Address, again: boolean): SipWire {
    const wire = again ? message.again() : message;
    this.sentMessages++;
    this.sentBytes += wire.size;
    const account = this.accounts?.get(wire.message.from.uri.user);
    if (account !== undefined) account.bytes += wire.size;
    this.tap?.onSend(wire.message, this.node, to, again, wire);
    return wire;
  }

  /** What was changed on the way arrives as bytes. */
  private parse(payload: unknown): SipMessage | null {
    try {
      if (payload instanceof Bytes) return parseSip(payload.bytes);
      if (payload instanceof Uint8Array) return parseSip(payload);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
    }
    this.malformed++;
    return null;
  }
}

class UdpChannel implements Channel {
  readonly isReliable = false;
  readonly transport = 'UDP';

  constructor(
    private readonly endpoint: SipEndpoint,
    private readonly address: Address,
    private readonly port: number,
  ) {}

  get peer(): string {
    return this.endpoint.textOf(this.address);
  }

  send(wire: SipWire, again = false): void {
    this.endpoint.sendDatagram(wire, this.address, this.port, again);
  }
}

/** Notes in the topmost Via where a request came from, if that is elsewhere than it says (RFC 3261 18.2.1, RFC 3581). */
function received(request: SipRequest, host: string, port: number): SipRequest {
  const [via, ...rest] = request.vias as [Via, ...Via[]];
  const asked = paramOf(via.params, 'rport') !== undefined;
  if (via.host === host && !asked) return request;
  const noted = withParams(via, asked ? [['received', host], ['rport', String(port)]] : [['received', host]]); // prettier-ignore
  return { ...request, vias: [noted, ...rest] };
}

/** RFC 3261 section 18.2.2: the port of sent-by, or the one that the request came from where `rport` says it. */
function replyPort(via: Via): number {
  const noted = wholeNumber(paramOf(via.params, 'rport') ?? '', 65535);
  if (noted > 0) return noted;
  return via.port === 0 ? SIP_PORT : via.port;
}
