import type { Packet } from '../core/packet';
import type { RandomStream } from '../core/random';
import type { Node } from '../net/node';
import type { UdpDelegate, UdpSocket } from '../udp/socket';
import { UdpStack } from '../udp/stack';
import { Attribute, readAddress, readXorAddress, u32Value } from './attributes';
import { attributeOf, decode, Method, type StunMessage } from './message';
import { bytesIn, meant, sendBytes, sourceOf, type TransportAddress } from './packet';
import { ClientTransaction, type Retransmission, RETRANSMISSION } from './transaction';

/** What a Binding answer says. */
export interface BindingAnswer {
  /** Where the server saw the request come from. */
  readonly mapped: TransportAddress;
  /** Where the answer came from. */
  readonly from: TransportAddress;
  /** The server's other address and port, if it has them. */
  readonly other: TransportAddress | null;
}

/** Asks STUN servers from one port of a host. */
export class StunClient implements UdpDelegate {
  readonly socket: UdpSocket;
  private readonly open = new Set<ClientTransaction>();

  constructor(
    readonly node: Node,
    private readonly random: RandomStream,
    private readonly retransmission: Retransmission = RETRANSMISSION,
    flow = 0,
  ) {
    this.socket = UdpStack.of(node).bind(this, flow);
  }

  get local(): TransportAddress {
    return { address: this.node.address, port: this.socket.port };
  }

  /** A Binding request; `change` are flags of CHANGE-REQUEST. `onAnswer` gets null when there was no answer, or an error. */
  bind(server: TransportAddress, change: number, onAnswer: (answer: BindingAnswer | null) => void): void {
    const attributes = change === 0 ? [] : [{ type: Attribute.changeRequest, value: u32Value(change) }];
    let from = server;
    const transaction = new ClientTransaction(
      this.node.simulation.events,
      this.random,
      { method: Method.binding, attributes },
      (bytes) => sendBytes(this.socket, bytes, server),
      (answer) => {
        this.open.delete(transaction);
        onAnswer(answer === null ? null : this.read(answer, from));
      },
      this.retransmission,
    );
    this.open.add(transaction);
    this.from.set(transaction, (source) => (from = source));
  }

  onDatagram(p: Packet): void {
    const bytes = bytesIn(p);
    const message = bytes === null ? null : decode(bytes);
    if (message === null) return;
    for (const transaction of this.open) {
      this.from.get(transaction)!(sourceOf(p));
      if (transaction.receive(message, bytes!)) return;
    }
  }

  private readonly from = new WeakMap<ClientTransaction, (source: TransportAddress) => void>();

  private read(answer: StunMessage, from: TransportAddress): BindingAnswer | null {
    const mapped = readXorAddress(attributeOf(answer, Attribute.xorMappedAddress) ?? NONE);
    if (mapped === undefined) return null;
    const other = readAddress(attributeOf(answer, Attribute.otherAddress) ?? NONE);
    return { mapped: meant(this.node, mapped), from, other: other === undefined ? null : meant(this.node, other) };
  }
}

const NONE = new Uint8Array(0);
