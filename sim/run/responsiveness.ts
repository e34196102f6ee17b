import type { Packet } from '../core/packet';
import type { RandomStream } from '../core/random';
import type { Link } from '../net/link';
import { type Middlebox, Verdict } from '../net/middlebox';
import type { Scenario } from '../scenario/scenario';
import { type Behaviour, isUnresponsive } from '../stats/flow-tests';
import { LiveRun } from './live-run';
import { seedOf } from './seed';

/** How a flow answers to more loss: the second test of Floyd and Fall 1999. */
export interface Responsiveness {
  readonly flow: string;
  /** Packets with payload per second that it sends, and the part of them that is dropped, before and after. */
  readonly before: Behaviour;
  readonly after: Behaviour;
  /** Undefined where the loss could not be raised enough. */
  readonly isUnresponsive: boolean | undefined;
}

/** The loss is made this many times what it was: a responsive flow then sends half. */
const RISE = 4;
/** More than this is no loss that a test of congestion control is about. */
const MOST = 0.5;
/** A smaller rise says nothing. */
const ENOUGH = 1.5;
const TRIES = 4;
/** What counts as the loss before, for a flow that loses less by itself: too few losses to divide by. */
const LEAST = 0.0025;

/**
 * The second test of Floyd and Fall (IEEE/ACM ToN 1999, section 4.2), on every flow that is not relayed: each is run as it
 * is, and again with losses of its own added at its sender until it loses about four times as much, everybody else as
 * before, with the same random numbers. Sums over `replications`, each from the end of the warm-up.
 */
export function responsivenessOf(scenario: Scenario, seed: number, replications: number): Responsiveness[] {
  const flows = scenario.sessions.flatMap(({ name, path }, i) => (path === 'relayed' ? [] : [{ name, flow: i + 1 }]));
  return flows.flatMap(({ name, flow }) => {
    const behaviour = (added: number) => behaviourOf(scenario, flow, added, seed, replications);
    const alone = behaviour(0);
    if (alone.rate === 0) return [];
    const before = alone.p >= LEAST ? alone : behaviour(LEAST);
    const after = withLoss(Math.min(MOST, RISE * before.p), before, behaviour);
    const isTested = after.p > ENOUGH * before.p;
    return [{ flow: name, before, after, isUnresponsive: isTested ? isUnresponsive(before, after) : undefined }];
  });
}

/** Adds loss until it is what is wanted: a flow that yields loses less by itself than it did before. */
function withLoss(wanted: number, before: Behaviour, behaviour: (added: number) => Behaviour): Behaviour {
  let added = wanted - before.p;
  let after = behaviour(added);
  for (let tries = 1; tries < TRIES && after.p < 0.9 * wanted; tries++) {
    added = Math.min(wanted, added + wanted - after.p);
    after = behaviour(added);
  }
  return after;
}

function behaviourOf(scenario: Scenario, flow: number, added: number, seed: number, replications: number): Behaviour {
  const total = { sent: 0, dropped: 0 };
  for (let n = 1; n <= replications; n++) {
    const run = new LiveRun({ scenario, seed: seedOf(seed, n), record: false });
    const probe = new LossProbe(flow, added, run.simulation.random.stream(`responsiveness ${flow}`));
    run.sessions[flow - 1]!.route[0]!.addMiddlebox(probe);
    for (const link of run.links) link.tap = probe;
    run.advance(scenario.run.warmup);
    probe.reset();
    run.advance(run.end);
    total.sent += probe.sent;
    total.dropped += probe.dropped;
  }
  const seconds = ((scenario.run.duration - scenario.run.warmup) / 1e9) * replications;
  return { rate: total.sent / seconds, p: total.sent === 0 ? 0 : total.dropped / total.sent };
}

/** Counts what a flow sends and loses, and loses some of it at the sender. */
class LossProbe implements Middlebox {
  sent = 0;
  dropped = 0;

  constructor(
    private readonly flow: number,
    private readonly probability: number,
    private readonly random: RandomStream,
  ) {}

  reset(): void {
    this.sent = 0;
    this.dropped = 0;
  }

  onPacket(p: Packet, from: Link | null): Verdict {
    if (from !== null || !this.counts(p)) return Verdict.forward;
    this.sent++;
    if (this.probability === 0 || !this.random.chance(this.probability)) return Verdict.forward;
    this.dropped++;
    return Verdict.drop;
  }

  onSend(): void {
    // counted at the sender
  }

  onArrive(): void {
    // arrived, so not dropped
  }

  onDrop(p: Packet): void {
    if (this.counts(p)) this.dropped++;
  }

  private counts(p: Packet): boolean {
    return p.flow === this.flow && p.length > 0;
  }
}
