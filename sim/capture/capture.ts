import type { Nanos } from '../core/event-queue';
import type { Packet } from '../core/packet';
import type { Link } from '../net/link';
import type { LinkTap } from '../net/link-tap';
import type { Node } from '../net/node';
import type { Drop } from '../net/queue';
import type { Simulation } from '../net/simulation';
import { PcapngWriter } from './pcapng';
import { WireEncoder, type WireOptions } from './wire';

export interface CaptureOptions {
  /** Most bytes kept of a packet. */
  readonly snapLength?: number;
  readonly content?: WireOptions['content'];
}

/** Writes what links carry and what hosts send and receive to one pcapng file, an interface for each. */
export class Capture {
  readonly writer: PcapngWriter;
  private readonly encoder: WireEncoder;

  /** `sink` receives the file in parts. */
  constructor(
    private readonly simulation: Simulation,
    sink: (part: Uint8Array) => void,
    { snapLength, content }: CaptureOptions = {},
  ) {
    this.writer = new PcapngWriter(sink, snapLength);
    this.encoder = new WireEncoder({
      ipv4: (address) => simulation.addressing.ipv4(address),
      ...(content ? { content } : {}),
    });
  }

  /** Captures packets as they arrive at the far end of `link`. */
  link(link: Link): void {
    const id = this.writer.addInterface(link.name);
    attach(link, null, (p, now) => this.record(id, p, now), this.simulation);
  }

  /** Captures what `node` sends, before its buffers, and what reaches it. */
  host(node: Node): void {
    const id = this.writer.addInterface(node.name);
    const record = (p: Packet, now: Nanos) => this.record(id, p, now);
    for (const link of this.simulation.links) {
      if (link.from === node) attach(link, record, null, this.simulation);
      if (link.to === node) attach(link, null, record, this.simulation);
    }
  }

  private record(id: number, p: Packet, now: Nanos): void {
    this.writer.write(id, now, this.encoder.encode(p));
  }
}

type Recorder = (p: Packet, now: Nanos) => void;

function attach(link: Link, send: Recorder | null, arrive: Recorder | null, { events }: Simulation): void {
  link.tap = new RecordingTap(send, arrive, () => events.now, link.tap);
}

/** Records, then lets the tap that was there before see the packet too. */
class RecordingTap implements LinkTap {
  constructor(
    private readonly send: Recorder | null,
    private readonly arrive: Recorder | null,
    private readonly now: () => Nanos,
    private readonly next: LinkTap | null,
  ) {}

  onSend(p: Packet, link: Link): void {
    this.send?.(p, this.now());
    this.next?.onSend(p, link);
  }

  onArrive(p: Packet, link: Link): void {
    this.arrive?.(p, this.now());
    this.next?.onArrive(p, link);
  }

  onDrop(p: Packet, link: Link, reason: Drop): void {
    this.next?.onDrop(p, link, reason);
  }
}
