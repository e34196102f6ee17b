import { Circuits } from '../../circuit/circuits';
import { schedulers } from '../../circuit/schedulers';
import { factoryOf } from '../../core/choice';
import type { Node } from '../../net/node';
import type { Dial } from '../../relay/next-leg';
import type { Relay } from '../../relay/relay';
import type { StreamTransport } from '../../transport/stream-transport';
import { transports } from '../transports';
import type { StreamProtocol, TransportProtocol, TransportSettings } from '../transports/transport';
import type { Session } from '../scenario';
import type { RunningSession } from '../running-session';
import type { SessionPath } from './path';
import { overLeg } from './protection';
import { dialer, relayAt } from './relayed';
import type { Site } from './site';

/**
 * Many sessions in one connection between two aggregators, the nodes of `via`; each end host reaches its aggregator by a
 * connection of its own, or is the aggregator.
 */
export const aggregated: SessionPath = {
  summary: 'in an application circuit between two aggregators, with the other sessions that say the same',
  reference: 'draft-mankin-im-session-guide-00 section 3.2, Figure 3',
  carries: ['stream'],
  hasVia: true,
  hasTarget: true,
  settings: 'circuit',
  lay(site, session) {
    const { spec } = session;
    const [client, server] = [site.node(spec.from), site.node(spec.to)];
    const [near, far] = aggregators(site, spec);
    const circuits = circuitsBetween(site, session, near, far);
    const circuit = circuits.transport(spec.circuit.weight);
    const access = streamProtocol(spec.transport.protocol);
    const atEnds = overLeg(site, session, access.transportOf(spec.transport));
    const atAggregators = overLeg(site, session, access.transportOf(spec.transport, spec.relay.buffer));

    const place = (dial: Dial, node: Node, over: StreamTransport, port: number): void => {
      const listening = {
        start: () => over.listen(node, port, (stream) => relay.accept(stream)),
        stop: () => over.unlisten(node, port),
      };
      const relay: Relay = relayAt(site, session, node, dial, listening);
      listening.start();
    };

    const exit = site.port(far);
    if (far === server) circuit.listen(far, exit, (stream) => session.accept(stream));
    else {
      const port = site.port(server);
      atEnds.listen(server, port, (stream) => session.accept(stream));
      const dial = dialer(far, atAggregators, { address: server.address, port }, session.flow);
      place(dial, far, circuit, exit);
    }
    const bind = () => session.refuse('datagram');
    if (near === client) {
      return {
        target: { address: far.address, port: circuits.port },
        open: (delegate) => session.opened(circuit.connect(near, far.address, exit, delegate, session.flow)),
        bind,
      };
    }
    const entry = site.port(near);
    place(dialer(near, circuit, { address: far.address, port: exit }, session.flow), near, atAggregators, entry);
    return {
      target: { address: near.address, port: entry },
      open: (delegate) => session.opened(atEnds.connect(client, near.address, entry, delegate, session.flow)),
      bind,
    };
  },
};

/** The two nodes of `via`; with all, the first and the last node between the ends, or the ends if there are not two. */
function aggregators(site: Site, spec: Session): readonly [Node, Node] {
  if (spec.via !== 'all') return [site.node(spec.via[0]!), site.node(spec.via[1]!)];
  const hops = site.hops(spec);
  const inset = hops.length < 4 ? 0 : 1;
  return [hops[inset]!, hops[hops.length - 1 - inset]!];
}

/** Sessions that say the same of their circuit, weight apart, share it. */
function circuitsBetween(site: Site, session: RunningSession, near: Node, far: Node): Circuits {
  const { spec } = session;
  const config = { ...spec.circuit, weight: 1 };
  const { security } = spec;
  const own = [config, spec.transport[config.protocol], security.scope === 'hop-by-hop' ? security : null];
  const key = `circuit:${near.name}>${far.name}:${JSON.stringify(own)}`;
  return site.share(key, () => {
    const protocol = streamProtocol(config.protocol);
    const settings = carrierSettings(spec.transport, config.streams > 1);
    const scheduler = factoryOf(schedulers, config.scheduler);
    return new Circuits(near, far, site.port(far), config, scheduler, () =>
      overLeg(site, session, protocol.transportOf(settings)),
    );
  });
}

/** The streams of a circuit are those of one connection. */
function carrierSettings(settings: TransportSettings, multiplex: boolean): TransportSettings {
  return { ...settings, sctp: { ...settings.sctp, multiplex }, quic: { ...settings.quic, multiplex } };
}

function streamProtocol(name: keyof typeof transports): StreamProtocol {
  const protocol: TransportProtocol = transports[name];
  if (protocol.kind !== 'stream') throw new Error(`circuits carry no ${name}`);
  return protocol;
}
