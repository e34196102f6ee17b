import type { Node } from '../net/node';
import { KeyShare } from '../security/primitives';
import { type ContentWatching, newContentWatching } from '../transport/content-watching';
import type { ByteStream, StreamDelegate } from '../transport/byte-stream';
import type { StreamTransport } from '../transport/stream-transport';
import { type Cell, Command, Handshake, Onion, RelayCommand, type Said } from './cells';
import type { OnionCounts } from './counts';
import { HopKeys, Way } from './hop-keys';
import { CellLink } from './link';
import { OnionEnd } from './onion-end';
import { OnionStream } from './stream';

/** What relays of a session do to every so many cells that they pass on away from the client; 0: nothing. */
export interface OnionAttack {
  readonly kind: 'none' | 'modify' | 'drop' | 'replay';
  readonly every: number;
}

/** Where an exit takes its streams. */
export type ExitAcceptor = (stream: OnionStream) => StreamDelegate;

/** A relay: it knows its neighbours in each circuit, and the keys that it shares with the client (tor-spec, "Circuit management"). */
export class OnionRelay {
  /** The key that the directory has of it. */
  readonly known: KeyShare;
  /** As an exit; null: it is none. */
  accept: ExitAcceptor | null = null;
  private readonly circuits = new Set<RelayedCircuit>();
  readonly watching: ContentWatching;

  constructor(
    readonly node: Node,
    readonly links: StreamTransport,
    readonly port: number,
    readonly flow: number,
    readonly counts: OnionCounts,
    readonly attack: OnionAttack,
  ) {
    const { random } = node.simulation;
    this.known = new KeyShare(random.stream(`onion:${node.name}`));
    this.watching = node.simulation.single(newContentWatching);
  }

  start(): void {
    this.links.listen(this.node, this.port, (stream) => {
      const circuit = new RelayedCircuit(this, stream);
      this.circuits.add(circuit);
      return circuit.delegate;
    });
  }

  stop(): void {
    this.links.unlisten(this.node, this.port);
  }

  /** The process dies, with all circuits through it. */
  crash(): void {
    for (const circuit of [...this.circuits]) circuit.abandon();
  }

  forget(circuit: RelayedCircuit): void {
    this.circuits.delete(circuit);
  }
}

/** One circuit at one relay. */
class RelayedCircuit {
  private readonly previous: CellLink;
  private next: CellLink | null = null;
  private keys: HopKeys | null = null;
  private exit: ExitEnd | null = null;
  private passed = 0;
  private earlier: Onion | null = null;
  private isOver = false;

  constructor(
    private readonly relay: OnionRelay,
    stream: ByteStream,
  ) {
    this.previous = new CellLink(0, {
      cell: (cell) => this.fromClient(cell),
      writable: () => this.exit?.pump(),
      closed: () => this.end(),
    });
    this.previous.stream = stream;
  }

  get delegate(): StreamDelegate {
    return this.previous.delegate;
  }

  abandon(): void {
    this.previous.stream?.abort();
    this.next?.stream?.abort();
    this.end();
  }

  private fromClient({ command, content }: Cell): void {
    if (this.isOver) return;
    if (command === Command.create2) this.create(content as Handshake);
    else if (command === Command.destroy) this.destroy();
    else if (content instanceof Onion && this.keys !== null) this.peel(content, this.keys);
  }

  /** Keys of what was agreed on, and the proof that this relay has the key that it is known by (tor-spec, ntor). */
  private create({ share }: Handshake): void {
    const { node, known } = this.relay;
    const own = new KeyShare(node.simulation.random.stream(`onion:${node.name}`));
    this.keys = new HopKeys(own.agree(share, false), known.agree(share, false));
    this.previous.send(Command.created2, new Handshake(own, this.keys.proof));
  }

  private peel(onion: Onion, keys: HopKeys): void {
    const inner = onion.turned(keys.layer(Way.there));
    if (inner.isFor(keys.seal(Way.there))) {
      keys.count(Way.there);
      this.obey(inner.said);
    } else if (this.next !== null) this.passOn(inner);
    else {
      // nobody made this cell, or one before it is missing: the circuit is torn down (tor-spec, "Relay cells")
      this.relay.counts.unrecognised++;
      this.destroy();
    }
  }

  private passOn(onion: Onion): void {
    const { attack, counts } = this.relay;
    const isHit = attack.kind !== 'none' && ++this.passed % attack.every === 0;
    if (isHit) counts.attacks++;
    if (!(isHit && attack.kind === 'drop')) {
      this.next!.send(Command.relay, isHit && attack.kind === 'modify' ? onion.changed() : onion);
    }
    if (isHit && attack.kind === 'replay') this.next!.send(Command.relay, this.earlier ?? onion);
    this.earlier = onion;
  }

  private obey(said: Said): void {
    if (said.command === RelayCommand.extend2) this.extend(said);
    else if (this.relay.accept !== null) (this.exit ??= this.newExit(this.relay.accept)).hear(said);
  }

  private newExit(accept: ExitAcceptor): ExitEnd {
    const { node, watching } = this.relay;
    const { events } = node.simulation;
    return new ExitEnd(
      events,
      watching,
      accept,
      (said) => this.sayBack(said),
      () => this.previous.unsent,
    );
  }

  private extend({ target, handshake }: Said): void {
    const { links, node, flow } = this.relay;
    const link = new CellLink(newCircuit(node), {
      opened: () => link.send(Command.create2, handshake!),
      cell: (cell) => this.fromNext(cell),
      closed: () => this.destroy(),
    });
    this.next = link;
    links.connect(node, target!.address, target!.port, link.delegate, flow);
  }

  private fromNext({ command, content }: Cell): void {
    const { keys } = this;
    if (keys === null || this.isOver) return;
    if (command === Command.created2) {
      this.sayBack({ command: RelayCommand.extended2, stream: 0, handshake: content as Handshake });
    } else if (command === Command.destroy) this.destroy();
    else if (content instanceof Onion) this.previous.send(Command.relay, content.turned(keys.layer(Way.back)));
  }

  private sayBack(said: Said): void {
    const keys = this.keys!;
    const onion = new Onion(said, keys.seal(Way.back));
    keys.count(Way.back);
    this.previous.send(Command.relay, onion.turned(keys.layer(Way.back)));
  }

  /** Both neighbours hear of it. */
  private destroy(): void {
    if (this.isOver) return;
    this.previous.send(Command.destroy, null);
    this.next?.send(Command.destroy, null);
    this.end();
  }

  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.relay.forget(this);
    this.exit?.close();
    this.previous.close();
    this.next?.close();
  }
}

/** The end of a circuit where its streams leave it. */
class ExitEnd extends OnionEnd {
  constructor(
    clock: OnionEnd['clock'],
    watching: ContentWatching,
    private readonly accept: ExitAcceptor,
    protected readonly say: (said: Said) => void,
    private readonly waiting: () => number,
  ) {
    super(clock, watching);
  }

  protected get unsent(): number {
    return this.waiting();
  }

  hear(said: Said): void {
    this.take(said);
  }

  close(): void {
    this.lose();
  }

  protected override begin({ stream: id, content, flow = 0 }: Said): void {
    const stream = new OnionStream(this, id, flow);
    stream.inbound = content ?? null;
    this.streams.set(id, stream);
    stream.delegate = this.accept(stream);
    this.establish(stream);
  }
}

/** An identifier of a circuit on a link that its opener chooses: the highest bit is set (tor-spec, "Circuit IDs"). */
export function newCircuit(node: Node): number {
  const { random } = node.simulation;
  return (random.stream(`onion:${node.name}`).word() | 0x80000000) >>> 0;
}
