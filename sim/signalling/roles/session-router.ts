import * as z from 'zod';
import { rewriteSession, rewriteSignalling, type NamedEnd, type Translate } from '../../alg/rewrite';
import { factoryOf, fields } from '../../core/choice';
import { Protocol } from '../../core/packet';
import { duration, flag } from '../../core/params';
import { MidcomAgent } from '../../midcom/agent';
import { MIDCOM_PORT } from '../../midcom/server';
import type { WrittenEnd } from '../../midcom/message';
import { formatIpv4, parseIpv4 } from '../../net/addressing';
import type { Node } from '../../net/node';
import type { SipMessage } from '../../sip/message';
import { Proxy } from '../../sip/proxy';
import { congestionControls } from '../../tcp/cc';
import { tcpParams } from '../../tcp/config';
import { TcpStack } from '../../tcp/stack';
import { defineRole, type RoleMetric } from './role';

/**
 * Between the transport and the core of a proxy: where a message names ends that mean nothing here, it waits until the
 * middlebox that they are behind has given them public ones. A message for which it has not is dropped: over UDP it comes
 * again.
 */
class PinholeOpener {
  dropped = 0;

  constructor(
    private readonly node: Node,
    private readonly agent: MidcomAgent,
  ) {}

  open<M extends SipMessage>(message: M, then: (message: M) => void): void {
    const ends = new Map<string, WrittenEnd>();
    rewrite(message, (end) => {
      const hidden = this.hidden(end);
      if (hidden !== null) ends.set(keyOf(end), hidden);
      return null;
    });
    if (ends.size === 0) {
      then(message);
      return;
    }
    const found = new Map<string, WrittenEnd>();
    let missing = ends.size;
    for (const [key, end] of ends) {
      this.agent.enable(end, (enabled) => {
        if (enabled !== null) found.set(key, enabled);
        if (--missing > 0) return;
        if (found.size < ends.size) this.dropped++;
        else then(rewrite(message, (named) => publicOf(found.get(keyOf(named)))));
      });
    }
  }

  /** An end at an address that nobody has outside. */
  private hidden({ host, port, protocol }: NamedEnd): WrittenEnd | null {
    const ipv4 = parseIpv4(host);
    const number = (Protocol as Readonly<Record<string, number>>)[protocol];
    if (ipv4 === undefined || number === undefined) return null;
    return this.node.simulation.addressOf(ipv4, this.node) < 0 ? { protocol: number, ipv4, port } : null;
  }
}

function rewrite<M extends SipMessage>(message: M, translate: Translate): M {
  // Via is left to RFC 3581: what a request is answered to is where it was seen to come from
  const { vias } = message;
  return { ...rewriteSession(rewriteSignalling(message, translate), translate), vias };
}

function publicOf(end: WrittenEnd | undefined): { host: string; port: number } | null {
  return end === undefined ? null : { host: formatIpv4(end.ipv4), port: end.port };
}

function keyOf({ host, port, protocol }: NamedEnd): string {
  return `${protocol}|${host}:${port}`;
}

export const sessionRouter = defineRole({
  summary: 'stateful proxy and registrar that opens ports in a translator by MIDCOM for the users behind it',
  reference: 'RFC 3303, RFC 3989',
  params: {
    middlebox: z.string().default('').describe('node with the translator, whose control is midcom'),
    lifetime: duration('how long ports are asked for', '2 min'),
    timeout: duration('how long an answer of the middlebox is waited for', '2 s'),
    retry: duration('time before a lost control connection is made again', '5 s'),
    recordRoute: flag('stays in the path of a dialog: ACK, BYE and what is sent within it', true),
  },
  create: ({ middlebox, recordRoute, ...config }, { node, hosts, config: sip, routing }) => {
    const proxy = new Proxy(node, hosts, sip, routing, recordRoute);
    const { element } = proxy;
    const to = node.simulation.findNode(middlebox);
    if (to === undefined) throw new Error(`${node.name} is to control ${middlebox}, which is no node`);
    const options = { config: fields(tcpParams).parse({}), congestionControl: factoryOf(congestionControls, { name: 'cubic', params: {} }) }; // prettier-ignore
    const agent = new MidcomAgent(element.events, config, (delegate) =>
      TcpStack.of(node).connect(to.address, MIDCOM_PORT, options, delegate, 0),
    );
    agent.connect();
    const opener = new PinholeOpener(node, agent);
    const { receiver } = element.endpoint;
    element.endpoint.receiver = (message, back) => opener.open(message, (opened) => receiver(opened, back));
    return { element, metrics: () => metricsOf(agent, opener) };
  },
});

function metricsOf({ asked, failed, waited, answered }: MidcomAgent, { dropped }: PinholeOpener): RoleMetric[] {
  return [
    { metric: 'midcomAsked', unit: '', value: asked },
    { metric: 'midcomFailed', unit: '', value: failed },
    { metric: 'midcomDropped', unit: '', value: dropped },
    { metric: 'midcomTime', unit: 's', value: answered === 0 ? 0 : waited / answered / 1e9 },
  ];
}
