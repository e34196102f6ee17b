import type { Node } from '../../net/node';
import type { Simulation } from '../../net/simulation';
import type { Relay } from '../../relay/relay';
import type { RunningSession } from '../running-session';
import type { Scenario } from '../scenario';

const FIRST_PORT = 1024;

/** A relay of a session, and where it is. */
export interface PlacedRelay {
  readonly node: Node;
  readonly session: RunningSession;
  readonly relay: Relay;
  /** What takes streams for it. */
  readonly listening: { start(): void; stop(): void };
}

/** Something that runs on a node and takes streams there. */
export interface PlacedProcess {
  readonly node: Node;
  /** It dies, with all that it holds. */
  readonly process: { crash(): void };
  readonly listening: { start(): void; stop(): void };
}

/** Where sessions are built: the network, the ports that are taken, and what several sessions share. */
export class Site {
  /** Every relay, for failures and meters. */
  readonly relays: PlacedRelay[] = [];
  /** What else can fail on a node. */
  readonly processes: PlacedProcess[] = [];
  private readonly ports = new Map<Node, number>();
  private readonly shared = new Map<string, unknown>();

  constructor(
    readonly simulation: Simulation,
    readonly scenario: Scenario,
    private readonly aliases: Readonly<Record<string, string>>,
  ) {}

  /** The node of that name or alias. Throws if there is none. */
  node(name: string): Node {
    const node = this.simulation.findNode(this.aliases[name] ?? name);
    if (node === undefined) throw new Error(`no node is called ${name}`);
    return node;
  }

  /** A port of `node` that no other listener has. */
  port(node: Node): number {
    const port = this.ports.get(node) ?? FIRST_PORT;
    this.ports.set(node, port + 1);
    return port;
  }

  /** What the first session that asked for `key` made: the circuit between two nodes, the tunnel of a pair. */
  share<T>(key: string, make: () => T): T {
    if (!this.shared.has(key)) this.shared.set(key, make());
    return this.shared.get(key) as T;
  }

  /** The nodes of a session that take part in carrying it: its ends, and between them those of `via`, in order. */
  hops({ from, to, via }: Scenario['sessions'][number]): readonly Node[] {
    const [first, last] = [this.node(from), this.node(to)];
    if (via === 'all') return pathOf(first, last);
    return [first, ...via.map((name) => this.node(name)), last];
  }
}

/** Nodes from `from` to `to` as the routes have them, ends included. Throws if there is no route. */
export function pathOf(from: Node, to: Node): Node[] {
  const path = [from];
  for (let at = from; at !== to;) {
    const link = at.linkTo(to.address);
    if (link === null || path.length > 10_000) throw new Error(`no route from ${from.name} to ${to.name}`);
    at = link.to;
    path.push(at);
  }
  return path;
}
