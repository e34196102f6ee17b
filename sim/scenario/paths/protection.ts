import type { StreamDelegate } from '../../transport/byte-stream';
import { newContentWatching } from '../../transport/content-watching';
import type { StreamTransport } from '../../transport/stream-transport';
import type { AppHost, DescriptionGuard, MessageGuards } from '../../apps/app';
import { type GuardOptions, MessageGuard, ReadingKeys } from '../../security/messages';
import { Realm, ROOT } from '../../security/realm';
import { newKeyLog } from '../../security/tls/key-log';
import { Tls } from '../../security/tls/tls';
import { TlsTransport } from '../../security/tls/transport';
import { newVerificationLog } from '../../security/verification-log';
import type { RunningSession } from '../running-session';
import { keysAt } from './keys';
import type { Line } from './path';
import type { Site } from './site';
import { TlsMeter } from './tls-meter';

/** The TLS of a session, as its field `security` has it; null without. The same each time. */
export function tlsOf(site: Site, session: RunningSession, version = session.spec.security.tls): Tls | null {
  const { security, name } = session.spec;
  if (security.tls === 'none') return null;
  return site.share(`tls:${name}:${version}`, () => {
    const { simulation } = site;
    const observer = site.share(`tls-meter:${name}`, () => {
      const meter = new TlsMeter();
      session.findings.push(() => meter.metrics());
      return meter;
    });
    const watching = simulation.single(newContentWatching);
    const around = { events: simulation.events, keyLog: simulation.single(newKeyLog), observer, watching };
    return new Tls({ ...security, tls: version }, realmOf(site, session), around, name);
  });
}

/** TLS 1.3 on the links between the relays of a circuit, whatever the session has inside. */
export function linkTls(site: Site, session: RunningSession, transport: StreamTransport): StreamTransport {
  const { simulation } = site;
  const around = {
    events: simulation.events,
    keyLog: simulation.single(newKeyLog),
    observer: {},
    watching: simulation.single(newContentWatching),
  };
  const { security, name } = session.spec;
  const config = { ...security, tls: '1.3', mutual: false, resumption: false } as const;
  return new TlsTransport(transport, new Tls(config, realmOf(site, session), around, `${name}/links`));
}

/** Sessions with certificates of one size share who issues them. */
export function realmOf(site: Site, { spec }: RunningSession): Realm {
  const { certificate, chain } = spec.security;
  const make = () => new Realm(site.simulation.random, certificate, chain);
  return site.share(`realm:${certificate}:${chain}`, make);
}

/** What one leg runs over: with TLS around it where that goes hop by hop. */
export function overLeg(
  site: Site,
  session: RunningSession,
  transport: StreamTransport,
  version = session.spec.security.tls,
): StreamTransport {
  const tls = session.spec.security.scope === 'hop-by-hop' ? tlsOf(site, session, version) : null;
  return tls === null ? transport : new TlsTransport(transport, tls);
}

/** How the ends protect their messages; nothing where they do not. */
export function guardsOf(site: Site, session: RunningSession): Pick<AppHost, 'guards' | 'descriptions' | 'release'> {
  const { security, from, to } = session.spec;
  if (security.messages === 'none') return {};
  const [client, server] = [site.node(from).name, site.node(to).name];
  const isEncrypted = security.messages === 'encrypted';
  const others = security.readers.map((name) => site.node(name).name);
  const readers = {
    caller: new Set(isEncrypted ? [server, ...others] : []),
    callee: new Set(isEncrypted ? [client, ...others] : []),
  };
  const guard = (self: string, peer: string, own: ReadonlySet<string>) =>
    guardAt(site, session, { holder: self, self, issuer: ROOT, peer, readers: own });
  const guards = () => ({
    caller: guard(client, server, readers.caller),
    callee: guard(server, client, readers.callee),
  });
  return {
    guards,
    ...(security.descriptions ? { descriptions: sealing(guards) } : {}),
    ...(security.release ? { release: (end, name) => void readers[end].add(name) } : {}),
  };
}

/** In place of the name of a session: each description stands for itself. */
const DESCRIPTION = 'description';

/** How the ends protect what the signalling says of their session. */
function sealing(guards: () => MessageGuards): DescriptionGuard {
  return {
    seal: (from, text) => guards()[from].seal(0, DESCRIPTION, text),
    open: (at, body) => guards()[at].open(0, DESCRIPTION, body),
  };
}

/** What somebody can sign and read in the messages of a session. */
export function guardAt(
  site: Site,
  session: RunningSession,
  who: Pick<GuardOptions, 'holder' | 'self' | 'issuer' | 'peer' | 'readers'>,
): MessageGuard {
  const { simulation } = site;
  const realm = realmOf(site, session);
  return new MessageGuard({
    ...who,
    realm,
    obtain: keysAt(site, session, site.node(who.holder), realm),
    keys: readingKeysOf(site),
    trusted: [ROOT, ...session.spec.security.trust.map((name) => site.node(name).name)],
    random: simulation.random.stream(`security:messages/${session.spec.name}`),
    log: simulation.single(newVerificationLog),
  });
}

export function readingKeysOf(site: Site): ReadingKeys {
  return site.share('reading-keys', () => new ReadingKeys(site.simulation.random.stream('security:reading')));
}

/** The way with TLS from end to end, whatever lies between; as it is where there is none. */
export function protectedLine(site: Site, session: RunningSession, line: Line): Line {
  const { spec } = session;
  const tls = spec.security.scope === 'end-to-end' ? tlsOf(site, session) : null;
  if (tls === null) return line;
  const [client, server] = [site.node(spec.from).name, site.node(spec.to).name];
  session.admit = (stream, accept) => tls.server(server, stream, accept);
  return {
    ...line,
    open: (delegate: StreamDelegate) => tls.client(client, server, delegate, session.flow, (below) => line.open(below)),
  };
}
