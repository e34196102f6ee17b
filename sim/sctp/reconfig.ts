import type { Nanos } from '../core/event-queue';
import type { SctpAssociation } from './association';
import { Chunk, REQUEST, RESPONSE, Result } from './chunks';
import type { SctpStream } from './stream';

/**
 * The end of streams: RE-CONFIG with an Outgoing SSN Reset Request (RFC 6525 section 4.1, 5.1.2 and 5.2.2), one at a time.
 * A stream of SCTP has no end of its own; this is how WebRTC data channels end too (RFC 8831 section 6.7).
 */
export class Reconfiguration {
  /** When the request under way is sent again, or 0. */
  retryAt: Nanos = 0;
  private readonly wanted: SctpStream[] = [];
  private readonly underWay: SctpStream[] = [];
  private number = 0;
  private lastTsn = 0;
  /** The peer's last request, what became of it, and its streams while it must wait for data (section 5.2.2). */
  private peerNumber = -1;
  private peerResult: number = Result.performed;
  private deferred: number[] = [];
  private deferredTsn = -1;

  constructor(private readonly association: SctpAssociation) {}

  /** All data of `stream` has a TSN: its outgoing direction is to be reset. */
  want(stream: SctpStream): void {
    if (stream.resetSent || stream.id < 0) return;
    stream.resetSent = true;
    this.wanted.push(stream);
    this.request();
  }

  private request(): void {
    if (this.underWay.length > 0 || this.wanted.length === 0) return;
    this.underWay.push(...this.wanted);
    this.wanted.length = 0;
    this.number++;
    this.lastTsn = this.association.outbound.lastTsn;
    this.send();
  }

  private send(): void {
    const { association, underWay } = this;
    association.control(
      Chunk.reconfig,
      REQUEST,
      this.number,
      this.lastTsn,
      underWay.length,
      ...underWay.map((s) => s.id),
    );
    this.retryAt = association.now + association.outbound.rtt.rto;
  }

  onTimeout(): void {
    this.association.outbound.errors++;
    this.association.outbound.rtt.backoffs++;
    this.send();
  }

  onResponse(number: number, result: number): void {
    if (number !== this.number || result !== Result.performed || this.underWay.length === 0) return;
    this.retryAt = 0;
    const done = this.underWay.splice(0);
    for (const stream of done) {
      stream.isReset = true;
      stream.nextSsn = 0;
      this.association.streams.endIfDone(stream);
    }
    this.request();
  }

  onRequest(
    number: number,
    lastTsn: number,
    streams: readonly number[],
    find: (id: number) => SctpStream | null,
  ): void {
    if (number !== this.peerNumber) {
      this.peerNumber = number;
      this.peerResult = Result.performed;
      if (lastTsn > this.association.inbound.cumulative) {
        this.peerResult = Result.inProgress;
        this.deferred = [...streams];
        this.deferredTsn = lastTsn;
      } else for (const id of streams) this.perform(find(id));
    }
    this.association.control(Chunk.reconfig, RESPONSE, number, this.peerResult);
  }

  /** Data has arrived: a request that waited for it may be performed. */
  onProgress(find: (id: number) => SctpStream | null): void {
    if (this.deferred.length === 0 || this.deferredTsn > this.association.inbound.cumulative) return;
    for (const id of this.deferred.splice(0)) this.perform(find(id));
    this.peerResult = Result.performed;
  }

  private perform(stream: SctpStream | null): void {
    if (stream === null) return;
    stream.onRemoteReset();
    stream.expectedSsn = 0;
    this.association.streams.endIfDone(stream);
  }
}
