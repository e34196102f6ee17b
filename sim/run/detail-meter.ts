import { type Nanos, Timer } from '../core/event-queue';
import type { Link } from '../net/link';
import type { Simulation } from '../net/simulation';
import type { RunningSession } from '../scenario/running-session';
import type { Scenario } from '../scenario/scenario';
import { transports } from '../scenario/transports';
import {
  alphaFairUtility,
  coefficientOfVariation,
  convergenceSamples,
  jainAtScale,
  power,
  productIndex,
  starvationRatio,
} from '../stats/fairness';
import { isDisproportionate, isNotTcpFriendly, mathisRate, tcpFriendliness } from '../stats/flow-tests';
import { Histogram } from '../stats/histogram';
import { goodput, maxMinShare, share, sum } from '../stats/measures';
import { fairShares } from './fair-shares';
import type { MetricRow } from './messages';

/** How often delays are looked at; percentiles are therefore over time, not over packets. */
const LOOK: Nanos = 10e6;
/** Looks from one sample of bytes received to the next, and samples in a second. */
const LOOKS = 10;
const PER_SECOND = 10;
/** An equal share counts as reached from this much below, and must last for a second. */
const DELTA = 0.1;
/** The largest packet of a TCP on the Internet, for Floyd and Fall's bound, bytes. */
const PACKET = 1500;

/** The metrics that a scenario asks for under `measure`. Being asked changes nothing in the run. */
export class DetailMeter {
  private readonly wanted: ReadonlySet<string>;
  private readonly rtts: Histogram[];
  private readonly delays: Histogram[];
  /** Bytes received in each 100 ms since the beginning of the run, by session. */
  private readonly received: number[][];
  private readonly before: number[];
  private readonly timer: Timer;
  private looks = 0;

  constructor(
    private readonly simulation: Simulation,
    private readonly sessions: readonly RunningSession[],
    private readonly scenario: Scenario,
  ) {
    this.wanted = new Set(scenario.measure);
    this.rtts = this.wanted.has('rtt') ? sessions.map(() => new Histogram()) : [];
    this.delays = this.wanted.has('queueing-delay') ? simulation.links.map(() => new Histogram()) : [];
    this.received = sessions.map(() => []);
    this.before = sessions.map(() => 0);
    this.timer = new Timer(simulation.events, () => this.look());
    if (this.wanted.size > 0) this.timer.arm(LOOK);
  }

  /** `usual` are the metrics that every run has: loss and goodput are taken from them. */
  metrics(usual: readonly MetricRow[]): MetricRow[] {
    const { sessions, simulation, wanted } = this;
    const first = Math.ceil(this.scenario.run.warmup / (LOOK * LOOKS));
    const counted = this.received.map((samples) => samples.slice(first));
    return [
      ...this.rtts.flatMap((rtt, i) => percentiles(sessions[i]!.spec.name, 'rtt', rtt)),
      ...this.delays.flatMap((delay, i) => [
        ...percentiles(simulation.links[i]!.name, 'queueingDelay', delay),
        ...linkPower(simulation.links[i]!, delay, usual),
      ]),
      ...(wanted.has('smoothness') ? counted.flatMap((samples, i) => this.smoothness(i, samples)) : []),
      ...(wanted.has('fairness') ? [...this.fairness(counted), ...this.shares(counted)] : []),
      ...(wanted.has('friendliness') ? sessions.flatMap((session) => this.friendliness(session, usual)) : []),
    ];
  }

  private look(): void {
    const { events, links } = this.simulation;
    this.timer.arm(events.now + LOOK);
    if (++this.looks % LOOKS === 0) {
      this.sessions.forEach(({ app }, i) => {
        this.received[i]!.push(app.received - this.before[i]!);
        this.before[i] = app.received;
      });
    }
    if (events.now < this.scenario.run.warmup) return;
    this.rtts.forEach((rtt, i) => {
      for (const { sender } of this.sessions[i]!.sending)
        if (sender && sender.rtt.samples > 0) rtt.add(sender.rtt.latest);
    });
    this.delays.forEach((delay, i) => delay.add(Math.round(waitingTime(links[i]!))));
  }

  private smoothness(i: number, samples: readonly number[]): MetricRow[] {
    const value = coefficientOfVariation(seconds(samples));
    return [{ flow: this.sessions[i]!.spec.name, metric: 'goodputVariation', unit: '', value }];
  }

  private fairness(counted: readonly number[][]): MetricRow[] {
    const totals = counted.map(sum);
    const begun = Math.max(...this.sessions.map(({ spec }) => spec.start.latest)) / 1e9;
    const since = Math.ceil(begun);
    const bySecond = this.received.map((samples) => seconds(samples).slice(since));
    const converged = convergenceSamples(bySecond, DELTA);
    const row = (metric: string, value: number, unit = ''): MetricRow => ({ flow: 'network', metric, unit, value });
    return [
      row('jain100ms', jainAtScale(counted, 1)),
      row('jain1s', jainAtScale(counted, PER_SECOND)),
      row('jain10s', jainAtScale(counted, 10 * PER_SECOND)),
      row('product', productIndex(totals)),
      row('starvationRatio', starvationRatio(totals)),
      ...(converged === Infinity ? [] : [row('convergenceTime', since + converged + 1 - begun, 's')]),
    ].filter(({ value }) => Number.isFinite(value));
  }

  /** What each has of its max-min fair rate, and the utility of all for two notions of fairness. */
  private shares(counted: readonly number[][]): MetricRow[] {
    const seconds = counted[0]!.length / PER_SECOND;
    const rates = counted.map((samples) => goodput(sum(samples), seconds));
    const fair = fairShares(this.sessions);
    const shares = this.sessions.map(({ spec }, i) => ({
      flow: spec.name,
      metric: 'maxMinShare',
      unit: '',
      value: maxMinShare(rates[i]!, fair[i]!),
    }));
    const utilities = [1, 2].map((alpha) => ({
      flow: 'network',
      metric: `alphaFairUtility${alpha}`,
      unit: '',
      value: alphaFairUtility(
        rates.map((rate) => rate / 1e6),
        alpha,
      ),
    }));
    return [...shares, ...utilities].filter(({ value }) => Number.isFinite(value));
  }

  /** Nothing for a flow that lost nothing: there is no bound then. */
  private friendliness({ spec, path }: RunningSession, usual: readonly MetricRow[]): MetricRow[] {
    const flow = spec.name;
    const of = (metric: string): number | undefined => usual.find((r) => r.flow === flow && r.metric === metric)?.value;
    const p = of(transports[spec.transport.protocol].kind === 'stream' ? 'retransmitted' : 'loss') ?? 0;
    if (p === 0 || p >= 1) return [];
    const goodputs = usual.filter((r) => r.metric === 'goodput').map((r) => r.value);
    const goodput = of('goodput')!;
    const rate = goodput / 8 / (1 - p);
    const rtt = of('srtt') || of('rttMean') || path.rtt / 1e9;
    const greedy = isNotTcpFriendly(rate, PACKET, path.rtt / 1e9, p);
    const disproportionate = isDisproportionate(share(goodput, goodputs), goodputs.length, rate, p);
    return [
      { flow, metric: 'tcpFriendliness', unit: '', value: tcpFriendliness(rate, mathisRate(PACKET, rtt, p)) },
      { flow, metric: 'notTcpFriendly', unit: '', value: greedy ? 1 : 0 },
      { flow, metric: 'disproportionate', unit: '', value: disproportionate ? 1 : 0 },
    ];
  }
}

/** Bits per second carried over the mean time to cross the link: waiting and propagation. Nothing for an unused link. */
function linkPower(link: Link, delay: Histogram, usual: readonly MetricRow[]): MetricRow[] {
  const used = usual.find(({ flow, metric }) => flow === link.name && metric === 'utilisation')?.value ?? 0;
  const seconds = (delay.mean + link.delay) / 1e9;
  if (used === 0 || seconds === 0) return [];
  return [{ flow: link.name, metric: 'linkPower', unit: 'bit/s/s', value: power(used * link.rate, seconds) }];
}

/** What a packet would wait that came now: the bytes in the buffer at the rate of the link, ns. */
function waitingTime(link: Link): Nanos {
  return (link.queuedBytes * 8e9) / link.rate;
}

function seconds(samples: readonly number[]): number[] {
  const totals: number[] = [];
  for (let i = 0; i + PER_SECOND <= samples.length; i += PER_SECOND) totals.push(sum(samples.slice(i, i + PER_SECOND)));
  return totals;
}

function percentiles(flow: string, name: string, of: Histogram): MetricRow[] {
  if (of.count === 0 || of.largest === 0) return [];
  return [
    { flow, metric: `${name}Mean`, unit: 's', value: of.mean / 1e9 },
    { flow, metric: `${name}P50`, unit: 's', value: of.percentile(0.5) / 1e9 },
    { flow, metric: `${name}P95`, unit: 's', value: of.percentile(0.95) / 1e9 },
    { flow, metric: `${name}P99`, unit: 's', value: of.percentile(0.99) / 1e9 },
  ];
}
