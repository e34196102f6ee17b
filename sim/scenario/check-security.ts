import { oneOf } from '../core/choice';
import { suggestion } from '../core/did-you-mean';
import type { Networks } from './network';
import type { Path } from './path';
import { type Finding, printed } from './problem';
import { protocolOf } from './resolve';
import type { ScenarioFile } from './schema';

/** What TLS runs over: streams in order, which have no TLS of their own as QUIC has. */
const CARRIERS: readonly string[] = ['tcp', 'sctp'];

/** TLS over what cannot carry it, and trust in nodes that are not there. */
export function checkSecurity(file: ScenarioFile, networks: Networks): Finding[] {
  const { nodes, aliases } = networks.of(file.network);
  const names = [...nodes, ...Object.keys(aliases)];
  return file.sessions.flatMap((session, i) => {
    const { security, path, legs, circuit, via } = session;
    // of the leg to the server
    const last = via === 'all' ? legs.length - 1 : via.length;
    const findings = (['trust', 'readers'] as const).flatMap((field) =>
      security[field].flatMap((name, k): Finding[] => {
        if (names.includes(name)) return [];
        const message = `found ${printed(name)}; expected a node: ${oneOf(names)}${suggestion(name, names)}`;
        return [value(['sessions', i, 'security', field, k], message)];
      }),
    );
    const { messages, readers, release, directory } = security;
    if (messages !== 'none' && session.app.name !== 'im-session' && session.app.name !== 'discovery') {
      const message = `found ${printed(messages)}; messages of im-session can be protected, and the application is ${session.app.name}`;
      findings.push(value(['sessions', i, 'security', 'messages'], message));
    }
    if (readers.length > 0 && messages !== 'encrypted') {
      const message = `found readers of messages that are not encrypted; expected messages: encrypted`;
      findings.push(value(['sessions', i, 'security', 'readers'], message));
    }
    if (release && messages !== 'encrypted') {
      const message = `found keys to release of messages that are not encrypted; expected messages: encrypted`;
      findings.push(value(['sessions', i, 'security', 'release'], message));
    }
    if (directory !== '' && messages === 'none') {
      const message = `found ${printed(directory)}; expected messages that are signed or encrypted: TLS brings its certificates`;
      findings.push(value(['sessions', i, 'security', 'directory'], message));
    } else if (directory !== '' && !names.includes(directory)) {
      const message = `found ${printed(directory)}; expected a node: ${oneOf(names)}${suggestion(directory, names)}`;
      findings.push(value(['sessions', i, 'security', 'directory'], message));
    }
    if (security.descriptions && directory !== '') {
      const message = `found true; who seals descriptions has to have the certificates, and ${printed(directory)} is asked for them later`;
      findings.push(value(['sessions', i, 'security', 'descriptions'], message));
    }
    if (security.descriptions && messages === 'none') {
      const message = `found true; descriptions are sealed as messages are, and messages are not; expected messages: signed or encrypted`;
      findings.push(value(['sessions', i, 'security', 'descriptions'], message));
    }
    if (session.app.params['method'] === 'encrypted' && messages !== 'encrypted') {
      const message = `found ${printed(messages)}; the method encrypted compares encrypted messages with plain ones`;
      findings.push(value(['sessions', i, 'security', 'messages'], message));
    }
    if (security.tls === 'none') return findings;
    if (path === 'msrp-relays' && security.scope === 'end-to-end') {
      const message = `found ${printed(security.scope)}; relays of MSRP read the paths of messages: expected "hop-by-hop"`;
      findings.push(value(['sessions', i, 'security', 'scope'], message));
    }
    const carriers: [string | undefined, Path][] = [[protocolOf(session), ['transport', 'protocol']]];
    // from end to end, relays between carry records as they carry anything
    const ends = legs.flatMap((_, k) => (security.scope === 'hop-by-hop' || k === 0 || k === last ? [k] : []));
    if (path === 'relayed') for (const k of ends) carriers.push([legs[k]!.protocol, ['legs', k, 'protocol']]);
    if (path === 'aggregated' && security.scope === 'hop-by-hop')
      carriers.push([circuit.protocol, ['circuit', 'protocol']]);
    for (const [protocol, at] of carriers) {
      if (protocol === undefined || CARRIERS.includes(protocol)) continue;
      findings.push(
        value(['sessions', i, ...at], `found ${printed(protocol)}; TLS runs over ${CARRIERS.join(' or ')}`),
      );
    }
    return findings;
  });
}

function value(path: Path, message: string): Finding {
  return { path, part: 'value', message };
}
