import { oneOf } from '../core/choice';
import { suggestion } from '../core/did-you-mean';
import type { Network } from '../net/topologies/topology';
import { type Networks, routeOf } from './network';
import type { Path } from './path';
import { type Finding, printed } from './problem';
import { protocolOf } from './resolve';
import type { ScenarioFile } from './schema';

/** What relays and failures ask of the network. Unknown ends of sessions are for others to find. */
export function checkIntermediaries(file: ScenarioFile, networks: Networks): Finding[] {
  const network = networks.of(file.network);
  const hopsOf = (from: string, to: string) => routeOf(network, from, to).length - 1;
  return [
    ...checkFailures(file, network),
    ...checkLegs(file, hopsOf),
    ...checkBackups(file, network),
    ...checkMsrpRelays(file, network),
  ];
}

/** Failures of what the network does not have, or of relays that no session has. */
function checkFailures(
  { failures, sessions, middleboxes }: ScenarioFile,
  { nodes, links, aliases }: Network,
): Finding[] {
  const nodeOf = (name: string) => (nodes.includes(name) ? name : aliases[name]);
  return failures.flatMap((failure, i) => {
    const at = (...path: Path): Path => ['failures', i, ...path];
    const unknown = (name: string, path: Path): Finding[] => {
      if (nodeOf(name) !== undefined) return [];
      return [unknownNode(path, name, { nodes, aliases })];
    };
    if (failure.node !== undefined) return unknown(failure.node, at('node'));
    if (failure.relay !== undefined) {
      const found = unknown(failure.relay, at('relay'));
      if (found.length > 0 || sessions.some(({ path }) => ['relayed', 'msrp-relays', 'onion'].includes(path)))
        return found;
      const { relay } = failure;
      const isControlled = Object.entries(middleboxes).some(
        ([name, { params }]) => nodeOf(name) === nodeOf(relay) && params['control'] === 'midcom',
      );
      if (isControlled) return [];
      return [value(at('relay'), `found ${printed(relay)}, and no session is relayed`)];
    }
    const [a, b] = failure.link!;
    const found = [...unknown(a, at('link', 0)), ...unknown(b, at('link', 1))];
    if (found.length > 0) return found;
    const [from, to] = [nodeOf(a)!, nodeOf(b)!];
    const joins = links.some((l) => (l.from === from && l.to === to) || (l.from === to && l.to === from));
    return joins ? [] : [value(at('link'), `no link joins ${printed(a)} and ${printed(b)}`)];
  });
}

/** `legs` longer than the path, and what a relay cannot be unseen with. */
function checkLegs({ sessions }: ScenarioFile, hopsOf: (from: string, to: string) => number): Finding[] {
  return sessions.flatMap((session, i) => {
    const { path, legs, via, from, to, relay } = session;
    if (relay.attack !== 'none' && relay.inspect !== 'no') {
      return [
        value(
          ['sessions', i, 'relay', 'inspect'],
          'a hostile relay inspects nothing; expected attack or inspect, not both',
        ),
      ];
    }
    if (path !== 'relayed') return [];
    const most = via === 'all' ? hopsOf(from, to) : via.length + 1;
    const findings: Finding[] = [];
    if (most >= 1 && legs.length > most) {
      findings.push(
        value(['sessions', i, 'legs', most], `the path of ${session.name} has ${most} legs, not ${legs.length}`),
      );
    }
    if (!relay.transparent) return findings;
    if (relay.nextLeg !== 'on-demand') {
      const message = `found ${printed(relay.nextLeg)}; a transparent relay opens its next leg on-demand`;
      findings.push(value(['sessions', i, 'relay', 'nextLeg'], message));
    }
    [protocolOf(session), ...legs.map(({ protocol }) => protocol)].forEach((protocol, leg) => {
      if (protocol === undefined || protocol === 'tcp') return;
      const at: Path = leg === 0 ? ['transport', 'protocol'] : ['legs', leg - 1, 'protocol'];
      findings.push(value(['sessions', i, ...at], `found ${printed(protocol)}; transparent relays are for tcp`));
    });
    return findings;
  });
}

function checkBackups({ sessions }: ScenarioFile, { nodes, aliases }: Network): Finding[] {
  return sessions.flatMap(({ backup, relay }, i) => {
    if (backup.length > 0 && relay.announce) {
      const message = 'a relay that can be refused is gone around directly; expected announce or backup, not both';
      return [value(['sessions', i, 'backup'], message)];
    }
    if (backup.length > 0 && relay.transparent) {
      return [value(['sessions', i, 'backup'], 'transparent relays are where the packets pass, and have no backup')];
    }
    if (backup.length === 0 && relay.race > 0) {
      return [
        value(['sessions', i, 'relay', 'race'], 'found a time; expected backup to say which nodes are tried then'),
      ];
    }
    return backup.flatMap((name, k) => {
      if (nodes.includes(name) || aliases[name] !== undefined) return [];
      return [unknownNode(['sessions', i, 'backup', k], name, { nodes, aliases })];
    });
  });
}

/** Relays that are not there, or that nobody could ask for. */
function checkMsrpRelays({ sessions }: ScenarioFile, { nodes, aliases }: Network): Finding[] {
  const nodeOf = (name: string) => (nodes.includes(name) ? name : aliases[name]);
  return sessions.flatMap(({ path, msrpRelays, app, from, to }, i) => {
    if (path !== 'msrp-relays') return [];
    const at = (...rest: Path): Path => ['sessions', i, ...rest];
    if (app.name !== 'im-session' || app.params['carrier'] !== 'msrp') {
      const found = app.name === 'im-session' ? 'carrier sip' : printed(app.name);
      return [value(at('app'), `found ${found}; relays of MSRP are for im-session with carrier msrp`)];
    }
    const { caller, callee } = msrpRelays;
    if (caller === '' && callee === '') {
      return [value(at('path'), 'expected msrpRelays to name the relay of the caller, of the callee, or both')];
    }
    return Object.entries({ caller, callee }).flatMap(([end, name]) => {
      if (name === '') return [];
      const node = nodeOf(name);
      const field = at('msrpRelays', end);
      if (node === undefined) return [unknownNode(field, name, { nodes, aliases })];
      if (node !== nodeOf(from) && node !== nodeOf(to)) return [];
      return [value(field, `found ${printed(name)}, an end of the session; expected another node`)];
    });
  });
}

function unknownNode(path: Path, name: string, { nodes, aliases }: Pick<Network, 'nodes' | 'aliases'>): Finding {
  const names = [...nodes, ...Object.keys(aliases)];
  return value(path, `found ${printed(name)}; expected a node: ${oneOf(names)}${suggestion(name, names)}`);
}

function value(path: Path, message: string): Finding {
  return { path, part: 'value', message };
}
