import type { Address, Packet } from '../core/packet';
import type { Node } from '../net/node';
import type { UdpSocket } from '../udp/socket';
import { UdpStack } from '../udp/stack';
import { addressValue, Attribute, errorValue, isUnknownAndRequired, readU32, xorAddressValue } from './attributes';
import { attributeOf, Class, decode, encode, Method, type StunAttribute, type StunMessage } from './message';
import { bytesIn, sendBytes, sourceOf, written } from './packet';

/** RFC 3489 and RFC 8489 section 18.6; the other port is the next one. */
export const STUN_PORT = 3478;
export const OTHER_PORT = STUN_PORT + 1;

/** Flags of CHANGE-REQUEST (RFC 5780 section 7.2): answer from the other address, or port. */
export const Change = { address: 4, port: 2 } as const;

/** What else a server on the same port does: a TURN server. */
export interface StunExtension {
  /** A datagram that is no STUN message. */
  onDatagram(p: Packet): void;
  /** A request; false if it is not one that this extension knows. */
  onRequest(p: Packet, message: StunMessage, bytes: Uint8Array): boolean;
}

/** Answers Binding requests, on two ports of two addresses as RFC 5780 section 6 wants. */
export class StunServer {
  extension: StunExtension | null = null;
  private readonly sockets: readonly [UdpSocket, UdpSocket];

  constructor(
    private readonly node: Node,
    /** The second address of the node; without it, CHANGE-REQUEST is refused. */
    private readonly other: Address | null,
    flow = 0,
  ) {
    const stack = UdpStack.of(node);
    const bind = (port: number) => stack.bind({ onDatagram: (p) => this.onDatagram(p) }, flow, port);
    this.sockets = [bind(STUN_PORT), bind(OTHER_PORT)];
  }

  /** Of the first port. */
  get socket(): UdpSocket {
    return this.sockets[0];
  }

  private onDatagram(p: Packet): void {
    const bytes = bytesIn(p);
    const request = bytes === null ? null : decode(bytes);
    if (request === null) {
      this.extension?.onDatagram(p);
      return;
    }
    if (request.class === Class.request && this.extension?.onRequest(p, request, bytes!)) return;
    if (request.method !== Method.binding || request.class !== Class.request) return;
    const refused = refusalOf(request, this.other !== null);
    const change = refused === null ? (readU32(attributeOf(request, Attribute.changeRequest) ?? ZERO) ?? 0) : 0;
    const address = change & Change.address && this.other !== null ? this.otherThan(p.dst) : p.dst;
    const port = change & Change.port ? otherPort(p.dstPort) : p.dstPort;
    const answer: StunMessage = {
      method: Method.binding,
      class: refused === null ? Class.success : Class.error,
      transaction: request.transaction,
      attributes: refused ?? this.attributes(p, address, port),
    };
    const socket = this.sockets[port === STUN_PORT ? 0 : 1];
    sendBytes(socket, encode(answer, { fingerprint: true }), sourceOf(p), address);
  }

  private attributes(p: Packet, address: Address, port: number): StunAttribute[] {
    const { node } = this;
    const source = written(node, sourceOf(p));
    const origin = written(node, { address, port });
    const attributes: StunAttribute[] = [
      { type: Attribute.xorMappedAddress, value: xorAddressValue(source) },
      { type: Attribute.mappedAddress, value: addressValue(source) },
      { type: Attribute.responseOrigin, value: addressValue(origin) },
    ];
    if (this.other !== null) {
      const other = written(node, { address: this.otherThan(p.dst), port: otherPort(p.dstPort) });
      attributes.push({ type: Attribute.otherAddress, value: addressValue(other) });
    }
    return attributes;
  }

  private otherThan(address: Address): Address {
    return address === this.other ? this.node.address : this.other!;
  }
}

const ZERO = new Uint8Array(4);

/** RFC 8489 section 6.3.1: a request with a required attribute that is not known. RFC 5780 section 6.1: no other address. */
function refusalOf({ attributes }: StunMessage, hasOther: boolean): StunAttribute[] | null {
  const unknown = attributes
    .map(({ type }) => type)
    .filter((type) => isUnknownAndRequired(type) || (type === Attribute.changeRequest && !hasOther));
  if (unknown.length === 0) return null;
  const types = Uint8Array.from(unknown.flatMap((type) => [type >> 8, type & 0xff]));
  return [
    { type: Attribute.errorCode, value: errorValue(420, 'Unknown Attribute') },
    { type: Attribute.unknownAttributes, value: types },
  ];
}

function otherPort(port: number): number {
  return port === STUN_PORT ? OTHER_PORT : STUN_PORT;
}
