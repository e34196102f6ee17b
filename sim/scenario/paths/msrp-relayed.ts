import type { AppMetric, MessageRelays } from '../../apps/app';
import type { Credentials } from '../../msrp/digest';
import { MsrpRelay } from '../../msrp/relay';
import { RelayClient } from '../../msrp/relay-client';
import { msrpUriText } from '../../msrp/uri';
import { formatIpv4 } from '../../net/addressing';
import type { Node } from '../../net/node';
import type { StreamTransport } from '../../transport/stream-transport';
import type { RunningSession } from '../running-session';
import { transports } from '../transports';
import type { TransportProtocol } from '../transports/transport';
import { dialWritten } from './dial';
import type { SessionPath } from './path';
import { overLeg } from './protection';
import type { Site } from './site';

/** Seconds that a client may ask for, at least. */
const SHORTEST = 60;
const CREDENTIALS: Credentials = { username: 'hopwise', password: 'hopwise' };

/** Messages of MSRP through the relays that the ends ask for, which the signalling names. */
export const msrpRelayed: SessionPath = {
  summary: 'through relays of MSRP, which either end asks for and names in the signalling',
  reference: 'RFC 4976',
  carries: ['stream'],
  hasVia: false,
  hasTarget: false,
  settings: 'msrpRelays',
  lay(site, session) {
    const { spec, flow } = session;
    const [client, server] = [site.node(spec.from), site.node(spec.to)];
    const over = overLeg(site, session, streamsOf(session));
    const port = site.port(server);
    over.listen(server, port, (stream) => session.accept(stream));
    return {
      port,
      messageRelays: relaysOf(site, session, { caller: client, callee: server }, over),
      open(delegate, to) {
        return session.opened(dialWritten(client, over, to ?? { host: hostOf(server), port }, delegate, flow));
      },
      bind: () => session.refuse('datagram'),
    };
  },
};

function relaysOf(
  site: Site,
  session: RunningSession,
  ends: Readonly<Record<'caller' | 'callee', Node>>,
  over: StreamTransport,
): MessageRelays {
  const { spec, flow } = session;
  const placed = new Map(
    (['caller', 'callee'] as const)
      .filter((end) => spec.msrpRelays[end] !== '')
      .map((end) => [end, relayOn(site, session, site.node(spec.msrpRelays[end]), over)]),
  );
  const { events, random } = site.simulation;
  return {
    has: (end) => placed.has(end),
    client(end, own, chunk, handler) {
      const { node, port } = placed.get(end)!;
      const relay = relayUri(node, port, spec.transport.protocol);
      const access = { relay, own, credentials: CREDENTIALS };
      const stream = random.stream(`msrp:${spec.name}/${end}`);
      return new RelayClient(events, stream, access, chunk, handler, (delegate) => {
        const opened = over.connect(ends[end], node.address, port, delegate, flow);
        return end === 'caller' ? session.opened(opened) : opened;
      });
    },
  };
}

/** The relay on that node, the same for all sessions over that protocol without TLS. */
function relayOn(
  site: Site,
  session: RunningSession,
  node: Node,
  over: StreamTransport,
): { readonly node: Node; readonly port: number } {
  const { msrpRelays, transport, security, name } = session.spec;
  const { expires, store } = msrpRelays;
  const { protocol } = transport;
  // one with TLS is the session's own, whose certificates and figures are
  const owner = security.tls === 'none' ? '' : name;
  return site.share(`msrp-relay:${node.name}/${protocol}/${expires}/${store}/${owner}`, () => {
    const port = site.port(node);
    const { events, random } = site.simulation;
    const longest = Math.max(1, Math.floor(expires / 1e9));
    const lives = { shortest: Math.min(SHORTEST, longest), longest };
    const config = { credentials: CREDENTIALS, ...lives, host: hostOf(node), port, transport: protocol, store };
    const stream = random.stream(`msrp-relay:${node.name}:${port}`);
    const relay = new MsrpRelay(events, stream, config, (uri, delegate, flow) =>
      dialWritten(node, over, uri, delegate, flow),
    );
    const listening = {
      start: () => over.listen(node, port, (incoming) => relay.accept(incoming)),
      stop: () => over.unlisten(node, port),
    };
    listening.start();
    site.processes.push({ node, process: relay, listening });
    session.relays.push(relay);
    session.findings.push(() => metricsOf(relay, node));
    return { node, port };
  });
}

/** Under the first session of those that share the relay; from the beginning of the run. */
function metricsOf({ forwarded, refused, reported, authorised, authority }: MsrpRelay, { name }: Node): AppMetric[] {
  const counts = { Forwarded: forwarded, Refused: refused, Reported: reported, Authorised: authorised, Challenged: authority.challenged }; // prettier-ignore
  return Object.entries(counts).map(([what, value]) => ({ metric: `msrp${what}.${name}`, unit: '', value }));
}

function streamsOf({ spec }: RunningSession): StreamTransport {
  const protocol: TransportProtocol = transports[spec.transport.protocol];
  return protocol.transportOf(spec.transport);
}

function hostOf(node: Node): string {
  return formatIpv4(node.simulation.addressing.ipv4(node.address));
}

/** Without a session: of the relay itself (RFC 4976 section 5.1). */
function relayUri(node: Node, port: number, transport: string): string {
  return msrpUriText({ scheme: 'msrp', user: '', host: hostOf(node), port, session: '', transport });
}
