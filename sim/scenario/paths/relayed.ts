import { SpliceRelay } from '../../relay/splice';
import { transports } from '../transports';
import type { TransportProtocol } from '../transports/transport';
import type { SessionPath } from './path';

/** One connection for each leg, with a relay on every node of `via`. */
export const relayed: SessionPath = {
  summary: 'one transport connection for each leg, with relays between',
  reference: 'RFC 3135 section 2.4',
  carries: ['stream'],
  hasVia: true,
  settings: 'relay',
  lay(site, session) {
    const { spec } = session;
    const hops = site.hops(spec);
    const [client, server] = [hops[0]!, hops[hops.length - 1]!];
    const protocol: TransportProtocol = transports[spec.transport.protocol];
    if (protocol.kind !== 'stream') throw new Error(`relays carry no ${spec.transport.protocol}`);
    const atEnds = protocol.transportOf(spec.transport);
    const atRelays = protocol.transportOf(spec.transport, spec.relay.buffer);
    const serverPort = site.port(server);
    atEnds.listen(server, serverPort, (stream) => session.accept(stream));
    let next = { address: server.address, port: serverPort };
    for (const node of hops.slice(1, -1).reverse()) {
      const relay = new SpliceRelay(node, atRelays, next.address, next.port);
      session.relays.unshift(relay);
      const port = site.port(node);
      atRelays.listen(node, port, (stream) => relay.accept(stream));
      next = { address: node.address, port };
    }
    return {
      open: (delegate) => session.opened(atEnds.connect(client, next.address, next.port, delegate, session.flow)),
      bind: () => session.refuse('datagram'),
    };
  },
};
