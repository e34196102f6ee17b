import type { Packet } from '../core/packet';
import { choice } from '../core/params';
import type { ParamsOf } from '../core/plugin';
import type { Node } from '../net/node';
import { Drop } from '../net/queue';
import { UDP_OVERHEAD, type UdpSocket } from '../udp/socket';
import { UdpStack } from '../udp/stack';
import { clampMss, defineTunnel, Encapsulated, type Tunnel, type TunnelHost, tunnelParams } from './tunnel';

const udpTunnelParams = {
  ...tunnelParams,
  oversize: choice(
    'packets that do not fit: outer packets in fragments, of which each is needed, or dropped',
    ['fragment', 'drop'],
    'fragment',
  ),
};

const IP_HEADER = 20;
/** Packets whose fragments are waited for. */
const MOST_PARTIAL = 64;

interface End {
  readonly node: Node;
  readonly socket: UdpSocket;
  /** Fragments that have arrived, by packet. */
  readonly partial: Map<number, number>;
}

/** IP in UDP: an outer datagram for each packet. */
class UdpTunnel implements Tunnel {
  readonly overhead: number;
  private readonly ingress: End;
  private readonly egress: End;
  private fragmented = 0;

  constructor(
    { ingress, egress, port, flow }: TunnelHost,
    private readonly params: ParamsOf<typeof udpTunnelParams>,
  ) {
    this.overhead = UDP_OVERHEAD + params.header;
    this.ingress = end(ingress, flow);
    this.egress = end(egress, flow, port);
    this.ingress.socket.connect(egress.address, port);
  }

  carry(p: Packet, there: boolean): void {
    const { node, socket } = there ? this.ingress : this.egress;
    const { mtu, mssClamp, oversize, header } = this.params;
    if (mssClamp) clampMss(p, mtu - this.overhead);
    const isTooLarge = p.size + this.overhead > mtu;
    if (!socket.hasPeer || (isTooLarge && oversize === 'drop')) {
      node.drop(p, Drop.unroutable);
      return;
    }
    if (isTooLarge) this.fragment(p, socket);
    else this.send(socket, new Encapsulated(p), p.size + header, p.ecn, UDP_OVERHEAD);
    node.simulation.pool.give(p);
  }

  /** RFC 791 section 3.2: all but the last carry a multiple of 8 bytes. */
  private fragment(p: Packet, socket: UdpSocket): void {
    const most = (this.params.mtu - IP_HEADER) & ~7;
    let left = p.size + this.overhead - IP_HEADER;
    const content = new Encapsulated(p, ++this.fragmented, Math.ceil(left / most));
    for (let first = true; left > 0; first = false) {
      const part = Math.min(left, most);
      const headers = first ? UDP_OVERHEAD : IP_HEADER;
      this.send(socket, content, part - (headers - IP_HEADER), p.ecn, headers);
      left -= part;
    }
  }

  private send(socket: UdpSocket, content: Encapsulated, bytes: number, ecn: number, headers: number): void {
    const outer = socket.datagram(bytes, 0);
    outer.size = bytes + headers;
    outer.ecn = ecn;
    outer.payload = content;
    socket.send(outer);
  }
}

function end(node: Node, flow: number, port?: number): End {
  const partial = new Map<number, number>();
  const onDatagram = ({ payload, ecn }: Packet): void => {
    if (!(payload instanceof Encapsulated)) return;
    if (payload.fragments > 1) {
      const arrived = (partial.get(payload.id) ?? 0) + 1;
      partial.set(payload.id, arrived);
      if (partial.size > MOST_PARTIAL) partial.delete(partial.keys().next().value!);
      if (arrived < payload.fragments) return;
      partial.delete(payload.id);
    }
    payload.leave(node, ecn);
  };
  return { node, socket: UdpStack.of(node).bind({ onDatagram }, flow, port), partial };
}

export const udpTunnel = defineTunnel({
  summary: 'a datagram around each packet',
  reference: 'RFC 8085 section 3.1.11, RFC 6040',
  params: udpTunnelParams,
  create: (params, host) => new UdpTunnel(host, params),
});
