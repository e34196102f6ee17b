import { apps } from '../apps';
import type { FailureFields } from './failure-schema';
import type { Failure, Scenario, Session } from './scenario';
import { paths } from './paths';
import type { ScenarioFile, SessionFields } from './schema';
import { type TransportName, transportsOf } from './transports';

/** A parsed file as one point: transport defaults merged into each session, `count` written out. */
export function resolve(file: ScenarioFile): Scenario {
  return {
    title: file.title,
    network: file.network,
    middleboxes: file.middleboxes,
    sessions: file.sessions.flatMap((session) => sessionsOf(session, file)),
    ...(file.signalling === undefined ? {} : { signalling: { ...file.signalling, tcp: file.transport.tcp } }),
    failures: file.failures.map(failureOf),
    ...(file.reroute === undefined ? {} : { reroute: file.reroute }),
    run: { duration: file.run.duration, warmup: file.run.warmup },
    measure: file.measure,
    record: { every: file.record.every, series: file.record.series },
  };
}

function failureOf({ node, link, relay, at, for: length, mtbf, mttr }: FailureFields): Failure {
  return {
    element:
      link !== undefined
        ? { kind: 'link', between: link }
        : { kind: node !== undefined ? 'node' : 'relay', name: (node ?? relay)! },
    when: at === undefined ? { mtbf: mtbf!, mttr: mttr! } : { at, for: length ?? Infinity },
  };
}

/** Names of the sessions that one entry stands for. */
export function namesOf({ name, count }: Pick<SessionFields, 'name' | 'count'>): readonly string[] {
  return count === 1 ? [name] : Array.from({ length: count }, (_, i) => `${name}-${i + 1}`);
}

/** Nodes of the `number`-th session of an entry: `#` in their names is that number. */
export function endsOf(fields: SessionFields, number: number): Pick<Session, 'from' | 'to' | 'via'> {
  const { path, via } = fields;
  const named = (node: string): string => node.replaceAll('#', String(number));
  const relays = paths[path].hasVia ? via : [];
  return { from: named(fields.from), to: named(fields.to), via: relays === 'all' ? relays : relays.map(named) };
}

/** What a session runs over. */
export function protocolOf({ transport, app }: Pick<SessionFields, 'transport' | 'app'>): TransportName {
  return transport.protocol ?? transportsOf(apps[app.name].transports[0])[0]!;
}

/** Who writes records sets TCP_NODELAY: the end of a flight would wait for a round trip (RFC 9293 section 3.7.4). */
function undelayed({ security }: SessionFields): { readonly nagle?: false } {
  return security.tls === 'none' ? {} : { nagle: false };
}

function sessionsOf(fields: SessionFields, file: ScenarioFile): Session[] {
  const { start, stop, path } = fields;
  const [earliest, latest] = typeof start === 'number' ? [start, start] : start.uniform;
  const common = {
    fixedTransport: fields.transport.fixed,
    backup: path === 'relayed' ? fields.backup : [],
    legs:
      path === 'relayed' ? fields.legs.map((leg) => ({ ...leg, protocol: leg.protocol ?? protocolOf(fields) })) : [],
    group: fields.name,
    path,
    relay: fields.relay,
    tunnel: fields.tunnel,
    traversal: fields.traversal,
    msrpRelays: fields.msrpRelays,
    circuit: fields.circuit,
    onion: fields.onion,
    transport: {
      protocol: protocolOf(fields),
      tcp: { ...file.transport.tcp, ...undelayed(fields), ...fields.transport.tcp },
      sctp: { ...file.transport.sctp, ...fields.transport.sctp },
      quic: { ...file.transport.quic, ...fields.transport.quic },
    },
    security: fields.security,
    app: fields.app,
    start: { earliest, latest },
    ...(stop === undefined ? {} : { stop }),
  };
  return namesOf(fields).map((name, i) => ({ name, ...endsOf(fields, i + 1), ...common }));
}
