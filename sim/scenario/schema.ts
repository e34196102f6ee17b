import * as z from 'zod';
import { apps } from '../apps';
import { circuitParams } from '../circuit/config';
import { byShape } from '../core/by-shape';
import { fields, pluginChoice, type Registry } from '../core/choice';
import { choice, duration, durationSchema, flag, integer } from '../core/params';
import type { ParamSpec } from '../core/plugin';
import { traversalParams } from '../ice/params';
import { msrpRelayParams } from '../msrp/params';
import { middleboxes } from '../middlebox';
import { topologies } from '../net/topologies';
import { relayParams } from '../relay/config';
import { congestionControls } from '../tcp/cc';
import { tcpParams } from '../tcp/config';
import { onionParams } from '../onion/params';
import { tunnels } from '../tunnel';
import { signallingSchema } from '../signalling/params';
import { quicParams } from '../quic/config';
import { sctpCongestionControls } from '../sctp/cc';
import { sctpParams } from '../sctp/config';
import { securityParams } from '../security/config';
import { boundSchema } from './bound';
import { failuresSchema, rerouteSchema } from './failure-schema';
import { PATHS } from './paths';
import { precisionSchema } from './precision';
import { laws } from '../stats/laws';
import { excludeSchema, factorSchema } from './sweep-schema';
import { TRANSPORTS } from './transports';

/*
 * The one description of a scenario file. Types, errors, help, the reference (docs/reference/scenario.md) and the
 * editor's JSON Schema are derived from it.
 */

/** Time series that a run can record. */
export const SERIES = [
  'cwnd',
  'ssthresh',
  'inFlight',
  'srtt',
  'goodput',
  'queue',
  'relayBuffer',
  'retransmissions',
  'drops',
] as const;

/** What one asks of sessions that cross relays. */
const MEASURES_OF_PATHS = ['delay-attribution', 'relay-memory', 'failures'] as const;

/** Metrics that cost something, or that few studies want: docs/models/traffic.md. */
export const MEASURES = [
  'rtt',
  'queueing-delay',
  'smoothness',
  'fairness',
  'friendliness',
  ...MEASURES_OF_PATHS,
] as const;

const MULTIPLEX = 'the streams of a session share one connection; else each has its own, as over TCP';

const tcp = { congestionControl: pluginChoice(congestionControls, 'congestion control', 'cubic'), ...tcpParams };
const sctp = {
  congestionControl: pluginChoice(sctpCongestionControls, 'congestion control', 'rfc9260'),
  multiplex: flag(MULTIPLEX, false),
  ...sctpParams,
};
const quic = {
  congestionControl: pluginChoice(congestionControls, 'congestion control', 'cubic'),
  multiplex: flag(MULTIPLEX, false),
  ...quicParams,
};

const name = z
  .string()
  .regex(/^[A-Za-z][\w-]*$/, 'expected a name: a letter, then letters, digits, - or _')
  .meta({ kind: 'a name' });

const start = byShape('a time such as 1 s, or { uniform: [0 s, 2 s] }', {
  text: durationSchema,
  mapping: fields({
    uniform: z.tuple([durationSchema, durationSchema]).describe('earliest and latest start; drawn per replication'),
  }),
});

const VIA = 'all, or a list of node names';
const via = byShape(VIA, {
  text: z.literal('all', `expected ${VIA}`),
  list: z.array(z.string()).min(1),
});

const session = fields({
  name: name.describe('name of the session in results, charts and dotted paths'),
  from: z
    .string()
    .describe(
      'node that opens the session: a name or an alias (first, last) of the topology; # in it is the number of the session, from 1 to count',
    ),
  to: z.string().describe('node at the other end; # as in from'),
  path: choice(
    'end to end, relayed leg by leg, through a tunnel, with other sessions in one circuit, as ICE finds it, by TCP hole punching, through relays of MSRP, or in an onion circuit',
    PATHS,
    'end-to-end',
  ),
  via: via
    .prefault('all')
    .describe(
      'nodes that relay, in order: all between the ends, or a list; ends of tunnels, outermost first and last; the two aggregators of a circuit; the relays of an onion circuit, guard first',
    ),
  circuit: fields(circuitParams)
    .prefault({})
    .describe('how the session is carried between two aggregators, the nodes of via; for aggregated only'),
  onion: fields(onionParams).prefault({}).describe('the circuit of layers over the nodes of via; for onion only'),
  relay: fields(relayParams).prefault({}).describe('how each relay treats the session; for relayed only'),
  tunnel: pluginChoice(tunnels, 'what carries the packets; for tunnelled only', 'udp'),
  traversal: fields(traversalParams)
    .prefault({})
    .describe(
      'how ends behind translators find each other; for traversed, and punched, which has server and signalling of it',
    ),
  msrpRelays: fields(msrpRelayParams)
    .prefault({})
    .describe('relays of MSRP that the ends ask for; for msrp-relays only'),
  transport: fields({
    fixed: flag('relays may not change the protocol: one that would refuses the session', false),
    protocol: z
      .enum(TRANSPORTS)
      .exactOptional()
      .describe('what the session runs over; without it, what its application usually does'),
    tcp: overrides(tcp).prefault({}).describe('as transport.tcp; only what differs'),
    sctp: overrides(sctp).prefault({}).describe('as transport.sctp; only what differs'),
    quic: overrides(quic).prefault({}).describe('as transport.quic; only what differs'),
  })
    .prefault({})
    .describe('the transport protocol, and what differs from the transport of the scenario'),
  security: fields(securityParams).prefault({}).describe('TLS, and who is believed'),
  app: pluginChoice(apps, 'the traffic', 'bulk'),
  start: start.prefault('0 s').describe('when the session begins: a time, or a random one'),
  stop: durationSchema.exactOptional().describe('when it ends; without it, at the end of the run'),
  count: integer('number of identical sessions, named NAME-1 ... NAME-n when above 1', 1, 1, 100_000),
  legs: z
    .array(
      fields({
        protocol: z.enum(TRANSPORTS).exactOptional().describe('what the leg runs over, if not what the session does'),
        tcp: overrides(tcp).prefault({}).describe('as transport.tcp; only what differs'),
      }),
    )
    .default([])
    .describe('what differs on the legs between relays, from the first on; for relayed only'),
  backup: z
    .array(z.string())
    .default([])
    .describe(
      'nodes that relay in place of `via` once a stream through it was lost, and the other way round; for relayed only',
    ),
});

const run = fields({
  duration: durationSchema.describe('simulated time of a run'),
  warmup: duration('time at the beginning that metrics leave out', '0 s'),
  replications: integer('runs of each point, with different random numbers', 10, 1, 1_000_000),
  seed: integer('of all random numbers; the points of a sweep share those of a replication', 1, 0, 2 ** 53 - 1),
  precision: precisionSchema
    .exactOptional()
    .describe('make more replications than that where an interval is still wider than this'),
  interval: choice('how intervals of means over replications are made', ['student', 'bca'], 'student'),
});

const record = fields({
  every: duration('time between two samples', '100 ms'),
  replications: z.array(z.int().min(1)).default([1]).describe('replications whose time series are kept'),
  series: z.array(z.enum(SERIES)).default(['cwnd', 'srtt', 'queue']).describe('which time series'),
});

const near = fields({
  law: pluginChoice(laws, 'the law'),
  of: z.string().describe('factor whose value is the x of the law'),
  within: z.number().positive().describe('largest distance from the law, as part of it: 0.1 = 10 %'),
});

const expectation = fields({
  metric: z.string().describe('name of the metric'),
  flow: z.string().describe('name of the session, network, or a direction of a link: n0>n1'),
  at: z
    .record(z.string(), byShape('a value of the factor', { text: z.string(), number: z.number() }))
    .default({})
    .describe('points of the sweep it holds for: values of factors; without it, all'),
  atLeast: boundSchema.exactOptional().describe('least mean over the replications'),
  atMost: boundSchema.exactOptional().describe('largest mean over the replications'),
  near: near.exactOptional().describe('a law that the mean over the replications must follow'),
});

/** The schema of a scenario file. `charts` are the charts it may ask for; the simulator itself draws none. */
export function scenarioSchema(charts: Registry = {}) {
  return fields({
    title: z.string().min(1).describe('one line for lists and charts'),
    question: z.string().default('').describe('what the study is to answer'),
    network: pluginChoice(topologies, 'the nodes and links'),
    middleboxes: z
      .record(z.string(), pluginChoice(middleboxes, 'what is on the node'))
      .default({})
      .describe('translators and firewalls, by the node that they are on'),
    transport: fields({
      tcp: fields(tcp).prefault({}).describe('TCP of every session, unless it differs'),
      sctp: fields(sctp).prefault({}).describe('SCTP of every session, unless it differs'),
      quic: fields(quic).prefault({}).describe('QUIC of every session, unless it differs'),
    })
      .prefault({})
      .describe('transport protocols'),
    signalling: signallingSchema.exactOptional().describe('SIP servers, and the timers of all SIP'),
    sessions: z.array(session).min(1).describe('the traffic: who talks to whom, how, with what'),
    failures: failuresSchema,
    reroute: rerouteSchema,
    run: run.describe('how long, how often'),
    sweep: z.record(name, factorSchema).default({}).describe('fields to vary; every combination is run'),
    exclude: excludeSchema.default([]).describe('combinations of the sweep that are not run'),
    measure: z.array(z.enum(MEASURES)).default([]).describe('metrics beyond the usual ones'),
    record: record.prefault({}).describe('time series to keep'),
    charts: z.array(pluginChoice(charts, 'a chart')).default([]).describe('charts to draw'),
    expect: z.array(expectation).default([]).describe('bounds that the finished study must satisfy'),
    breaks: z
      .record(name, z.record(z.string(), z.unknown()).meta({ kind: 'dotted paths with their values' }))
      .default({})
      .describe('changes that take the mechanism of the study away: with each, some bound of expect must fail'),
  });
}

/** A scenario file after parsing, before its sweep is expanded. */
export type ScenarioFile = z.output<ScenarioSchema>;
export type ScenarioSchema = ReturnType<typeof scenarioSchema>;
export type SessionFields = ScenarioFile['sessions'][number];

/** The same parameters, each optional and without default. */
function overrides<P extends ParamSpec>(params: P) {
  const optional = Object.entries(params).map(([key, schema]) => {
    let inner = schema;
    while (inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) inner = inner.unwrap() as z.ZodType;
    return [key, inner.exactOptional().meta(schema.meta() ?? {})];
  });
  return fields(Object.fromEntries(optional) as { [K in keyof P]: z.ZodExactOptional<z.ZodType<z.output<P[K]>>> });
}
