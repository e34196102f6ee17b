import { middleboxes } from '../../sim/middlebox';
import { installMiddleboxes } from '../../sim/middlebox/install';
import { fields } from '../../sim/core/choice';
import type { Address } from '../../sim/core/packet';
import { computeRoutes } from '../../sim/net/routing';
import type { Node } from '../../sim/net/node';
import { Simulation } from '../../sim/net/simulation';
import { StunClient } from '../../sim/stun/client';
import { STUN_PORT, StunServer } from '../../sim/stun/server';
import { MS, linkOf, SEED } from './network';

export type Kind = keyof typeof middleboxes;

/** A host behind none, one or two middleboxes, and a STUN server with two addresses outside. */
export class StunLab {
  readonly simulation = new Simulation(SEED);
  readonly client: StunClient;
  readonly host: Node;
  readonly server: Node;
  readonly other: Address;

  /** `kinds`: from the inside to the outside, with parameters. */
  constructor(...kinds: readonly (readonly [Kind, object?])[]) {
    const { simulation } = this;
    this.host = simulation.addNode('host');
    const boxes = kinds.map((_, i) => simulation.addNode(`box${i}`));
    const core = simulation.addNode('core');
    this.server = simulation.addNode('server');
    const row = [this.host, ...boxes, core, this.server];
    row.slice(1).forEach((node, i) => simulation.connect(row[i]!, node, linkOf({ rate: 1e9, delay: MS })));
    const rest = Array.from({ length: 8 }, (_, i) => simulation.addNode(`other${i}`));
    for (const node of rest) simulation.connect(core, node, linkOf({ rate: 1e9, delay: MS }));
    this.other = simulation.addAddress(this.server);
    computeRoutes(simulation);
    const placements = kinds.map(([name, params = {}], i) => ({
      node: boxes[i]!,
      choice: { name, params: fields(middleboxes[name].params).parse(params) },
    }));
    installMiddleboxes(simulation, placements);
    new StunServer(this.server, this.other);
    this.client = new StunClient(this.host, simulation.random.stream('stun'));
  }

  get serverAddress() {
    return { address: this.server.address, port: STUN_PORT };
  }

  /** What a discovery ends with. */
  run<T>(discover: (client: StunClient, server: StunLab['serverAddress'], onEnd: (found: T) => void) => void): T {
    let found: T | undefined;
    discover(this.client, this.serverAddress, (outcome) => (found = outcome));
    this.simulation.run(Infinity);
    if (found === undefined) throw new Error('the discovery did not end');
    return found;
  }
}
