import { type Nanos, Timer } from '../core/event-queue';
import type { Node } from '../net/node';
import type { BuiltScenario } from '../scenario/build';
import type { DownTime } from '../scenario/failure-schedule';
import { pathOf } from '../scenario/paths/site';
import type { RunningSession } from '../scenario/running-session';
import type { CloseReason, StreamMessage } from '../transport/byte-stream';
import type { MetricRow } from './messages';

/** A session's way before anything failed: names of nodes and links in order, the client left out. */
interface Way {
  readonly elements: readonly string[];
  /** How many of them are up to the first relay, or to the server where there is none. */
  readonly firstLeg: number;
}

interface Watched {
  readonly session: RunningSession;
  readonly way: Way;
  /** Time from a failure to the client being told; to the delivery of something written after it. */
  readonly detection: Nanos[];
  readonly repair: Nanos[];
  /** Elements that may have failed, as far as the client can tell, of all on its way. */
  readonly suspects: number[];
  /** The failure that has neither been noticed, and that was not repaired yet; -1 for none. */
  unnoticed: Nanos;
  unrepaired: Nanos;
}

/** What failures do to sessions: who is hit, who notices when, who can tell where, when messages arrive again. */
export class FailureMeter {
  private readonly watched: readonly Watched[];
  private readonly hit: number[] = [];

  constructor(
    private readonly built: BuiltScenario,
    warmup: Nanos,
  ) {
    const { simulation, sessions, failures } = built;
    this.watched = sessions.map((session) => ({
      session,
      way: wayOf(built, session),
      detection: [],
      repair: [],
      suspects: [],
      unnoticed: -1,
      unrepaired: -1,
    }));
    for (const watched of this.watched) {
      const { session } = watched;
      const before = session.events.onDelivered;
      session.events.onDisconnected = (reason) => this.onDisconnected(watched, reason);
      session.events.onDelivered = (message, delay) => {
        before?.(message, delay);
        this.onDelivered(watched, message, simulation.events.now - delay);
      };
    }
    for (const failure of failures) if (failure.from >= warmup) this.hit.push(this.hitBy(failure).length);
    for (const failure of failures) new Timer(simulation.events, () => this.onFailure(failure)).arm(failure.from);
  }

  metrics(): MetricRow[] {
    const { hit } = this;
    const total = hit.reduce((a, b) => a + b, 0);
    return [
      { flow: 'network', metric: 'failures', unit: '', value: hit.length },
      ...(hit.length === 0 ? [] : [{ flow: 'network', metric: 'sessionsHit', unit: '', value: total / hit.length }]),
      ...this.watched.flatMap(({ session, way, detection, repair, suspects }) => {
        const flow = session.spec.name;
        return [
          ...mean(flow, 'detectionTime', 's', detection, 1e9),
          ...mean(flow, 'repairTime', 's', repair, 1e9),
          ...mean(flow, 'suspects', '', suspects, 1),
          { flow, metric: 'elements', unit: '', value: way.elements.length },
          ...[...session.events.endings].map(([reason, value]) => ({
            flow,
            metric: `relayEnded.${reason}`,
            unit: '',
            value,
          })),
          ...(session.events.lostInRelays > 0
            ? [{ flow, metric: 'lostInRelays', unit: 'B', value: session.events.lostInRelays }]
            : []),
        ];
      }),
    ];
  }

  private hitBy({ kind, at }: DownTime): readonly Watched[] {
    const names = at.map((name) => this.built.nodeOf(name).name);
    const isHit = ({ session, way }: Watched): boolean => {
      if (kind === 'relay') return this.built.relays.some((r) => r.session === session && r.node.name === names[0]);
      if (kind === 'node') return way.elements.includes(names[0]!) || session.spec.from === names[0];
      return way.elements.includes(`${names[0]}-${names[1]}`) || way.elements.includes(`${names[1]}-${names[0]}`);
    };
    return this.watched.filter(isHit);
  }

  private onFailure(failure: DownTime): void {
    for (const watched of this.hitBy(failure)) {
      // one that comes while another is not repaired can neither be noticed nor told from it
      if (watched.unrepaired >= 0) continue;
      watched.unnoticed = failure.from;
      watched.unrepaired = failure.from;
    }
  }

  /** The client is told that its connection is lost, and how: all that it can judge by. */
  private onDisconnected(watched: Watched, reason: CloseReason): void {
    if (watched.unnoticed < 0) return;
    const { way } = watched;
    watched.detection.push(this.built.simulation.events.now - watched.unnoticed);
    watched.unnoticed = -1;
    // silence: something on the first leg, or its far end. An answer: the far end of the first leg, or beyond it
    watched.suspects.push(reason === 'timeout' ? way.firstLeg : way.elements.length - way.firstLeg + 1);
  }

  private onDelivered(watched: Watched, _message: StreamMessage, writtenAt: Nanos): void {
    if (watched.unrepaired < 0 || writtenAt <= watched.unrepaired) return;
    watched.repair.push(this.built.simulation.events.now - watched.unrepaired);
    watched.unrepaired = -1;
    watched.unnoticed = -1;
  }
}

function wayOf({ relays, nodeOf }: BuiltScenario, session: RunningSession): Way {
  const { from, to } = session.spec;
  const own = relays.filter((r) => r.session === session).map(({ node }) => node);
  const stops = [nodeOf(from), ...own, nodeOf(to)];
  const legs = stops.slice(1).map((stop, i) => elementsBetween(stops[i]!, stop));
  return { elements: legs.flat(), firstLeg: legs[0]!.length };
}

function elementsBetween(a: Node, b: Node): string[] {
  const nodes = pathOf(a, b);
  return nodes.slice(1).flatMap((node, i) => [`${nodes[i]!.name}-${node.name}`, node.name]);
}

function mean(flow: string, metric: string, unit: string, values: readonly number[], scale: number): MetricRow[] {
  if (values.length === 0) return [];
  return [{ flow, metric, unit, value: values.reduce((a, b) => a + b, 0) / values.length / scale }];
}
