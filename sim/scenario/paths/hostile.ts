import { ContentInspector } from '../../attack/content-inspector';
import { HostileRelay } from '../../attack/hostile-relay';
import type { Node } from '../../net/node';
import type { Dial } from '../../relay/next-leg';
import type { Editor } from '../../relay/channel';
import type { TlsStream } from '../../security/tls/stream';
import type { ByteStream, StreamDelegate } from '../../transport/byte-stream';
import type { RunningSession } from '../running-session';
import { uriOf } from './announcer';
import { guardAt, readingKeysOf, realmOf, tlsOf } from './protection';
import type { Site } from './site';

/** What a relay of `session` on `node` does to messages; null: nothing. */
export function editorAt(site: Site, session: RunningSession, node: Node): Editor | null {
  const { attack, inspect } = session.spec.relay;
  if (attack !== 'none') return attackerAt(site, session, node);
  return inspect === 'no' ? null : inspectorAt(site, session, node);
}

function inspectorAt(site: Site, session: RunningSession, node: Node): ContentInspector {
  const tells = session.spec.relay.inspect === 'aloud';
  const inspector = new ContentInspector({ tells, name: node.name, uri: uriOf(node), keys: readingKeysOf(site) });
  session.findings.push(() => [
    { metric: 'contentsRead', unit: '', value: inspector.contentsRead },
    { metric: 'contentsRefused', unit: '', value: inspector.contentsRefused },
  ]);
  return inspector;
}

function attackerAt(site: Site, session: RunningSession, node: Node): HostileRelay {
  const { relay, from, to, security } = session.spec;
  const { name } = node;
  const [client, server] = [site.node(from).name, site.node(to).name];
  // in the name of the client, by an authority of its own
  const readers = new Set(security.messages === 'encrypted' ? [server] : []);
  const guard = guardAt(site, session, { holder: name, self: client, issuer: name, peer: server, readers });
  const options = { attack: relay.attack, every: relay.attackEvery, name, keys: readingKeysOf(site), guard };
  const attacker = new HostileRelay(options);
  session.findings.push(() => [
    { metric: 'attacks', unit: '', value: attacker.attacks },
    { metric: 'contentsRead', unit: '', value: attacker.contentsRead },
  ]);
  return attacker;
}

/** How a relay takes a stream, and goes on. */
export interface Joint {
  readonly accept: (stream: ByteStream) => StreamDelegate;
  readonly dial: Dial;
}

/**
 * Ends TLS in the name of the server, with a certificate of an authority of its own, and begins another one to the server.
 * `dial` opens the next leg for the stream below.
 */
export function impersonating(
  site: Site,
  session: RunningSession,
  node: Node,
  server: Node,
  { accept, dial }: Joint,
): Joint {
  const tls = tlsOf(site, session)!;
  const identity = realmOf(site, session).authorityOf(node.name).identityOf(server.name);
  return {
    accept: (stream) => tls.server(server.name, stream, accept, identity, node.name),
    dial: (delegate, incoming) => {
      const below = incoming === null ? null : (incoming as TlsStream).inner;
      const flow = incoming?.flow ?? session.flow;
      return tls.client(node.name, server.name, delegate, flow, (own) => dial(own, below));
    },
  };
}
