import type { EventQueue, Nanos } from '../core/event-queue';
import type { Packet, PacketPool } from '../core/packet';
import type { RandomStream } from '../core/random';
import type { Impairment, ImpairmentHost, NamedImpairment, PacketFilter, WireStage } from './impairment';
import { Drop } from './queue';
import type { Simulation } from './simulation';
import type { TransmitterPort, Transmitter } from './transmitter';
import { RateTransmitter } from './transmitter';

/** What a wire needs of its link. */
export interface WireEnd {
  readonly name: string;
  readonly delay: Nanos;
  /** Sends `p` on its way to the far node. */
  propagate(p: Packet): void;
  /** Counts `p` as dropped and returns it to the pool. */
  drop(p: Packet, reason: Drop): void;
}

/** The impairments of a link, sorted by where they act. */
export interface Impairments {
  /** Judges packets that reach the far node; null if there is nothing to judge, or if a wire does it. */
  readonly filter: PacketFilter | null;
  /** What packets go through between transmitter and propagation, or null. */
  readonly wire: Wire | null;
  /** Propagation delay, which a stage of the wire may have reduced. */
  readonly delay: Nanos;
  /** Null if the rate is constant. */
  makeTransmitter: ((port: TransmitterPort) => Transmitter) | null;
}

/** Makes the impairments of a link, in the order in which packets meet them. */
export function assemble(simulation: Simulation, end: WireEnd, named: readonly NamedImpairment[]): Impairments {
  // most links have none, and there may be very many links
  if (named.length === 0) return { filter: null, wire: null, delay: end.delay, makeTransmitter: null };
  const hosts = named.map(
    ({ name }) => new Host(simulation, end, simulation.random.stream(`link:${end.name}/${name}`)),
  );
  const made = named.map(({ create }, i) => create(hosts[i]!));
  const onWire = made.some(({ kind }) => kind === 'stage');
  const filters = made.flatMap((one) => (one.kind === 'filter' ? [one.filter] : []));
  if (!onWire) for (const host of hosts) host.lag = end.delay;
  const leastDelays = made.flatMap((one) => (one.kind === 'stage' ? (one.leastDelay ?? []) : []));
  return {
    filter: onWire || filters.length === 0 ? null : filters.length === 1 ? filters[0]! : new FilterChain(filters),
    wire: onWire ? new Wire(simulation.pool, end, made, hosts) : null,
    delay: Math.min(end.delay, ...leastDelays),
    makeTransmitter: transmitterOf(made),
  };
}

function transmitterOf(made: readonly Impairment[]): Impairments['makeTransmitter'] {
  const own = made.find((one) => one.kind === 'transmitter');
  const controls = made.filter((one) => one.kind === 'control');
  if (own === undefined && controls.length === 0) return null;
  return (port) => {
    const transmitter = own === undefined ? new RateTransmitter(port) : own.create(port);
    for (const control of controls) control.start(transmitter);
    return transmitter;
  };
}

/** Filters and stages in a row. What takes time precedes the constant propagation delay, so that arrivals stay in order there. */
export class Wire {
  /** Packets inside. */
  held = 0;
  /** Packets made by copying. */
  duplicated = 0;
  private readonly first: WireStage;

  constructor(
    private readonly pool: PacketPool,
    private readonly end: WireEnd,
    made: readonly Impairment[],
    hosts: readonly Host[],
  ) {
    let next: WireStage = { take: (p) => this.leave(p) };
    for (let i = made.length - 1; i >= 0; i--) {
      const one = made[i]!;
      const host = hosts[i]!;
      host.wire = this;
      host.next = next;
      if (one.kind === 'stage') next = one.stage;
      else if (one.kind === 'filter') next = new FilterStage(one.filter, host, this);
    }
    this.first = next;
  }

  take(p: Packet): void {
    this.held++;
    this.first.take(p);
  }

  copy(p: Packet): Packet {
    this.held++;
    this.duplicated++;
    return this.pool.copy(p);
  }

  lose(p: Packet, reason: Drop): void {
    this.held--;
    this.end.drop(p, reason);
  }

  private leave(p: Packet): void {
    this.held--;
    this.end.propagate(p);
  }
}

class FilterStage implements WireStage {
  constructor(
    private readonly filter: PacketFilter,
    private readonly host: ImpairmentHost,
    private readonly wire: Wire,
  ) {}

  take(p: Packet): void {
    const reason = this.filter.judge(p);
    if (reason === Drop.none) this.host.pass(p);
    else this.wire.lose(p, reason);
  }
}

class FilterChain implements PacketFilter {
  constructor(private readonly filters: readonly PacketFilter[]) {}

  judge(p: Packet): Drop {
    for (const filter of this.filters) {
      const reason = filter.judge(p);
      if (reason !== Drop.none) return reason;
    }
    return Drop.none;
  }
}

class Host implements ImpairmentHost {
  readonly events: EventQueue;
  /** Time since the packet in hand left the transmitter. */
  lag: Nanos = 0;
  wire: Wire | null = null;
  next: WireStage | null = null;

  constructor(
    simulation: Simulation,
    private readonly end: WireEnd,
    readonly random: RandomStream,
  ) {
    this.events = simulation.events;
  }

  get now(): Nanos {
    return this.events.now - this.lag;
  }

  get delay(): Nanos {
    return this.end.delay;
  }

  pass(p: Packet): void {
    this.next!.take(p);
  }

  copy(p: Packet): Packet {
    return this.wire!.copy(p);
  }
}
