import type { Node } from '../../net/node';
import { formatIpv4 } from '../../net/addressing';
import { OnionClient } from '../../onion/client';
import { OnionCounts } from '../../onion/counts';
import { OnionRelay } from '../../onion/relay';
import type { OnionStream } from '../../onion/stream';
import type { Dial } from '../../relay/next-leg';
import type { StreamTransport } from '../../transport/stream-transport';
import { transports } from '../transports';
import type { RunningSession } from '../running-session';
import type { SessionPath } from './path';
import { linkTls } from './protection';
import { dialer, relayAt } from './relayed';
import type { Site } from './site';

/**
 * Through a circuit over the relays of `via`, each of which knows its neighbours alone: what the client sends has a layer for each
 * relay. The last one opens the connection to the other end.
 */
export const onion: SessionPath = {
  summary: 'in a circuit of layers over relays that know their neighbours alone',
  reference: 'tor-spec; Dingledine, Mathewson, Syverson 2004',
  carries: ['stream'],
  hasVia: true,
  hasTarget: false,
  settings: 'onion',
  lay(site, session) {
    const { spec, flow } = session;
    const hops = site.hops(spec);
    const [client, server] = [hops[0]!, hops[hops.length - 1]!];
    const { tcp } = transports;
    const atEnds = tcp.transportOf(spec.transport);
    const atExit = tcp.transportOf(spec.transport, spec.onion.buffer);
    // cells do not wait for more
    const between = tcp.transportOf({ ...spec.transport, tcp: { ...spec.transport.tcp, nagle: false } });
    const links = spec.onion.links === 'tls' ? linkTls(site, session, between) : between;
    const counts = new OnionCounts();
    session.findings.push(() => counts.metrics());
    const relays = hops.slice(1, -1).map((node, i) => relayOn(site, session, node, i + 1, links, counts));

    const port = site.port(server);
    atEnds.listen(server, port, (stream) => session.accept(stream));
    const to = { address: server.address, port };
    leaveBy(site, session, relays[relays.length - 1]!, dialer(relays.at(-1)!.node, atExit, to, flow));

    const destination = `${formatIpv4(site.simulation.addressing.ipv4(server.address))}:${port}`;
    const circuits = new OnionClient(client, links, { hops: relays, destination }, flow, counts);
    return {
      open: (delegate) => session.opened(circuits.open(delegate)),
      bind: () => session.refuse('datagram'),
    };
  },
};

function relayOn(
  site: Site,
  { spec, flow }: RunningSession,
  node: Node,
  number: number,
  links: StreamTransport,
  counts: OnionCounts,
): OnionRelay {
  const { attack, attacker, attackEvery } = spec.onion;
  const does = { kind: number === attacker ? attack : 'none', every: attackEvery } as const;
  const relay = new OnionRelay(node, links, site.port(node), flow, counts, does);
  relay.start();
  site.processes.push({ node, process: relay, listening: relay });
  return relay;
}

/** Streams leave the circuit at `exit`: each is there for the client once the connection that continues it is. */
function leaveBy(site: Site, session: RunningSession, exit: OnionRelay, dial: Dial): void {
  const telling: Dial = (delegate, incoming) => {
    const stream = incoming as OnionStream;
    return dial(
      {
        onEstablished(onward) {
          delegate.onEstablished?.(onward);
          stream.connected();
        },
        onReadable: (onward) => delegate.onReadable?.(onward),
        onWritable: (onward) => delegate.onWritable?.(onward),
        onRemoteClosed: (onward) => delegate.onRemoteClosed?.(onward),
        onClosed: (onward, reason) => delegate.onClosed?.(onward, reason),
      },
      incoming,
    );
  };
  const listening = { start: () => undefined, stop: () => undefined };
  const relay = relayAt(site, session, exit.node, telling, listening);
  exit.accept = (stream) => relay.accept(stream);
}
