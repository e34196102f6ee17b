import type { UdpDelegate } from '../../udp/socket';
import { Traversal } from '../../ice/traversal';
import { StunServer } from '../../stun/server';
import { STUN_PORT } from '../../stun/server';
import type { TransportAddress } from '../../stun/packet';
import { TurnServer } from '../../turn/server';
import type { RunningSession } from '../running-session';
import type { SessionPath } from './path';
import type { Site } from './site';

const CREDENTIALS = { username: 'hopwise', password: 'hopwise' };

/** Datagrams between two hosts that may both be behind translators: ICE finds the way, with STUN and TURN. */
export const traversed: SessionPath = {
  summary: 'datagrams through translators: directly, or through a TURN server where nothing else works',
  reference: 'RFC 8445, RFC 8489, RFC 8656',
  carries: ['datagram'],
  hasVia: false,
  hasTarget: false,
  settings: 'traversal',
  lay(site, session) {
    const { spec, flow } = session;
    const { signalling, relay, server, ...rest } = spec.traversal;
    const options = { ...rest, useRelay: relay, server: serverAt(site, server), credentials: CREDENTIALS };
    const [from, to] = [site.node(spec.from), site.node(spec.to)];
    const traversals: Traversal[] = [];
    session.findings.push(() => metricsOf(traversals));
    return {
      open: () => session.refuse('stream'),
      bind(ofClient: UdpDelegate, ofServer: UdpDelegate) {
        const name = `${spec.name}/${traversals.length}`;
        const ends = [
          { node: from, delegate: ofClient },
          { node: to, delegate: ofServer },
        ] as const;
        const traversal = new Traversal(...ends, options, signalling, flow, name);
        traversals.push(traversal);
        return { client: traversal.offerer.socket, server: traversal.answerer.socket };
      },
      whenReady(then) {
        let open = traversals.length;
        for (const traversal of traversals) traversal.start(() => --open === 0 && then());
      },
    };
  },
};

/** The server on that node, the same for all sessions; null without a name. */
function serverAt(site: Site, name: string): TransportAddress | null {
  if (name === '') return null;
  const node = site.node(name);
  site.share(`stun:${node.name}`, () => {
    const stun = new StunServer(node, null);
    stun.extension = new TurnServer(node, CREDENTIALS, stun.socket);
    return stun;
  });
  return { address: node.address, port: STUN_PORT };
}

/** Of all components: connected only if each is, as direct as the least direct. */
function metricsOf(traversals: readonly Traversal[]): ReturnType<RunningSession['findings'][number]> {
  const isConnected = traversals.length > 0 && traversals.every(({ connectedAt }) => connectedAt >= 0);
  const kinds = traversals.map(({ kind }) => kind);
  const worst = isConnected
    ? (['relayed', 'reflexive', 'direct'] as const).find((kind) => kinds.includes(kind))
    : undefined;
  const share = (metric: string, holds: boolean) => ({ metric, unit: '', value: holds ? 1 : 0 });
  const checks = traversals.reduce((sum, { offerer, answerer }) => sum + offerer.checks + answerer.checks, 0);
  return [
    share('connected', isConnected),
    ...(['direct', 'reflexive', 'relayed'] as const).map((kind) => share(kind, worst === kind)),
    { metric: 'checks', unit: '', value: checks },
    ...(isConnected
      ? [
          {
            metric: 'setupTime',
            unit: 's',
            value: Math.max(...traversals.map((t) => t.connectedAt - t.startedAt)) / 1e9,
          },
        ]
      : []),
  ];
}
