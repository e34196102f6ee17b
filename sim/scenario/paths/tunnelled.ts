import { factoryOf } from '../../core/choice';
import type { Node } from '../../net/node';
import { tunnels } from '../../tunnel';
import { TunnelGate } from '../../tunnel/gate';
import type { Tunnel } from '../../tunnel/tunnel';
import type { RunningSession } from '../running-session';
import { endToEnd } from './end-to-end';
import type { SessionPath } from './path';
import type { Site } from './site';

/** Identities of the packets between the ends of tunnels: above those of all sessions. */
const FIRST_FLOW = 1_000_000_000;

/**
 * End to end, through a tunnel from the first to the last node of `via`. Further nodes are the ends of tunnels within: the
 * second and the last but one, and so on.
 */
export const tunnelled: SessionPath = {
  summary: 'end to end, with the packets inside of others on part of the way',
  reference: 'RFC 2003, RFC 8085 section 3.1.11',
  carries: ['stream', 'datagram'],
  hasVia: true,
  hasTarget: true,
  settings: 'tunnel',
  lay(site, session) {
    const { spec } = session;
    const all = site.hops(spec);
    const ends = spec.via === 'all' ? [all[0]!, all[all.length - 1]!] : all.slice(1, -1);
    const isNested = ends.length > 2;
    let { flow } = session;
    // from the inside out: what carries the one goes into the next
    for (let i = 0; i < ends.length / 2; i++) {
      const dug = dig(site, session, ends[i]!, ends[ends.length - 1 - i]!, flow);
      const suffix = isNested ? `.${ends[i]!.name}` : '';
      session.findings.push(() =>
        (dug.tunnel.metrics?.() ?? []).map((row) => ({ ...row, metric: `${row.metric}${suffix}` })),
      );
      ({ flow } = dug);
    }
    return endToEnd.lay(site, session);
  },
};

interface Dug {
  readonly tunnel: Tunnel;
  readonly flow: number;
}

/** Leads `flow` through a tunnel; the flow of what carries it comes back. */
function dig(site: Site, session: RunningSession, ingress: Node, egress: Node, flow: number): Dug {
  const { name, tunnel: choice } = session.spec;
  const isShared = choice.params['shared'] === true;
  const key = `tunnel:${ingress.name}>${egress.name}/${isShared ? JSON.stringify(choice) : `${name}/${flow}`}`;
  const dug = site.share(key, (): Dug => {
    const number = site.share('tunnels', () => ({ next: FIRST_FLOW }));
    const host = { ingress, egress, port: site.port(egress), flow: number.next++ };
    return { tunnel: factoryOf(tunnels, choice)(host), flow: host.flow };
  });
  TunnelGate.on(ingress).add(flow, dug.tunnel, true);
  TunnelGate.on(egress).add(flow, dug.tunnel, false);
  return dug;
}
