import { oneOf } from '../core/choice';
import { suggestion } from '../core/did-you-mean';
import type { Network } from '../net/topologies/topology';
import type { Path } from './path';
import { type Finding, printed } from './problem';
import type { ScenarioFile } from './schema';
import { BETWEEN, endsOf, placedServers } from './servers';

/** Mistakes of the signalling block: nodes that are not there or have two duties, controls without capacity. */
export function checkServers({ signalling, sessions, middleboxes }: ScenarioFile, network: Network): Finding[] {
  if (signalling === undefined) return [];
  const { nodes, aliases } = network;
  const names = [...nodes, ...Object.keys(aliases)];
  const nameOf = (name: string) => aliases[name] ?? name;
  const ends = new Set(endsOf(sessions).map(nameOf));
  const placed = new Set<string>();
  const findings: Finding[] = [];
  const refuse = (path: Path, message: string) =>
    findings.push({ path: ['signalling', 'servers', ...path], part: 'value', message });
  signalling.servers.forEach(({ on, control, capacity }, i) => {
    const list = on === BETWEEN ? [] : typeof on === 'string' ? [on] : on;
    list.forEach((name, j) => {
      const at = typeof on === 'string' ? [i, 'on'] : [i, 'on', j];
      if (!nodes.includes(nameOf(name))) {
        refuse(at, `found ${printed(name)}; expected a node: ${oneOf(names)}${suggestion(name, names)}`);
      } else if (ends.has(nameOf(name))) {
        refuse(at, `found ${printed(name)}, where a session begins or ends; expected another node`);
      } else if (placed.has(nameOf(name))) refuse(at, `${printed(name)} has a server already`);
      placed.add(nameOf(name));
    });
    if (control.name !== 'none' && capacity === undefined) {
      refuse(
        [i, 'control'],
        `found ${printed(control.name)}; expected none, for a server without capacity is never in overload`,
      );
    }
  });
  if (findings.length > 0) return findings;
  const servers = placedServers(signalling, network, endsOf(sessions)).map(({ node }) => node);
  const controlled = Object.entries(middleboxes).flatMap(([name, { params }]) =>
    params['control'] === 'midcom' ? [nameOf(name)] : [],
  );
  signalling.servers.forEach(({ role }, i) => {
    if (role.name !== 'session-router') return;
    const name = role.params['middlebox'] as string;
    if (controlled.includes(nameOf(name))) return;
    const expected = controlled.length === 0 ? 'none has control: midcom' : oneOf(controlled);
    refuse(
      [i, 'role', 'session-router', 'middlebox'],
      `found ${printed(name)}; expected the node of a translator with control: midcom: ${expected}`,
    );
  });
  signalling.servers.forEach(({ next }, i) => {
    if (next === undefined || servers.includes(nameOf(next))) return;
    refuse(
      [i, 'next'],
      `found ${printed(next)}; expected a node with a server: ${oneOf(servers)}${suggestion(next, servers)}`,
    );
  });
  if (servers.length === 0 && signalling.servers.length > 0) {
    refuse([0, 'on'], 'no node lies between the ends of sessions');
  }
  return findings;
}

/** Nodes with servers: results name them. */
export function serverNames({ signalling, sessions }: ScenarioFile, network: Network): string[] {
  return signalling === undefined ? [] : placedServers(signalling, network, endsOf(sessions)).map(({ node }) => node);
}
