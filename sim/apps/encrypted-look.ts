import { fields } from '../core/choice';
import { type Nanos, Timer } from '../core/event-queue';
import { type Finding, NOTHING } from '../probe/finding';
import type { ByteStream, StreamDelegate } from '../transport/byte-stream';
import type { AppHost, AppMetric } from './app';
import { TROUBLES } from './im-media';
import { imSession, ImSessions } from './im-session';
import type { Look } from './look';

/** How a caller knows that its session has come about, or has not. */
const SIGNS = ['receipt', ...TROUBLES, 'silence'] as const;

interface Outcome {
  readonly sign: (typeof SIGNS)[number];
  /** The host that told of it; '' for nobody. */
  readonly by: string;
  /** Since the invitation. */
  readonly after: Nanos;
  /** The callee has accepted: it, too, knows of the session, and whether a message came. */
  readonly isCalleeThere: boolean;
}

/**
 * Two sessions of one message each, one in the clear and one encrypted from end to end, what the signalling says of it
 * included where the scenario has that: "If any intermediaries require access to the content of the messages in order to
 * perform their function, then session establishment will fail" (draft section 4.5).
 */
export class EncryptedLook implements Look {
  private current: ImSessions | null = null;
  private plain: Outcome | null = null;
  private encrypted: Outcome | null = null;

  constructor(
    private readonly host: AppHost,
    private readonly wait: Nanos,
    private readonly register: Nanos,
  ) {}

  start(done: (finding: Finding) => void): void {
    this.attempt(inTheClear(this.host), (plain) => {
      this.plain = plain;
      // what fails in the clear tells nothing by failing
      if (plain.sign !== 'receipt') done(NOTHING);
      else {
        this.attempt(this.host, (encrypted) => {
          this.encrypted = encrypted;
          const { sign, by } = encrypted;
          done(sign === 'receipt' ? NOTHING : { isExposed: true, place: 0, names: by === '' ? [] : [by] });
        });
      }
    });
  }

  accept(stream: ByteStream): StreamDelegate {
    return this.current!.accept(stream);
  }

  metrics(): AppMetric[] {
    const { plain, encrypted } = this;
    const count = (metric: string, holds: boolean): AppMetric => ({ metric, unit: '', value: holds ? 1 : 0 });
    const rows = plain === null ? [] : [count('plainArrived', plain.sign === 'receipt')];
    if (encrypted === null) return rows;
    return [
      ...rows,
      ...SIGNS.map((sign) => count(`noticedBy.${sign}`, encrypted.sign === sign)),
      count('calleeAccepted', encrypted.isCalleeThere),
      { metric: 'noticeTime', unit: 's', value: encrypted.after / 1e9 },
    ];
  }

  private attempt(host: AppHost, done: (outcome: Outcome) => void): void {
    const { events } = host;
    const ownHosts = new Set([host.signalling().callee.element.host, host.signalling().caller.element.host]);
    let begunAt = events.now;
    let isCalleeThere = false;
    let isOver = false;
    const end = (sign: Outcome['sign'], by = ''): void => {
      if (isOver) return;
      isOver = true;
      timer.disarm();
      const outcome = { sign, by: ownHosts.has(by) ? '' : by, after: events.now - begunAt, isCalleeThere };
      // whoever tells is still at work
      new Timer(events, () => {
        sessions.stop();
        done(outcome);
      }).arm(events.now);
    };
    const timer = new Timer(events, () => end('silence'));
    const params = fields(imSession.params).parse({ messages: 1, receipts: true });
    const sessions = new ImSessions(host, { ...params, register: this.register }, {
      begun: () => {
        begunAt = events.now;
        timer.arm(begunAt + this.wait);
      },
      established: () => (isCalleeThere = true),
      receipt: () => end('receipt'),
      trouble: end,
    }); // prettier-ignore
    this.current = sessions;
    sessions.start();
  }
}

/** The same host, at which nothing is sealed. */
function inTheClear(host: AppHost): AppHost {
  const bare: { -readonly [K in keyof AppHost]: AppHost[K] } = { ...host };
  delete bare.guards;
  delete bare.descriptions;
  return bare;
}
