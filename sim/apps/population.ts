import { type Nanos, Timer } from '../core/event-queue';
import { duration, integer, number } from '../core/params';
import type { ParamsOf } from '../core/plugin';
import type { SignallingEnds } from '../signalling/signalling';
import { sipUri } from '../sip/uri';
import type { UserAgent, UserHandler } from '../sip/user-agent';
import type { AppHost } from './app';

export const populationParams = {
  users: integer('pairs of users: a caller on the one node, a callee on the other', 1, 1, 1_000_000),
  spread: duration('time over which the users begin, evenly at random; 0 s = all at once', '0 s'),
  register: duration('how often callees register; 0 s = never: they are known from the beginning', '0 s'),
};

/** A caller and whom it calls. */
export interface UserPair {
  readonly caller: UserAgent;
  readonly callee: UserAgent;
}

/** Users in bulk, two by two, on the two nodes of a session. */
export class Population {
  readonly pairs: readonly UserPair[];
  private readonly ends: SignallingEnds;
  private readonly account = { bytes: 0 };
  private isOver = false;
  /** REGISTERs that were answered with 200, and others. */
  registered = 0;
  unregistered = 0;

  constructor(
    private readonly host: AppHost,
    private readonly params: ParamsOf<typeof populationParams>,
    handlerOf: (index: number) => UserHandler,
  ) {
    this.ends = host.signalling();
    const { caller, callee, fromDomain, toDomain, callerProxy, calleeProxy, location } = this.ends;
    this.pairs = Array.from({ length: params.users }, (_, i) => {
      const n = this.ends.nextUser();
      const pair = {
        caller: caller.addUser(`alice${n}`, fromDomain, callerProxy),
        callee: callee.addUser(`bob${n}`, toDomain, calleeProxy, handlerOf(i)),
      };
      for (const { user } of [pair.caller, pair.callee]) this.ends.charge(user, this.account);
      if (params.register === 0) location.bind(pair.callee.address, sipUri(`bob${n}`, callee.element.host), FOREVER);
      return pair;
    });
  }

  /** Bytes of SIP messages from these users so far, over all hops. */
  get sipBytes(): number {
    return this.account.bytes;
  }

  get callerHost(): string {
    return this.ends.caller.element.host;
  }

  get calleeHost(): string {
    return this.ends.callee.element.host;
  }

  /** Lets `begin` happen for each pair at its time, once its callee can be reached. */
  start(begin: (pair: UserPair, index: number) => void): void {
    const { events, random } = this.host;
    const { spread, register } = this.params;
    this.pairs.forEach((pair, i) => {
      const after = spread === 0 ? 0 : Math.round(random.uniform() * spread);
      const go = () => {
        if (register === 0) begin(pair, i);
        else this.register(pair.callee, () => begin(pair, i));
      };
      if (after === 0) go();
      else new Timer(events, go).arm(events.now + after);
    });
  }

  stop(): void {
    this.isOver = true;
  }

  /** Registers for twice the interval, and again after each: a lost registration is made good in time. */
  private register(callee: UserAgent, first: () => void): void {
    let isFirst = true;
    const { events } = this.host;
    const { register } = this.params;
    const timer = new Timer(events, () => again());
    const again = (): void => {
      if (this.isOver) return;
      timer.arm(events.now + register);
      callee.register(Math.ceil((2 * register) / 1e9), (status) => {
        if (status === 200) this.registered++;
        else this.unregistered++;
        if (isFirst) first();
        isFirst = false;
      });
    };
    again();
  }
}

const FOREVER = 1e6;

export const arrivalParams = {
  rate: number('sessions that begin per second, at Poisson times, by one user after the other; 0 = one session for each user', 0, 0, 1e6), // prettier-ignore
};

/** Calls `arrive` at Poisson times until it is stopped. */
export class PoissonArrivals {
  private readonly timer: Timer;

  constructor(
    private readonly host: AppHost,
    private readonly rate: number,
    private readonly arrive: () => void,
  ) {
    this.timer = new Timer(host.events, () => {
      this.wait();
      this.arrive();
    });
  }

  start(): void {
    this.wait();
  }

  stop(): void {
    this.timer.disarm();
  }

  private wait(): void {
    const gap: Nanos = Math.round(this.host.random.exponential(1e9 / this.rate));
    this.timer.arm(this.host.events.now + gap);
  }
}
