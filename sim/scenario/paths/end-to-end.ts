import type { StreamTarget } from '../../apps/app';
import type { ByteStream, StreamDelegate } from '../../transport/byte-stream';
import type { UdpDelegate } from '../../udp/socket';
import type { RunningSession } from '../running-session';
import { transports } from '../transports';
import type { DatagramProtocol, StreamProtocol, TransportProtocol } from '../transports/transport';
import { dialWritten } from './dial';
import type { Line, SessionPath } from './path';
import { overLeg } from './protection';
import type { Site } from './site';

/** Packets go from end to end; nodes between only forward them. */
export const endToEnd: SessionPath = {
  summary: 'one transport connection from end to end',
  reference: 'RFC 1958 section 2.3',
  carries: ['stream', 'datagram'],
  hasVia: false,
  hasTarget: true,
  settings: null,
  lay(site, session) {
    const protocol: TransportProtocol = transports[session.spec.transport.protocol];
    return protocol.kind === 'stream' ? overStream(site, session, protocol) : overDatagrams(site, session, protocol);
  },
};

function overStream(site: Site, session: RunningSession, protocol: StreamProtocol): Line {
  const [client, server] = [site.node(session.spec.from), site.node(session.spec.to)];
  const transport = overLeg(site, session, protocol.transportOf(session.spec.transport));
  const port = site.port(server);
  transport.listen(server, port, (stream) => session.accept(stream));
  return {
    port,
    target: { address: server.address, port },
    open: (delegate: StreamDelegate, to?: StreamTarget): ByteStream =>
      session.opened(
        to === undefined
          ? transport.connect(client, server.address, port, delegate, session.flow)
          : dialWritten(client, transport, to, delegate, session.flow),
      ),
    bind: () => session.refuse('datagram'),
  };
}

function overDatagrams(site: Site, session: RunningSession, protocol: DatagramProtocol): Line {
  const [client, server] = [site.node(session.spec.from), site.node(session.spec.to)];
  return {
    open: () => session.refuse('stream'),
    bind: (ofClient: UdpDelegate, ofServer: UdpDelegate) => {
      const ends = [
        { node: client, delegate: ofClient },
        { node: server, delegate: ofServer },
      ] as const;
      return protocol.bind(...ends, site.port(server), session.flow);
    },
  };
}
