import { Puncher } from '../../punch/puncher';
import { Punching } from '../../punch/punching';
import { serveBindings } from '../../punch/stun-stream';
import type { TransportAddress } from '../../stun/packet';
import { STUN_PORT } from '../../stun/server';
import type { TcpConnection, TcpDelegate } from '../../tcp/connection';
import { type TcpOptions, TcpStack } from '../../tcp/stack';
import type { RunningSession } from '../running-session';
import { tcpOptions } from '../transports/tcp';
import type { SessionPath } from './path';
import type { Site } from './site';

/** Time before a refused attempt is made again, and after which none is. */
const RETRY = 1e9;
const PATIENCE = 10e9;

/** TCP between two hosts that may both be behind translators: both call at the same time. */
export const punched: SessionPath = {
  summary: 'TCP through translators: both ends call each other at the same time',
  reference: 'RFC 5128 section 3.4, RFC 5382 section 4.2',
  carries: ['stream'],
  hasVia: false,
  hasTarget: false,
  settings: 'traversal',
  lay(site, session) {
    const { spec, flow } = session;
    const { random, events } = site.simulation;
    const [from, to] = [site.node(spec.from), site.node(spec.to)];
    const tcp = tcpOptions(spec.transport);
    const options = { server: serverAt(site, spec.traversal.server, tcp), tcp, retry: RETRY, patience: PATIENCE };
    const stream = (end: string) => random.stream(`punch:${spec.name}/${end}`);
    const accept = (connection: TcpConnection): TcpDelegate => session.accept(connection);
    const offerer = new Puncher(from, site.port(from), options, stream('offerer'), flow, null);
    const answerer = new Puncher(to, site.port(to), options, stream('answerer'), flow, accept);
    const punching = new Punching(events, offerer, answerer, spec.traversal.signalling);
    session.findings.push(() => metricsOf(punching));
    let isUsed = false;
    return {
      open(delegate) {
        if (!isUsed) {
          isUsed = true;
          return session.opened(offerer.use(delegate));
        }
        // one port has one connection to the other end: further ones come from others, where that is let in
        const { address, port } = offerer.target!;
        return session.opened(TcpStack.of(from).connect(address, port, tcp, delegate, flow));
      },
      bind: () => session.refuse('datagram'),
      whenReady: (then) => punching.start(then),
    };
  },
};

/** The server on that node, the same for all sessions; null without a name. */
function serverAt(site: Site, name: string, tcp: TcpOptions): TransportAddress | null {
  if (name === '') return null;
  const node = site.node(name);
  site.share(`stun-tcp:${node.name}`, () => {
    serveBindings(node, tcp);
    return true;
  });
  return { address: node.address, port: STUN_PORT };
}

function metricsOf({
  connectedAt,
  startedAt,
  offerer,
  answerer,
}: Punching): ReturnType<RunningSession['findings'][number]> {
  const isConnected = connectedAt >= 0;
  return [
    { metric: 'connected', unit: '', value: isConnected ? 1 : 0 },
    { metric: 'attempts', unit: '', value: offerer.attempts + answerer.attempts },
    ...(isConnected ? [{ metric: 'setupTime', unit: 's', value: (connectedAt - startedAt) / 1e9 }] : []),
  ];
}
