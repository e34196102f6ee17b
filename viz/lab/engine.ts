import { Ecn, Flag, type Packet } from '../../sim/core/packet';
import { Capture } from '../../sim/capture/capture';
import { LiveRun } from '../../sim/run/live-run';
import { seedOf } from '../../sim/run/seed';
import { relaysOf } from '../../sim/scenario/explain';
import { networkOf } from '../../sim/scenario/network';
import { parseStudy } from '../../sim/scenario/parse';
import type { RunningSession } from '../../sim/scenario/running-session';
import type { Scenario, Study } from '../../sim/scenario/scenario';
import { transports } from '../../sim/scenario/transports';
import { charts } from '../charts';
import { inspect } from './inspect';
import { FollowedPacket } from './inspect/followed-packet';
import { PacketRegister } from './inspect/packet-register';
import {
  type Frame,
  type LabNode,
  type Loaded,
  type LoadRequest,
  PacketLook,
  type Samples,
  type Section,
  type Target,
} from './protocol';

/** Samples of a whole run: enough for a chart as wide as a page. */
const SAMPLES = 300;

/**
 * The engine of one variant in the lab: makes the run that the command line would make, as far as it is told, and says what
 * it looks like. Going back is making the run again: it is the same run.
 */
export class LabEngine {
  readonly loaded: Loaded;
  private readonly every: number;
  private live: LiveRun;
  private samples: MutableSamples;
  private received: number[];
  /** When the next sample is due. */
  private due = 0;
  /** Samples that have been shown. */
  private shown = 0;
  private fresh = true;
  private target: Target | null = null;
  private register: PacketRegister;
  /** The packet that is looked at. */
  private followed: FollowedPacket | null = null;

  /** Throws `ScenarioError` when the scenario cannot be used. */
  constructor(request: LoadRequest) {
    const { study, scenario } = scenarioOf(request);
    this.scenarioRun = () => new LiveRun({ scenario, seed: seedOf(study.seed, request.replication), record: false });
    this.live = this.scenarioRun();
    this.register = new PacketRegister(this.live.simulation);
    this.every = Math.max(1e6, Math.round(scenario.run.duration / SAMPLES));
    this.samples = this.noSamples();
    this.received = this.live.sessions.map(() => 0);
    const { nodes, links } = this.live.simulation;
    this.loaded = {
      title: study.title,
      question: study.question,
      duration: scenario.run.duration,
      warmup: scenario.run.warmup,
      rtt: Math.max(1e6, ...this.live.sessions.slice(0, 1).map(({ path }) => path.rtt)),
      factors: study.factors,
      points: study.points.map(({ factors }) => factors),
      replications: study.replications,
      nodes: nodes.map(({ name, links: own }) => ({ name, role: roleOf(name, own.length, scenario) })),
      links: links.map((link) => ({
        name: link.name,
        from: nodes.indexOf(link.from),
        to: nodes.indexOf(link.to),
        rate: link.rate,
        delay: link.delay,
      })),
      sessions: this.live.sessions.map((session) => ({
        name: session.spec.name,
        group: session.spec.group,
        flow: session.flow,
        overStreams: overStreams(session),
        mayBeRelayed: mayBeRelayed(session),
      })),
    };
  }

  private readonly scenarioRun: () => LiveRun;

  /** Runs to a moment; when that is past, from the beginning again. */
  go(until: number): void {
    if (until < this.live.now) this.restart();
    while (this.due <= Math.min(until, this.live.end)) {
      this.live.advance(this.due);
      this.sample();
      this.due += this.every;
    }
    this.live.advance(until);
  }

  step(): void {
    const before = this.live.now;
    this.live.step();
    if (this.live.now >= this.due) this.sample();
    while (this.due <= this.live.now) this.due += this.every;
    if (this.live.now === before) return;
  }

  inspect(target: Target | null): void {
    this.target = target;
    this.followed?.release();
    this.followed = target?.kind === 'packet' ? new FollowedPacket(this.live, this.register, target.index) : null;
  }

  /** What there is to see now, and what is new since the last time. */
  frame(): Frame {
    const { live } = this;
    const frame: Frame = {
      now: live.now,
      finished: live.isFinished,
      events: live.simulation.events.fired,
      fingerprint: live.simulation.fingerprint.toString(),
      packets: this.packetsOnWires(),
      links: this.stateOfLinks(),
      nodes: this.stateOfNodes(),
      samples: this.newSamples(),
      fresh: this.fresh,
      inspected: this.facts(),
      ...(live.isFinished ? { result: this.result() } : {}),
    };
    this.fresh = false;
    return frame;
  }

  /** The whole run, captured on one link: pcapng. Throws if there is no such link. */
  capture(name: string): Uint8Array {
    const run = this.scenarioRun();
    const link = run.links.find((one) => one.name === name);
    if (link === undefined) throw new Error(`no link is called ${name}`);
    const parts: Uint8Array[] = [];
    new Capture(run.simulation, (part) => parts.push(part.slice()), { snapLength: 96 }).link(link);
    run.advance(run.end);
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  private restart(): void {
    this.live = this.scenarioRun();
    this.register = new PacketRegister(this.live.simulation);
    this.inspect(this.target);
    this.samples = this.noSamples();
    this.received = this.live.sessions.map(() => 0);
    this.due = 0;
    this.shown = 0;
    this.fresh = true;
  }

  private sample(): void {
    const { samples, live } = this;
    samples.time.push(live.now / 1e9);
    for (const [i, session] of live.sessions.entries()) {
      const before = this.received[i]!;
      this.received[i] = session.app.received;
      samples.goodput[i]!.push(((this.received[i]! - before) * 8e9) / this.every);
      samples.cwnd[i]!.push(cwndOf(session.sending));
    }
    for (const [i, link] of live.links.entries()) samples.queue[i]!.push(link.queuedPackets);
  }

  private newSamples(): Samples {
    const { samples, shown } = this;
    this.shown = samples.time.length;
    const rest = (column: readonly number[]): number[] => column.slice(shown);
    return {
      time: rest(samples.time),
      goodput: samples.goodput.map(rest),
      cwnd: samples.cwnd.map(rest),
      queue: samples.queue.map(rest),
    };
  }

  private noSamples(): MutableSamples {
    const columns = (rows: readonly unknown[]): number[][] => rows.map(() => []);
    const { sessions, links } = this.live;
    return { time: [], goodput: columns(sessions), cwnd: columns(sessions), queue: columns(links) };
  }

  private packetsOnWires(): Float64Array {
    const found: number[] = [];
    for (const [i, link] of this.live.links.entries()) {
      link.visitWire((p, progress) => found.push(i, progress, p.flow, lookOf(p), this.register.numberOf(p)));
    }
    return Float64Array.from(found);
  }

  private stateOfLinks(): Float32Array {
    const { links } = this.live;
    return Float32Array.from(
      links.flatMap((link) => [link.queuedPackets, link.droppedPackets, link.transmittedPackets]),
    );
  }

  private stateOfNodes(): Float64Array {
    const { simulation, servers, relays } = this.live;
    const { nodes } = simulation;
    const state = new Float64Array(3 * nodes.length);
    for (const [i, { drops }] of nodes.entries()) state[3 * i] = drops.reduce((sum, n) => sum + n, 0);
    for (const { node, waiting } of servers) state[3 * nodes.indexOf(node) + 1]! += waiting;
    for (const { node, relay } of relays) state[3 * nodes.indexOf(node) + 2]! += relay.buffered;
    return state;
  }

  private facts(): readonly Section[] {
    return this.target === null ? [] : inspect(this.live, this.target, this.followed);
  }

  private result(): NonNullable<Frame['result']> {
    const { fingerprint, metrics } = this.live.reply();
    return { fingerprint, metrics };
  }
}

/** The scenario of one point, turned as asked. Throws `ScenarioError`. */
export function scenarioOf({ name, text, settings, point }: LoadRequest): {
  readonly study: Study;
  readonly scenario: Scenario;
} {
  const study = parseStudy(text, {
    file: `${name}.yaml`,
    name,
    charts,
    settings: settings.map((one) => ({ ...one, option: `${one.path}=${one.value}` })),
  });
  return { study, scenario: study.points[Math.min(point, study.points.length - 1)]!.scenario };
}

interface MutableSamples {
  readonly time: number[];
  readonly goodput: number[][];
  readonly cwnd: number[][];
  readonly queue: number[][];
}

function lookOf(p: Packet): number {
  const isLarge = p.length > 0 || (p.flags & Flag.syn) > 0;
  return (isLarge ? PacketLook.data : 0) | (p.ecn === Ecn.ce ? PacketLook.marked : 0);
}

function cwndOf(sending: readonly { readonly sender: { readonly cc: { readonly cwnd: number } } | null }[]): number {
  let sum = NaN;
  for (const { sender } of sending) if (sender !== null) sum = (Number.isNaN(sum) ? 0 : sum) + sender.cc.cwnd;
  return sum;
}

function overStreams({ spec }: RunningSession): boolean {
  return transports[spec.transport.protocol].kind === 'stream';
}

function mayBeRelayed(session: RunningSession): boolean {
  const { spec, route } = session;
  return overStreams(session) && (spec.path === 'relayed' || (spec.path === 'end-to-end' && route.length > 2));
}

function roleOf(name: string, links: number, { network, sessions }: Scenario): LabNode['role'] {
  const built = networkOf(network);
  if (sessions.some((session) => relaysOf(session, built).includes(name))) return 'relay';
  const isEnd = sessions.some(({ from, to }) => [from, to].some((end) => (built.aliases[end] ?? end) === name));
  return isEnd || links === 1 ? 'host' : 'router';
}
