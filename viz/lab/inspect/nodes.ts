import { formatQuantity, words } from '../../format';
import { Protocol } from '../../../sim/core/packet';
import { formatIpv4 } from '../../../sim/net/addressing';
import type { Node } from '../../../sim/net/node';
import type { LiveRun } from '../../../sim/run/live-run';
import { TcpStack } from '../../../sim/tcp/stack';
import type { Fact, Section } from '../protocol';
import { connectionsAt, shown } from './connections';
import { bytes, count, drops } from './text';

/** Sessions on one node that are shown. */
const MOST = 4;

/** A node: what it is connected to, its middlebox, and each session that it relays with both connections. */
export function ofNode(node: Node, run: LiveRun): Section[] {
  const relays = run.relays.filter((one) => one.node === node);
  const held = relays.reduce((sum, { relay }) => sum + relay.buffered, 0);
  const stack = node.transports[Protocol.tcp];
  const facts: Fact[] = [
    { name: 'address', value: formatIpv4(node.simulation.addressing.ipv4(node.address)) },
    { name: 'links to', value: node.links.map((link) => link.to.name).join(', ') },
    { name: 'dropped here', value: drops(node.drops) },
    ...(node.up ? [] : [{ name: 'up', value: 'no' }]),
    ...(stack instanceof TcpStack ? [{ name: 'TCP connections', value: String(stack.size) }] : []),
    ...(relays.length > 0
      ? [{ name: 'relays', value: `${count(relays.length, 'session')}, holds ${bytes(held)}` }]
      : []),
  ];
  const title = `${relays.length > 0 ? 'Relay' : 'Node'} ${node.name}`;
  return [
    { title, facts },
    ...serversOf(node, run),
    ...middleboxOf(node, run),
    ...relays.slice(0, MOST).flatMap((one) => ofRelay(node, one)),
  ];
}

function serversOf(node: Node, run: LiveRun): Section[] {
  const span = Math.max(1, run.now - run.scenario.run.warmup);
  return run.servers
    .filter((server) => server.node === node)
    .map((server) => ({
      title: 'Signalling server',
      facts: [
        { name: 'messages waiting', value: String(server.waiting) },
        ...factsOf(run.now <= run.scenario.run.warmup ? [] : server.metrics(span)),
      ],
    }));
}

function factsOf(
  metrics: readonly { readonly metric: string; readonly value: number; readonly unit: string }[],
): Fact[] {
  return metrics.map(({ metric, value, unit }) => ({
    name: words(metric).replace(/^sip /, ''),
    value: formatQuantity(value, unit),
  }));
}

function middleboxOf(node: Node, { middleboxes, scenario }: LiveRun): Section[] {
  const installed = middleboxes.find((one) => one.node === node);
  if (installed === undefined) return [];
  const kind = Object.entries(scenario.middleboxes).find(([name]) => name === node.name)?.[1].name ?? 'middlebox';
  return [{ title: `Middlebox: ${kind}`, facts: factsOf(installed.middlebox.metrics?.() ?? []) }];
}

function ofRelay(node: Node, { session, relay }: LiveRun['relays'][number]): Section[] {
  const facts: Fact[] = [
    { name: 'holds', value: bytes(relay.buffered) },
    { name: 'passed on', value: bytes(relay.bytes) },
    { name: 'pairs of connections', value: `${relay.size} now, ${relay.pairs} in all` },
    { name: 'ended by the relay', value: String(relay.failures) },
  ];
  return [{ title: `Relays ${session.spec.name}`, facts }, ...shown(connectionsAt(node, session.flow))];
}
