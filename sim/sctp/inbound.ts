import type { Nanos } from '../core/event-queue';
import { Ranges } from '../multistream/ranges';
import { Chunk, DataFlag } from './chunks';
import type { SctpConfig } from './config';
import type { SctpStream } from './stream';

/** Most duplicate TSNs that a SACK lists. */
const MOST_DUPLICATES = 8;
/** Of each TSN held: itself, stream, SSN, flags, bytes. */
const STRIDE = 5;

/** Data that arrives (RFC 9260 sections 6.2, 6.5 to 6.9): what was received, reassembly, order within streams, when to SACK. */
export class Inbound {
  /** The cumulative TSN: everything up to it has arrived. */
  cumulative = -1;
  /** Packets with data since the last SACK; a SACK is due at once, or by the timer. */
  pendingPackets = 0;
  sackNow = false;
  sackAt: Nanos = 0;
  /** Bytes received and not read by applications. */
  held = 0;
  duplicates: number[] = [];
  private readonly beyond = new Ranges();
  /** The a_rwnd that the peer was told. */
  private told: number;
  private records: number[] = [];
  private mask = -1;
  /** No TSN of an incomplete message is below this. */
  private base = 0;

  constructor(private readonly config: SctpConfig) {
    this.told = config.receiveBuffer;
  }

  get hasGaps(): boolean {
    return !this.beyond.isEmpty;
  }

  private get rwnd(): number {
    const room = this.config.receiveBuffer - this.held;
    return room > 0 ? room : 0;
  }

  /** Takes a DATA chunk in `words` at `at`. Returns the stream if it has more to read, else null. */
  take(words: readonly number[], at: number, streamFor: (id: number) => SctpStream | null): SctpStream | null {
    const tsn = words[at + 2]!;
    const length = words[at + 5]!;
    if (tsn <= this.cumulative || this.beyond.has(tsn)) {
      this.sackNow = true;
      if (this.duplicates.length < MOST_DUPLICATES) this.duplicates.push(tsn);
      return null;
    }
    // section 6.2: no room; only what fills a gap is taken, as what lies beyond could not be delivered without it
    const fills = tsn === this.cumulative + 1 && this.hasGaps && this.held < this.config.receiveBuffer;
    if (this.held + length > this.config.receiveBuffer && !fills) {
      this.sackNow = true;
      return null;
    }
    const stream = streamFor(words[at + 3]!);
    if (stream === null) return null;
    this.held += length;
    this.note(tsn, stream.id, words[at + 4]!, words[at + 1]!, length);
    const hadGaps = this.hasGaps;
    if (tsn === this.cumulative + 1) {
      this.cumulative = tsn;
      if (hadGaps && this.beyond.pairs[0] === tsn + 1) {
        this.cumulative = this.beyond.pairs[1]! - 1;
        this.beyond.removeFirst();
      }
    } else this.beyond.add(tsn, tsn + 1);
    // section 6.7: a gap, and what fills one, is reported at once
    if (hadGaps || this.hasGaps || words[at + 1]! & DataFlag.immediate) this.sackNow = true;
    return this.reassemble(tsn, stream) ? stream : null;
  }

  /** A packet with data was taken. */
  onPacket(now: Nanos): void {
    if (++this.pendingPackets >= this.config.sackPackets) this.sackNow = true;
    else if (this.sackAt === 0) this.sackAt = now + this.config.sackDelay;
  }

  /** The application has read: whether the peer should hear of the room, as it has doubled or was none. */
  onRead(bytes: number): boolean {
    this.held -= bytes;
    const { rwnd } = this;
    const worthwhile = Math.min(this.config.pmtu, this.config.receiveBuffer / 2);
    return rwnd - this.told >= worthwhile && rwnd >= 2 * this.told;
  }

  /** Writes a SACK that fits `room` bytes into `words`. Returns the index after it. */
  writeSack(words: number[], at: number, room: number): number {
    const { pairs } = this.beyond;
    const most = Math.floor((room - 16) / 4);
    const gaps = Math.min(pairs.length / 2, most);
    const duplicates = Math.min(this.duplicates.length, most - gaps);
    this.told = this.rwnd;
    words[at] = Chunk.sack;
    words[at + 1] = this.cumulative;
    words[at + 2] = this.told;
    words[at + 3] = gaps;
    words[at + 4] = duplicates;
    let to = at + 5;
    for (let i = 0; i < 2 * gaps; i += 2) {
      words[to++] = pairs[i]!;
      words[to++] = pairs[i + 1]! - 1;
    }
    for (let i = 0; i < duplicates; i++) words[to++] = this.duplicates[i]!;
    this.duplicates.length = 0;
    this.pendingPackets = 0;
    this.sackNow = false;
    this.sackAt = 0;
    return to;
  }

  /** Delivers the message that `tsn` completes, if it does (section 6.9). */
  private reassemble(tsn: number, stream: SctpStream): boolean {
    let last = tsn;
    while (!(this.flags(last) & DataFlag.end)) if (!this.isHeld(++last)) return false;
    let first = tsn;
    while (!(this.flags(first) & DataFlag.beginning)) if (!this.isHeld(--first)) return false;
    let bytes = 0;
    for (let t = first; t <= last; t++) bytes += this.records[(t & this.mask) * STRIDE + 4]!;
    if (first === this.base) this.base = last + 1;
    const isUnordered = (this.flags(first) & DataFlag.unordered) !== 0;
    const ssn = this.records[(first & this.mask) * STRIDE + 2]!;
    for (let t = first; t <= last; t++) this.records[(t & this.mask) * STRIDE + 3]! |= DONE;
    return stream.deliver(ssn, bytes, isUnordered);
  }

  private isHeld(tsn: number): boolean {
    return this.mask >= 0 && this.records[(tsn & this.mask) * STRIDE] === tsn;
  }

  private flags(tsn: number): number {
    return this.records[(tsn & this.mask) * STRIDE + 3]!;
  }

  private note(tsn: number, stream: number, ssn: number, flags: number, length: number): void {
    // messages that are delivered need not be held
    while (this.isHeld(this.base) && this.flags(this.base) & DONE) this.base++;
    while (tsn - this.base > this.mask) this.grow();
    const at = (tsn & this.mask) * STRIDE;
    const { records } = this;
    records[at] = tsn;
    records[at + 1] = stream;
    records[at + 2] = ssn;
    records[at + 3] = flags;
    records[at + 4] = length;
  }

  private grow(): void {
    const size = this.mask < 0 ? 8 : 2 * (this.mask + 1);
    const records = new Array<number>(size * STRIDE).fill(NOTHING);
    for (let i = 0; i <= this.mask; i++) {
      const tsn = this.records[i * STRIDE]!;
      if (tsn < this.base) continue;
      for (let k = 0; k < STRIDE; k++) records[(tsn & (size - 1)) * STRIDE + k] = this.records[i * STRIDE + k]!;
    }
    this.records = records;
    this.mask = size - 1;
  }
}

/** A flag beside those of the wire: the message was delivered. */
const DONE = 256;
const NOTHING = -1;
