import type { Address } from '../core/packet';
import type { Factory } from '../core/plugin';
import type { Node } from '../net/node';
import { newContentWatching } from '../transport/content-watching';
import type { ByteStream, StreamDelegate } from '../transport/byte-stream';
import type { StreamTransport } from '../transport/stream-transport';
import { CircuitEnd } from './circuit-end';
import type { CircuitConfig } from './config';
import type { Scheduler, SchedulerHost } from './schedulers/scheduler';

/** Circuits carry sessions under no flow of theirs. */
const NO_FLOW = 0;

/**
 * The circuits between two aggregators, as a transport of byte streams: a session is a stream. Circuits are opened with the
 * first session, one after the other as sessions need them.
 */
export class Circuits {
  /** Both ends of every carrier, the opener's first. */
  readonly near: CircuitEnd[] = [];
  readonly far: CircuitEnd[] = [];
  /** Ends of circuits that are gone. */
  private readonly lost: CircuitEnd[] = [];
  private readonly acceptors = new Map<number, (stream: ByteStream) => StreamDelegate>();
  private opened = 0;

  constructor(
    private readonly from: Node,
    private readonly to: Node,
    /** Of `to`, where circuits are opened. */
    readonly port: number,
    private readonly config: CircuitConfig,
    private readonly scheduler: Factory<SchedulerHost, Scheduler>,
    /** A transport of its own for each circuit, so that each has a connection of its own. */
    private readonly transportOf: () => StreamTransport,
  ) {
    const { events } = to.simulation;
    transportOf().listen(to, port, (carrier) => {
      const end = new CircuitEnd(
        events,
        config,
        scheduler,
        carrier,
        false,
        (session, at) => {
          const accept = this.acceptors.get(at);
          if (accept === undefined) throw new Error(`nobody awaits sessions at ${at} of the circuit`);
          return accept(session);
        },
        to.simulation.single(newContentWatching),
      );
      this.far.push(end);
      return end.delegate;
    });
  }

  /** The transport that a session of `weight` uses. */
  transport(weight: number): StreamTransport {
    return {
      listen: (_: Node, port: number, accept: (stream: ByteStream) => StreamDelegate) => {
        this.acceptors.set(port, accept);
      },
      unlisten: (_: Node, port: number) => {
        this.acceptors.delete(port);
      },
      connect: (_: Node, _remote: Address, port: number, delegate: StreamDelegate, flow: number) =>
        this.next().open(port, delegate, flow, weight),
    };
  }

  /** Bytes of framing that both ends have sent. */
  get overhead(): number {
    let sum = 0;
    for (const end of this.near) sum += end.overhead;
    for (const end of this.lost) sum += end.overhead;
    for (const end of this.far) sum += end.overhead;
    return sum;
  }

  /** The end that the next session is to be opened at. */
  private next(): CircuitEnd {
    const { circuits, streams, balance } = this.config;
    const turn = this.opened++;
    if (turn < circuits) this.add(streams);
    if (balance === 'round-robin')
      return this.open((turn % circuits) * streams + (Math.floor(turn / circuits) % streams));
    let least = 0;
    for (let i = 1; i < this.near.length; i++) if (this.near[i]!.queued < this.near[least]!.queued) least = i;
    return this.open(least);
  }

  /** The end at `index`; a circuit that was lost is opened again, with all its streams. */
  private open(index: number): CircuitEnd {
    if (this.near[index]!.carrier === null) {
      const { streams } = this.config;
      const first = index - (index % streams);
      this.lost.push(...this.near.splice(first, streams, ...this.connect(streams)));
    }
    return this.near[index]!;
  }

  /** One more circuit, with all its streams. */
  private add(streams: number): void {
    this.near.push(...this.connect(streams));
  }

  private connect(streams: number): CircuitEnd[] {
    const transport = this.transportOf();
    return Array.from({ length: streams }, () => {
      const end = new CircuitEnd(
        this.from.simulation.events,
        this.config,
        this.scheduler,
        null,
        true,
        null,
        this.to.simulation.single(newContentWatching),
      );
      end.carrier = transport.connect(this.from, this.to.address, this.port, end.delegate, NO_FLOW);
      return end;
    });
  }
}
