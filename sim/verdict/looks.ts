import type { SeedWords } from '../core/random';
import { parseIpv4 } from '../net/addressing';
import type { Node } from '../net/node';
import type { Simulation } from '../net/simulation';
import type { Finding } from '../probe/finding';
import { LiveRun } from '../run/live-run';
import { ALL_LOOKINGS, type Looking, lookingScenario } from '../scenario/looking';
import type { Scenario } from '../scenario/scenario';

/** What the client of a session finds when it looks for intermediaries: in a run of its own, with the same random numbers. */
export interface LookResult {
  readonly method: Looking;
  readonly finding: Finding;
  /** Names of the nodes that are named. */
  readonly nodes: readonly string[];
}

const STEP = 1e9;

/** Looks in every way that the session has. */
export function looksAt(scenario: Scenario, seed: SeedWords, session: string): LookResult[] {
  return ALL_LOOKINGS.flatMap((method) => {
    const looking = lookingScenario(scenario, session, method);
    if (looking === null) return [];
    const live = new LiveRun({ scenario: looking, seed, record: false });
    const { app, route } = live.sessions[0]!;
    while (!live.isFinished && !app.finding) live.advance(live.now + STEP);
    const { finding } = app;
    if (!finding) return [];
    return [{ method, finding, nodes: nodesNamed(live.simulation, route[0]!, finding) }];
  });
}

function nodesNamed(simulation: Simulation, reader: Node, { names }: Finding): string[] {
  return names.flatMap((name) => {
    const ipv4 = parseIpv4(name);
    const address = ipv4 === undefined ? -1 : simulation.addressOf(ipv4, reader);
    return address < 0 ? [] : [simulation.ownerOf(address).name];
  });
}
