import type { Packet } from '../core/packet';
import type { ParamsOf } from '../core/plugin';
import type { Node } from '../net/node';
import { Drop } from '../net/queue';
import { UDP_OVERHEAD, type UdpSocket } from '../udp/socket';
import { UdpStack } from '../udp/stack';
import { fragmentsFor, inFragments, oversizeParam, Reassembly } from './fragments';
import { clampMss, defineTunnel, Encapsulated, type Tunnel, type TunnelHost, tunnelParams } from './tunnel';

const udpTunnelParams = { ...tunnelParams, oversize: oversizeParam };

const IP_HEADER = 20;
const UDP_HEADER = UDP_OVERHEAD - IP_HEADER;

interface End {
  readonly node: Node;
  readonly socket: UdpSocket;
}

/** IP in UDP: an outer datagram for each packet. */
class UdpTunnel implements Tunnel {
  private readonly overhead: number;
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
    const { mtu, mssClamp, oversize } = this.params;
    if (mssClamp) clampMss(p, mtu - this.overhead);
    const bytes = p.size + this.overhead - IP_HEADER;
    const fragments = fragmentsFor(bytes, mtu);
    if (!socket.hasPeer || (fragments > 1 && oversize === 'drop')) {
      node.drop(p, Drop.unroutable);
      return;
    }
    const content = new Encapsulated(p, fragments === 1 ? 0 : ++this.fragmented, fragments);
    inFragments(bytes, mtu, (part, isFirst) => {
      const outer = socket.datagram(isFirst ? part - UDP_HEADER : part, 0);
      outer.size = IP_HEADER + part;
      outer.ecn = p.ecn;
      outer.payload = content;
      socket.send(outer);
    });
    node.simulation.pool.give(p);
  }
}

function end(node: Node, flow: number, port?: number): End {
  const reassembly = new Reassembly();
  const onDatagram = ({ payload, ecn }: Packet): void => {
    if (payload instanceof Encapsulated && reassembly.add(payload) !== null) payload.leave(node, ecn);
  };
  return { node, socket: UdpStack.of(node).bind({ onDatagram }, flow, port) };
}

export const udpTunnel = defineTunnel({
  summary: 'a datagram around each packet',
  reference: 'RFC 8085 section 3.1.11, RFC 6040',
  params: udpTunnelParams,
  create: (params, host) => new UdpTunnel(host, params),
});
