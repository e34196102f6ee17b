import type { Choice } from '../core/choice';
import { factoryOf } from '../core/choice';
import type { Realm } from '../net/addressing';
import type { Node } from '../net/node';
import { computeRoutes } from '../net/routing';
import type { Simulation } from '../net/simulation';
import { middleboxes } from '.';
import type { NodeMiddlebox } from './middlebox';

/** What a scenario puts where. */
export interface Placement {
  readonly node: Node;
  readonly choice: Choice;
}

/** A middlebox in a simulation. */
export interface Installed {
  readonly node: Node;
  readonly middlebox: NodeMiddlebox;
}

/** Puts middleboxes on nodes, computes the routes again if they have added addresses, and numbers the realms behind them. */
export function installMiddleboxes(simulation: Simulation, placements: readonly Placement[]): Installed[] {
  const before = simulation.addressCount;
  const installed = placements.flatMap(({ node, choice }) => {
    const random = simulation.random.stream(`middlebox:${node.name}`);
    const middlebox = factoryOf(middleboxes, choice)({ simulation, events: simulation.events, node, random });
    if (middlebox === null) return [];
    node.middlebox = middlebox;
    return [{ node, middlebox }];
  });
  if (simulation.addressCount > before) computeRoutes(simulation);
  numberRealms(simulation, installed);
  return installed;
}

/** A node belongs to the smallest realm that it is in; so do the addresses of the translator at its edge. */
function numberRealms(simulation: Simulation, installed: readonly Installed[]): void {
  const { addressing } = simulation;
  const translators = installed
    .flatMap(({ node, middlebox: { realm } }) => (realm === undefined ? [] : [{ node, realm }]))
    .sort((a, b) => b.realm.inside.size - a.realm.inside.size);
  if (translators.length === 0) return;
  const realmOf = new Map<Node, Realm>();
  for (const { node, realm } of translators) {
    const numbered = addressing.addRealm(realm.prefix, realmOf.get(node));
    for (const member of realm.inside) realmOf.set(member, numbered);
  }
  for (let address = 0; address < simulation.addressCount; address++) {
    addressing.assign(address, realmOf.get(simulation.ownerOf(address)) ?? addressing.outermost);
  }
}
