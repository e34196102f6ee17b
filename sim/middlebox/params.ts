import * as z from 'zod';
import { ALG_KINDS, type AlgKind } from '../alg/gateway';
import { choice, duration, flag, integer } from '../core/params';
import type { ParamsOf } from '../core/plugin';
import { parsePrefix, type Prefix } from '../net/addressing';

const BEHAVIOURS = ['endpoint-independent', 'address-dependent', 'address-and-port-dependent'] as const;
/** On what a mapping or a filter depends, apart from the inside end (RFC 4787 sections 4.1 and 5). */
export type Behaviour = (typeof BEHAVIOURS)[number];

/** A mapping, or a filtering, behaviour. */
export function behaviour(text: string, byDefault: Behaviour) {
  return choice(text, BEHAVIOURS, byDefault);
}

export const insideParam = {
  inside: z
    .array(z.string())
    .default([])
    .describe('neighbours on the inside; without it, all parts of the network behind the node but the largest'),
};

/** What a translator and a firewall have in common: sessions and how long they live. */
export const sessionParams = {
  ...insideParam,
  udpTimeout: duration('idle time after which a UDP mapping or session ends (RFC 4787 REQ-5)', '5 min'),
  icmpTimeout: duration('the same for ICMP queries (RFC 5508 REQ-2)', '60 s'),
  tcpEstablishedTimeout: duration('the same for established TCP connections (RFC 5382 REQ-5)', '7440 s'),
  tcpTransitoryTimeout: duration(
    'the same for TCP connections that are being opened, are closed, or were reset (RFC 5382 REQ-5)',
    '4 min',
  ),
  refresh: choice(
    'direction of the datagrams that keep a mapping or session alive (RFC 4787 REQ-6); TCP is kept by both',
    ['outbound', 'inbound', 'both'],
    'both',
  ),
  unsolicitedSyn: choice(
    'answer to a SYN from outside that is not let in: none, a RST at once, or an ICMP error after 6 s without a SYN from inside (RFC 5382 REQ-4)',
    ['drop', 'reset', 'icmp'],
    'icmp',
  ),
  icmpErrors: flag('let ICMP errors about sessions pass (RFC 5508 REQ-3 to 5)', true),
  restarts: z
    .array(duration('', '0 s'))
    .default([])
    .describe('moments at which the node restarts and loses all of its state'),
};
export type SessionParams = ParamsOf<typeof sessionParams>;

const prefix = z
  .string()
  .meta({ kind: 'a block of IPv4 addresses such as 10.0.0.0/8' })
  .transform((text, context): Prefix => {
    const parsed = parsePrefix(text);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: 'custom', message: 'expected a block of IPv4 addresses such as 10.0.0.0/8', input: text });
    return z.NEVER;
  });

/** What a translator has beyond mapping and filtering. */
export const translationParams = {
  ...sessionParams,
  addresses: integer('public addresses', 1, 1, 1024),
  pooling: choice(
    'with several addresses: one for all of the sessions of a host, or any for each (RFC 4787 REQ-2)',
    ['paired', 'arbitrary'],
    'paired',
  ),
  ports: choice(
    'public port: that of the host if it is free (preservation), that of the host even if another one has it (overloading), one after the other, or random (RFC 4787 section 4.2.1, RFC 6056)',
    ['preservation', 'overloading', 'sequential', 'random'],
    'preservation',
  ),
  parity: flag('keep even ports even and odd ports odd (RFC 4787 section 4.2.2)', false),
  contiguity: flag(
    'keep neighbouring ports of a host, as those of RTP and RTCP, neighbours (RFC 4787 section 4.2.3)',
    false,
  ),
  firstPort: integer('lowest public port', 1024, 1, 65535),
  lastPort: integer('highest public port', 65535, 1, 65535),
  portsPerHost: integer('most mappings that one host may have (RFC 6888 REQ-4); 0 = no limit', 0, 0, 65535),
  maxMappings: integer('most mappings altogether; 0 = as many as there are ports', 0),
  exhaustion: choice(
    'when no port or mapping is left: drop, drop and tell the host by ICMP (RFC 6888 REQ-8), or take the mapping that was idle longest',
    ['drop', 'icmp', 'recycle'],
    'icmp',
  ),
  hairpinning: choice(
    'packets from inside to a public address of the translator: not passed on, or passed on with the public or the private source (RFC 4787 REQ-9)',
    ['none', 'external-source', 'internal-source'],
    'external-source',
  ),
  prefix: prefix.prefault('10.0.0.0/8').describe('private addresses, as captures show them'),
  alg: choice(
    `gateway for SIP over UDP (RFC 2663 section 2.9): ${Object.entries(ALG_KINDS)
      .map(([name, what]) => `${name} ${what}`)
      .join('; ')}`,
    Object.keys(ALG_KINDS) as [AlgKind, ...AlgKind[]],
    'none',
  ),
  control: choice(
    'who may open ports from outside: nobody, or agents over MIDCOM (RFC 3303), at the address of the node, TCP port 7626',
    ['none', 'midcom'],
    'none',
  ),
  controlTime: duration('time that a request of an agent takes', '1 ms'),
  pinhole: duration('how long a port that a gateway has opened waits for the first packet', '2 min'),
};

export const natParams = {
  mapping: behaviour('what a mapping depends on, apart from the inside end (RFC 4787 REQ-1)', 'endpoint-independent'),
  filtering: behaviour('what lets a packet in through a mapping (RFC 4787 REQ-8)', 'address-dependent'),
  ...translationParams,
};
export type NatParams = ParamsOf<typeof natParams>;
