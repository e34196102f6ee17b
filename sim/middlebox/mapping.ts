import type { Nanos } from '../core/event-queue';
import type { Address } from '../core/packet';
import { remoteKey } from './endpoint';
import { type Lifetimes, Session } from './session';

/** One row of a translation table: an inside end, the outside end that stands for it, and who may send to it. */
export class Mapping {
  /** When it ends: with its last session. */
  deadline: Nanos = 0;
  lastUsed: Nanos = 0;
  /** Until then anybody may send to it. */
  openUntil: Nanos = 0;
  /** The next older mapping with the same outside end. */
  older: Mapping | null = null;
  private readonly sessions = new Map<number, Session>();
  /** Until when remote ends may send, by what filtering tells apart. */
  private readonly permits = new Map<number, Nanos>();

  constructor(
    readonly protocol: number,
    readonly insideAddress: Address,
    readonly insidePort: number,
    readonly outsideAddress: Address,
    readonly outsidePort: number,
    /** What mapping tells apart of the remote end: `remoteKey`. */
    readonly remote: number,
  ) {}

  /** The session with a remote end, if it is alive. */
  sessionWith(address: Address, port: number, now: Nanos): Session | undefined {
    const session = this.sessions.get(remoteKey(2, address, port));
    return session !== undefined && session.deadline > now ? session : undefined;
  }

  /** Whether a packet from there is let in. `depth`: what filtering tells apart. */
  admits(depth: number, address: Address, port: number, now: Nanos): boolean {
    return depth === 0 || this.openUntil > now || (this.permits.get(remoteKey(depth, address, port)) ?? 0) > now;
  }

  /** Anybody may send to it until then, and it lives so long. */
  open(until: Nanos): void {
    this.openUntil = Math.max(this.openUntil, until);
    this.deadline = Math.max(this.deadline, until);
  }

  /** A packet passes: makes or renews the session; a packet from inside also lets its remote end in. */
  pass(
    address: Address,
    port: number,
    flags: number,
    outbound: boolean,
    depth: number,
    now: Nanos,
    lives: Lifetimes,
  ): void {
    const key = remoteKey(2, address, port);
    let session = this.sessions.get(key);
    const isNew = session === undefined || session.deadline <= now;
    if (isNew) this.sessions.set(key, (session = new Session(address, port)));
    const { protocol } = this;
    const before = session!.deadline;
    session!.track(flags, outbound);
    this.lastUsed = now;
    if (lives.isRefreshedBy(protocol, outbound) || (isNew && outbound))
      session!.deadline = now + lives.of(protocol, session!);
    // it lives as long as the mapping that let it in
    else if (isNew) session!.deadline = this.deadline;
    const { deadline } = session!;
    const isShorter = deadline < before;
    this.deadline = isShorter ? this.latest() : Math.max(this.deadline, deadline);
    if (depth === 0) return;
    const permit = remoteKey(depth, address, port);
    const known = this.permits.get(permit);
    if (!outbound && known === undefined) return;
    this.permits.set(permit, isShorter ? this.latest(depth, address, port) : Math.max(deadline, known ?? 0));
  }

  /** When the last session ends, of all or of those that filtering cannot tell from this one. */
  private latest(depth = 0, address = 0, port = 0): Nanos {
    let latest = depth === 0 ? this.openUntil : 0;
    for (const { remoteAddress, remotePort, deadline } of this.sessions.values()) {
      if (remoteKey(depth, remoteAddress, remotePort) === remoteKey(depth, address, port))
        latest = Math.max(latest, deadline);
    }
    return latest;
  }

  /** Forgets sessions that have ended. */
  sweep(now: Nanos): void {
    for (const [key, session] of this.sessions) if (session.deadline <= now) this.sessions.delete(key);
    for (const [key, until] of this.permits) if (until <= now) this.permits.delete(key);
  }
}
