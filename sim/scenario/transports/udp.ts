import { UDP_OVERHEAD } from '../../udp/socket';
import { UdpStack } from '../../udp/stack';
import { UdpStreamTransport } from '../../relay/udp-stream';
import type { DatagramProtocol } from './transport';

const LARGEST_PACKET = 1500;

export const udp: DatagramProtocol = {
  kind: 'datagram',
  summary: 'datagrams, with no congestion control but that of the application',
  reference: 'RFC 768',
  packet: () => ({ payload: LARGEST_PACKET - UDP_OVERHEAD, headers: UDP_OVERHEAD }),
  transportOf: ({ tcp }, buffer) => new UdpStreamTransport(buffer ?? tcp.receiveBuffer),
  bind(client, server, port, flow) {
    const pair = {
      client: UdpStack.of(client.node).bind(client.delegate, flow),
      server: UdpStack.of(server.node).bind(server.delegate, flow, port),
    };
    pair.client.connect(server.node.address, port);
    return pair;
  },
};
