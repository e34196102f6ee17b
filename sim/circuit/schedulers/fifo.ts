import type { CircuitSession } from '../session';
import { defineScheduler, type Scheduler } from './scheduler';

/** Bytes leave in the order in which they were written, whoever wrote them. */
class Fifo implements Scheduler {
  private readonly sessions: CircuitSession[] = [];
  private readonly bytes: number[] = [];
  private head = 0;

  constructor(private readonly frame: number) {}

  add(session: CircuitSession): void {
    const fresh = session.sent + session.ready - session.admitted;
    if (fresh <= 0) return;
    session.admitted += fresh;
    const last = this.sessions.length - 1;
    if (last >= this.head && this.sessions[last] === session) this.bytes[last]! += fresh;
    else {
      this.sessions.push(session);
      this.bytes.push(fresh);
    }
  }

  next(): CircuitSession | null {
    while (this.head < this.sessions.length) {
      const session = this.sessions[this.head]!;
      if (session.isOpen && this.bytes[this.head]! > 0) return session;
      if (++this.head === this.sessions.length) this.sessions.length = this.bytes.length = this.head = 0;
    }
    return null;
  }

  most(): number {
    return Math.min(this.frame, this.bytes[this.head]!);
  }

  sent(_session: CircuitSession, bytes: number): void {
    this.bytes[this.head]! -= bytes;
    if (this.head < 1024) return;
    this.sessions.splice(0, this.head);
    this.bytes.splice(0, this.head);
    this.head = 0;
  }
}

export const fifo = defineScheduler({
  summary: 'in the order of writing',
  reference: 'draft-mankin-im-session-guide-00 section 3.2 (what it warns of)',
  params: {},
  create: (_, { frame }) => new Fifo(frame),
});
