import type { Address } from '../../core/packet';
import type { Node } from '../../net/node';
import { type Dial, type NextLeg, OnDemand, PreEstablished } from '../../relay/next-leg';
import { Processor } from '../../relay/processor';
import type { RelayConfig } from '../../relay/config';
import { Relay } from '../../relay/relay';
import { Interceptor } from '../../relay/transparent';
import type { ByteStream, StreamDelegate } from '../../transport/byte-stream';
import { RacingStream } from '../../transport/racing-stream';
import type { StreamTransport } from '../../transport/stream-transport';
import type { RunningSession } from '../running-session';
import { transports } from '../transports';
import { tcpOptions } from '../transports/tcp';
import type { TransportProtocol, TransportSettings } from '../transports/transport';
import { MsrpAnnouncer } from './announcer';
import { endToEnd } from './end-to-end';
import type { Line, SessionPath } from './path';
import { editorAt, impersonating, type Joint } from './hostile';
import { overLeg } from './protection';
import type { PlacedRelay, Site } from './site';

/** One connection for each leg, with a relay on every node of `via`. */
export const relayed: SessionPath = {
  summary: 'one transport connection for each leg, with relays between',
  reference: 'RFC 3135 section 2.4',
  carries: ['stream'],
  hasVia: true,
  hasTarget: true,
  settings: 'relay',
  lay(site, session) {
    const { spec } = session;
    const hops = site.hops(spec);
    if (spec.relay.transparent) return layTransparent(site, session, hops);
    const line = layVisible(site, session, hops);
    if (spec.relay.announce) return avoidable(line, () => endToEnd.lay(site, session));
    if (spec.backup.length === 0) return line;
    const backup = layVisible(site, session, site.hops({ ...spec, via: spec.backup }));
    return spec.relay.race > 0 ? racing(site, session, [line, backup]) : alternating(line, backup);
  },
};

/** Opens streams over a line until its relays are to be left out. */
function avoidable(relays: Line, directly: () => Line): Line {
  let line = relays;
  return {
    ...relays,
    open: (delegate) => line.open(delegate),
    bypass: () => {
      if (line === relays) line = directly();
    },
  };
}

/** Opens each stream over the first line, and a while later over the next: what is established first is used. */
function racing(site: Site, session: RunningSession, lines: readonly Line[]): Line {
  const { events } = site.simulation;
  let wonByBackup = 0;
  session.findings.push(() => [{ metric: 'wonByBackup', unit: '', value: wonByBackup }]);
  return {
    ...lines[0]!,
    open(delegate) {
      const attempts = lines.map((line) => (attempt: StreamDelegate) => line.open(attempt));
      return new RacingStream(events, session.flow, attempts, session.spec.relay.race, delegate, (number, stream) => {
        session.current = stream;
        if (number > 0) wonByBackup++;
      });
    },
  };
}

/** Opens streams over one line, and over the other one after the loss of a stream. */
function alternating(first: Line, second: Line): Line {
  const lines = [first, second];
  return {
    ...first,
    open(delegate) {
      const line = lines[0]!;
      return line.open({
        onEstablished: (stream) => delegate.onEstablished?.(stream),
        onReadable: (stream) => delegate.onReadable?.(stream),
        onWritable: (stream) => delegate.onWritable?.(stream),
        onRemoteClosed: (stream) => delegate.onRemoteClosed?.(stream),
        onClosed(stream, reason) {
          // only the first to tell: others that were lost over the same line do not change back
          if (reason !== 'finished' && lines[0] === line) lines.reverse();
          delegate.onClosed?.(stream, reason);
        },
      });
    },
  };
}

/** Every relay has an address of its own that the previous hop connects to. */
function layVisible(site: Site, session: RunningSession, hops: readonly Node[]): Line {
  const { spec } = session;
  const [client, server] = [hops[0]!, hops[hops.length - 1]!];
  const { tls, scope } = spec.security;
  const takesIdentity = spec.relay.attack === 'impersonate' && tls !== 'none' && scope === 'end-to-end';
  const legs = hops.slice(1).map((_, i) => legOf(site, session, i));
  const last = legs[legs.length - 1]!;
  const port = site.port(server);
  last.atEnds.listen(server, port, (stream) => session.accept(stream));
  let next = { address: server.address, port };
  for (let i = hops.length - 2; i >= 1; i--) {
    const node = hops[i]!;
    const changes = legs[i]!.protocol !== legs[i - 1]!.protocol;
    const here = site.port(node);
    const over = legs[i - 1]!.atRelays;
    const listening = {
      start: () => over.listen(node, here, joint.accept),
      stop: () => over.unlisten(node, here),
    };
    const onward = spec.relay.attack === 'downgrade' ? legs[i]!.weakened() : legs[i]!.atRelays;
    const plain: Joint = {
      accept: (stream) => (changes && spec.fixedTransport ? relay.refuse() : relay.accept(stream)),
      dial: dialer(node, onward, next, session.flow),
    };
    const joint = takesIdentity ? impersonating(site, session, node, server, plain) : plain;
    const relay = relayAt(site, session, node, joint.dial, listening);
    listening.start();
    next = { address: node.address, port: here };
  }
  return {
    target: next,
    open: (delegate) =>
      session.opened(legs[0]!.atEnds.connect(client, next.address, next.port, delegate, session.flow)),
    bind: () => session.refuse('datagram'),
  };
}

/** The client connects to the server, and relays on the way take the connection (TCP only). */
function layTransparent(site: Site, session: RunningSession, hops: readonly Node[]): Line {
  const [client, server] = [hops[0]!, hops[hops.length - 1]!];
  const legs = hops.slice(1).map((_, i) => legOf(site, session, i));
  const port = site.port(server);
  const { security } = session.spec;
  const endsTls = security.tls !== 'none' && security.scope === 'hop-by-hop';
  legs[legs.length - 1]!.atEnds.listen(server, port, (stream) => session.accept(stream));
  for (let i = hops.length - 2; i >= 1; i--) {
    const node = hops[i]!;
    const options = tcpOptions(legs[i]!.settings, legs[i]!.buffer);
    const interceptor: Interceptor = new Interceptor(node, server.address, port, options, (stream) =>
      joint.accept(stream),
    );
    const plain: Joint = {
      accept: (stream) => relay.accept(stream),
      dial: (delegate, incoming) => interceptor.dial(delegate, incoming!),
    };
    const joint = endsTls ? impersonating(site, session, node, server, plain) : plain;
    const relay = relayAt(site, session, node, joint.dial, interceptor);
  }
  return {
    target: { address: server.address, port },
    open: (delegate) => session.opened(legs[0]!.atEnds.connect(client, server.address, port, delegate, session.flow)),
    bind: () => session.refuse('datagram'),
  };
}

interface Leg {
  readonly protocol: string;
  readonly settings: TransportSettings;
  /** Bytes of a relay's sockets on it; undefined where the leg says itself. */
  readonly buffer: number | undefined;
  readonly atEnds: StreamTransport;
  readonly atRelays: StreamTransport;
  /** As a relay has it that does not want the best TLS. */
  weakened(): StreamTransport;
}

/** What leg `i` runs over: the transport of the session, and what `legs` says of it. */
function legOf(site: Site, session: RunningSession, i: number): Leg {
  const { spec } = session;
  const given = spec.legs[i];
  const settings: TransportSettings = {
    ...spec.transport,
    protocol: given?.protocol ?? spec.transport.protocol,
    tcp: { ...spec.transport.tcp, ...given?.tcp },
  };
  const hasBuffer = given?.tcp.sendBuffer !== undefined || given?.tcp.receiveBuffer !== undefined;
  const buffer = hasBuffer ? undefined : spec.relay.buffer;
  const protocol: TransportProtocol = transports[settings.protocol];
  return {
    protocol: settings.protocol,
    settings,
    buffer,
    atEnds: overLeg(site, session, protocol.transportOf(settings)),
    atRelays: overLeg(site, session, protocol.transportOf(settings, buffer)),
    weakened: () => overLeg(site, session, protocol.transportOf(settings, buffer), '1.2'),
  };
}

type Target = { readonly address: Address; readonly port: number };

/** Opens the next leg from `node`, under the flow of the stream that it continues. */
export function dialer(node: Node, over: StreamTransport, to: Target, flow: number): Dial {
  return (delegate: StreamDelegate, incoming: ByteStream | null) =>
    over.connect(node, to.address, to.port, delegate, incoming?.flow ?? flow);
}

/** A relay of `session` on `node`, as its field `relay` has it. */
export function relayAt(
  site: Site,
  session: RunningSession,
  node: Node,
  dial: Dial,
  listening: PlacedRelay['listening'],
): Relay {
  const { relay: given } = session.spec;
  // who announces itself, attacks or inspects has whole messages
  const hasWhole = given.announce || given.attack !== 'none' || given.inspect !== 'no';
  const config: RelayConfig = hasWhole ? { ...given, forward: 'store-and-forward' } : given;
  const { events } = site.simulation;
  const next: NextLeg =
    config.nextLeg === 'on-demand' ? new OnDemand(dial) : new PreEstablished(events, dial, config.nextLeg === 'kept');
  const relay = new Relay(events, config, next, {
    processor: processorAt(site, config, node),
    announcer: config.announce ? new MsrpAnnouncer(node) : null,
    editor: editorAt(site, session, node),
    onFailure: (reason, lost) => {
      session.events.ended(reason, lost);
      // it goes: the ends come to each other without it
      if (reason === 'consent' && config.transparent) listening.stop();
    },
    onProcessed: (message, time) => session.events.onProcessed?.(message, time),
  });
  session.relays.unshift(relay);
  site.relays.push({ node, session, relay, listening });
  return relay;
}

/** One for all sessions that a node relays with equal figures; none where a relay passes on everything at once. */
function processorAt(site: Site, config: RelayConfig, node: Node): Processor | null {
  const { serviceRate, messageRate, processing, forward } = config;
  if (serviceRate === 0 && messageRate === 0 && processing === 0 && forward !== 'store-and-forward') return null;
  return site.share(
    `processor:${node.name}:${serviceRate}:${messageRate}`,
    () => new Processor(site.simulation.events, serviceRate, messageRate),
  );
}
