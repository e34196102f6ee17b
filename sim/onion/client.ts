import type { Nanos } from '../core/event-queue';
import type { Node } from '../net/node';
import { equal, KeyShare } from '../security/primitives';
import { newContentWatching } from '../transport/content-watching';
import type { StreamDelegate } from '../transport/byte-stream';
import type { StreamTransport } from '../transport/stream-transport';
import { type Cell, Command, Handshake, Onion, RelayCommand, type Said } from './cells';
import type { OnionCounts } from './counts';
import { HopKeys, Way } from './hop-keys';
import { CellLink } from './link';
import { OnionEnd } from './onion-end';
import { newCircuit, type OnionRelay } from './relay';
import { OnionStream } from './stream';

/** Bytes of a relay's identity in a handshake, and of the key that it is known by. */
const IDENTITY = 20;

/** What a client knows of its circuits: the relays, and where the last of them is to go. */
export interface Route {
  readonly hops: readonly OnionRelay[];
  /** As BEGIN writes it: `192.0.2.1:80`. */
  readonly destination: string;
}

/** Builds a circuit hop by hop when a stream wants one, and carries streams in it; a lost one is built anew with the next stream. */
export class OnionClient {
  private circuit: ClientCircuit | null = null;

  constructor(
    private readonly node: Node,
    private readonly links: StreamTransport,
    private readonly route: Route,
    private readonly flow: number,
    private readonly counts: OnionCounts,
  ) {}

  open(delegate: StreamDelegate): OnionStream {
    if (this.circuit === null || this.circuit.isOver) {
      this.circuit = new ClientCircuit(this.node, this.links, this.route, this.flow, this.counts);
    }
    return this.circuit.open(delegate);
  }
}

class ClientCircuit extends OnionEnd {
  isOver = false;
  private readonly link: CellLink;
  private readonly hops: HopKeys[] = [];
  private share: KeyShare | null = null;
  private readonly startedAt: Nanos;
  private nextStream = 1;
  /** Streams that wait for the circuit. */
  private waiting: OnionStream[] = [];

  constructor(
    private readonly node: Node,
    links: StreamTransport,
    private readonly route: Route,
    private readonly flow: number,
    private readonly counts: OnionCounts,
  ) {
    super(node.simulation.events, node.simulation.single(newContentWatching));
    this.startedAt = this.clock.now;
    const [guard] = route.hops;
    this.link = new CellLink(newCircuit(node), {
      opened: () => this.link.send(Command.create2, this.offer(guard!)),
      cell: (cell) => this.fromGuard(cell),
      writable: () => this.pump(),
      closed: () => this.end(),
    });
    links.connect(node, guard!.node.address, guard!.port, this.link.delegate, flow);
  }

  open(delegate: StreamDelegate): OnionStream {
    const stream = new OnionStream(this, this.nextStream++, this.flow);
    stream.delegate = delegate;
    this.streams.set(stream.id, stream);
    if (this.isBuilt) this.ask(stream);
    else this.waiting.push(stream);
    return stream;
  }

  private get isBuilt(): boolean {
    return this.hops.length === this.route.hops.length;
  }

  protected get unsent(): number {
    return this.isBuilt ? this.link.unsent : Infinity;
  }

  protected say(said: Said): void {
    this.sayTo(this.hops.length - 1, said, Command.relay);
  }

  /** In a layer for each hop up to the one that is meant, whose layer is the innermost. */
  private sayTo(hop: number, said: Said, command: Command): void {
    if (this.isOver || hop < 0) return;
    const keys = this.hops[hop]!;
    let onion = new Onion(said, keys.seal(Way.there));
    keys.count(Way.there);
    for (let i = hop; i >= 0; i--) onion = onion.turned(this.hops[i]!.layer(Way.there));
    this.counts.cells++;
    this.link.send(command, onion);
  }

  private ask(stream: OnionStream): void {
    const text = this.route.destination;
    this.say({ command: RelayCommand.begin, stream: stream.id, text, flow: stream.flow });
  }

  private offer({ known }: OnionRelay): Handshake {
    this.share = new KeyShare(this.node.simulation.random.stream(`onion:${this.node.name}`));
    const rest = new Uint8Array(IDENTITY + known.bytes.length);
    rest.set(known.bytes, IDENTITY);
    return new Handshake(this.share, rest);
  }

  private fromGuard({ command, content }: Cell): void {
    if (this.isOver) return;
    if (command === Command.created2) this.reached(content as Handshake);
    else if (command === Command.destroy) this.end();
    else if (content instanceof Onion) this.peel(content);
  }

  private peel(onion: Onion): void {
    let inner = onion;
    for (const keys of this.hops) {
      inner = inner.turned(keys.layer(Way.back));
      if (!inner.isFor(keys.seal(Way.back))) continue;
      keys.count(Way.back);
      const { said } = inner;
      this.counts.cells++;
      if (said.command === RelayCommand.extended2) this.reached(said.handshake!);
      else this.take(said);
      return;
    }
    this.counts.unrecognised++;
    this.link.send(Command.destroy, null);
    this.end();
  }

  /** The next hop has answered: it is known by its proof. */
  private reached({ share, rest }: Handshake): void {
    const { hops } = this.route;
    const relay = hops[this.hops.length]!;
    const keys = new HopKeys(this.share!.agree(share, true), this.share!.agree(relay.known, true));
    if (!equal(keys.proof, rest)) {
      this.link.send(Command.destroy, null);
      this.end();
      return;
    }
    this.hops.push(keys);
    const { hopTime } = this.counts;
    const number = this.hops.length;
    hopTime[number - 1] = (hopTime[number - 1] ?? 0) + this.clock.now - this.startedAt;
    const next = hops[number];
    if (next !== undefined) this.extendTo(next, number - 1);
    else {
      this.counts.circuits++;
      for (const stream of this.waiting.splice(0)) this.ask(stream);
    }
  }

  private extendTo(next: OnionRelay, from: number): void {
    const { addressing } = this.node.simulation;
    const { address } = next.node;
    const target = { address, ipv4: addressing.ipv4(address), port: next.port };
    const said = { command: RelayCommand.extend2, stream: 0, target, handshake: this.offer(next) };
    this.sayTo(from, said, Command.relayEarly);
  }

  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.counts.lost++;
    this.link.close();
    this.lose();
  }
}
