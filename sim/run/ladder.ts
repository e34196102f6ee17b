import type { Nanos } from '../core/event-queue';
import type { Address } from '../core/packet';
import type { SeedWords } from '../core/random';
import type { Node } from '../net/node';
import { build } from '../scenario/build';
import type { Scenario } from '../scenario/scenario';
import type { SipWire } from '../sip/encode';
import type { SipTap } from '../sip/endpoint';
import type { SipMessage } from '../sip/message';

/** One message of a run, from node to node. */
export interface Rung {
  readonly sentAt: Nanos;
  /** -1: it did not arrive before the run ended, and was lost if that was long after. */
  readonly arrivedAt: Nanos;
  /** Names of nodes. */
  readonly from: string;
  readonly to: string;
  /** Method, or status code and reason. */
  readonly what: string;
  /** Sent before, byte for byte. */
  readonly again: boolean;
  readonly bytes: number;
}

/** The signalling of a run: the nodes that take part, in the order of the network, and every message. */
export interface Ladder {
  readonly nodes: readonly string[];
  readonly rungs: readonly Rung[];
}

/** Runs a scenario and writes down its signalling, at most so many messages. */
export function ladderOf(scenario: Scenario, seed: SeedWords, most: number): Ladder {
  const { simulation, signalling } = build(scenario, seed);
  const rungs: Rung[] = [];
  /** Messages under way: every transmission is an object of its own. */
  const underWay = new Map<SipWire, { arrivedAt: Nanos }>();
  const tap: SipTap = {
    onSend(message: SipMessage, from: Node, to: Address, again: boolean, wire): void {
      if (rungs.length >= most) return;
      const names = { from: from.name, to: simulation.ownerOf(to)?.name ?? '?' };
      const rung = { sentAt: simulation.events.now, arrivedAt: -1, ...names, what: textOf(message), again, bytes: wire.size }; // prettier-ignore
      rungs.push(rung);
      underWay.set(wire, rung);
    },
    onArrive(_message: SipMessage, _at: Node, wire): void {
      const rung = wire === null ? undefined : underWay.get(wire);
      if (rung === undefined) return;
      rung.arrivedAt = simulation.events.now;
      underWay.delete(wire!);
    },
  };
  signalling?.watch(tap);
  const { duration } = scenario.run;
  simulation.run(duration);
  const used = new Set(rungs.flatMap(({ from, to }) => [from, to]));
  return { nodes: simulation.nodes.map(({ name }) => name).filter((name) => used.has(name)), rungs };
}

function textOf(message: SipMessage): string {
  return message.kind === 'request' ? message.method : `${message.status} ${message.reason}`;
}
