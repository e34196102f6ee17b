import type { Clock } from '../core/event-queue';
import type { Factory } from '../core/plugin';
import type { ContentWatching } from '../transport/content-watching';
import type { ByteStream, StreamDelegate } from '../transport/byte-stream';
import type { CircuitConfig } from './config';
import { Frame, FrameType } from './frames';
import type { Scheduler, SchedulerHost } from './schedulers/scheduler';
import { CircuitSession } from './session';

/** Makes the delegate of a session that the other end opens towards `port`. */
export type SessionAcceptor = (session: CircuitSession, port: number) => StreamDelegate;

/**
 * One end of a circuit (draft-mankin-im-session-guide-00 section 3.2, Figure 3): frames of many sessions in one stream of
 * bytes. The scheduler says whose frame goes next; no more is handed to the transport than it soon sends, so that it is the
 * scheduler that orders.
 */
export class CircuitEnd {
  /** Frames sent, and the bytes that are not payload. */
  frames = 0;
  overhead = 0;
  private readonly sessions = new Map<number, CircuitSession>();
  private readonly scheduler: Scheduler;
  /** Frames that wait for no turn: OPEN, CREDIT, RESET. */
  private readonly urgent: Frame[] = [];
  private nextId: number;
  private busy = false;
  readonly delegate: StreamDelegate = {
    onEstablished: () => this.onEstablished(),
    onReadable: () => this.onReadable(),
    onWritable: () => this.pump(),
    onRemoteClosed: (carrier) => carrier.close(),
    onClosed: () => this.onClosed(),
  };

  constructor(
    private readonly clock: Clock,
    readonly config: CircuitConfig,
    scheduler: Factory<SchedulerHost, Scheduler>,
    /** Null until it is opened or accepted. */
    public carrier: ByteStream | null,
    isOpener: boolean,
    private readonly accept: SessionAcceptor | null,
    readonly watching: ContentWatching,
  ) {
    this.scheduler = scheduler({ frame: config.frame });
    this.nextId = isOpener ? 0 : 1;
  }

  /** Sessions that exist. */
  get size(): number {
    return this.sessions.size;
  }

  /** Bytes that sessions have ready, and that the transport has not sent. */
  get queued(): number {
    let sum = this.unsent;
    for (const session of this.sessions.values()) sum += session.ready;
    return sum;
  }

  /** Opens a session towards `port` of the far aggregator. */
  open(port: number, delegate: StreamDelegate, flow: number, weight: number): CircuitSession {
    const session = new CircuitSession(this, this.nextId, flow, weight);
    this.nextId += 2;
    session.delegate = delegate;
    this.sessions.set(session.id, session);
    this.send(new Frame(FrameType.open, session.id, port, session));
    return session;
  }

  // --- For sessions

  /** `session` may have something to send. */
  onReady(session: CircuitSession): void {
    if (session.ready > 0) this.scheduler.add(session);
    else if (session.closing && !session.endSent) this.endOf(session);
    this.pump();
  }

  onRead(session: CircuitSession): void {
    const { window } = this.config;
    if (session.consumed + window - session.allowed >= window / 2) {
      session.allowed = session.consumed + window;
      this.send(new Frame(FrameType.credit, session.id, session.allowed, null));
    }
    session.finishIfDone();
  }

  reset(session: CircuitSession): void {
    this.send(new Frame(FrameType.reset, session.id, 0, null));
  }

  forget(session: CircuitSession): void {
    this.sessions.delete(session.id);
  }

  private endOf(session: CircuitSession): void {
    session.endSent = true;
    this.urgent.push(new Frame(FrameType.end, session.id, 0, null));
    session.finishIfDone();
  }

  private send(frame: Frame): void {
    this.urgent.push(frame);
    this.pump();
  }

  // --- The carrier

  private onEstablished(): void {
    for (const session of [...this.sessions.values()]) this.establish(session);
    this.pump();
  }

  private establish(session: CircuitSession): void {
    if (session.establishedAt >= 0) return;
    session.establishedAt = this.clock.now;
    session.delegate.onEstablished?.(session);
  }

  /** The circuit is gone, and all sessions in it: they share its fate (draft section 4.4). */
  private onClosed(): void {
    this.carrier = null;
    for (const session of [...this.sessions.values()]) session.finish('reset');
  }

  /** Bytes that the transport holds and has not sent. */
  private get unsent(): number {
    const { carrier } = this;
    if (carrier === null) return 0;
    return carrier.unsent ?? carrier.unacknowledged;
  }

  /** Hands frames to the transport as it has sent what it was given. */
  private pump(): void {
    const { carrier } = this;
    if (carrier === null || this.busy || carrier.establishedAt < 0) return;
    this.busy = true;
    while (this.urgent.length > 0) this.write(carrier, this.urgent.shift()!);
    while (this.unsent < this.config.backlog) {
      const session = this.scheduler.next();
      if (session === null) break;
      this.data(carrier, session);
      while (this.urgent.length > 0) this.write(carrier, this.urgent.shift()!);
    }
    this.busy = false;
  }

  private data(carrier: ByteStream, session: CircuitSession): void {
    const bytes = Math.min(session.ready, this.scheduler.most(session));
    const frame = new Frame(FrameType.data, session.id, bytes, session, session.sent);
    session.outbound?.watch?.carried(session.outbound, session.sent, session.sent + bytes, frame);
    session.sent += bytes;
    this.write(carrier, frame);
    this.scheduler.sent(session, bytes);
    if (session.closing && session.sent === session.written && !session.endSent) this.endOf(session);
  }

  private write(carrier: ByteStream, frame: Frame): void {
    this.frames++;
    this.overhead += frame.size - (frame.type === FrameType.data ? frame.value : 0);
    carrier.writeMessage(frame);
  }

  private onReadable(): void {
    const { carrier } = this;
    if (carrier === null) return;
    carrier.read(Infinity);
    for (let frame = carrier.takeMessage(); frame !== null; frame = carrier.takeMessage()) this.take(frame as Frame);
  }

  private take(frame: Frame): void {
    if (frame.type === FrameType.open) {
      this.opened(frame);
      return;
    }
    const session = this.sessions.get(frame.session);
    if (session === undefined) return;
    switch (frame.type) {
      case FrameType.data:
        session.inbound ??= (frame.origin as CircuitSession).outbound;
        session.received += frame.value;
        session.delegate.onReadable?.(session);
        break;
      case FrameType.credit:
        session.acknowledged = frame.value - this.config.window;
        session.granted = frame.value;
        if (session.ready > 0) this.scheduler.add(session);
        session.delegate.onWritable?.(session);
        this.pump();
        break;
      case FrameType.end:
        session.isRemoteClosed = true;
        session.delegate.onRemoteClosed?.(session);
        session.finishIfDone();
        break;
      default:
        session.finish('reset');
    }
  }

  private opened(frame: Frame): void {
    if (this.accept === null) return;
    const origin = frame.origin as CircuitSession;
    const session = new CircuitSession(this, frame.session, origin.flow, origin.weight);
    this.sessions.set(session.id, session);
    session.delegate = this.accept(session, frame.value);
    this.establish(session);
  }
}
