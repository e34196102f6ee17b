import type { Nanos } from '../core/event-queue';
import { dataCalls } from './calls-data';
import { datagramCalls } from './calls-datagram';
import { openCalls } from './calls-open';
import { optionCalls } from './calls-options';
import { pollCalls } from './calls-poll';
import { compareTimes } from './compare';
import { DatagramSocket } from './datagram-socket';
import type { RunOptions } from './options';
import { printTime } from './print';
import type { Attempt, Handler, Process, Result } from './process';
import { Failure } from './report';
import { type Place, ScriptError, type SystemCall } from './script';
import { Arguments, numberOf, printExpression } from './values';

const HANDLERS: Readonly<Record<string, Handler>> = { ...openCalls, ...dataCalls, ...optionCalls, ...pollCalls };

interface Pending {
  readonly call: SystemCall;
  readonly place: Place;
  readonly attempt: Attempt;
  readonly start: Nanos;
  /** When it is to return, or null: at once. */
  readonly end: Nanos | null;
  result: Result | null;
  returnedAt: Nanos;
}

/** Makes the system calls of a script. One may be blocked while the script goes on, as in the tool. */
export class Calls {
  private pending: Pending | null = null;

  constructor(
    private readonly process: Process,
    private readonly options: RunOptions,
    private readonly advance: (until: Nanos) => void,
  ) {}

  private get now(): Nanos {
    return this.process.host.now;
  }

  /** Begins a call, after the one before it has returned. Throws `Failure`. */
  begin(call: SystemCall, place: Place, end: Nanos | null): void {
    this.finish();
    const attempt = this.attemptOf(call, new Arguments(call.name, call.args, place));
    this.pending = { call, place, attempt, start: this.now, end, result: null, returnedAt: 0 };
    this.retry();
    if (end === null) this.finish();
  }

  /** What a call does depends on what its first argument names. */
  private attemptOf(call: SystemCall, args: Arguments): Attempt {
    const first = numberOf(args.at(0));
    const descriptor = first === null ? undefined : this.process.descriptors.get(first);
    const onDatagrams = datagramCalls[call.name];
    if (descriptor instanceof DatagramSocket && onDatagrams) return onDatagrams(this.process, descriptor, args);
    const handler = HANDLERS[call.name];
    if (!handler) throw new ScriptError(`system call ${call.name} is not simulated`, args.place);
    return handler(this.process, args, call.result);
  }

  /** Something happened: the blocked call may return now. */
  retry(): void {
    const { pending } = this;
    if (pending === null || pending.result !== null) return;
    pending.result = pending.attempt();
    pending.returnedAt = this.now;
  }

  /** Verifies the blocked call if it has returned. Throws `Failure`. */
  check(): void {
    const { pending } = this;
    if (pending?.result == null) return;
    this.pending = null;
    this.verify(pending, pending.result);
  }

  /** Waits for the blocked call, as long as the script allows. Throws `Failure`. */
  finish(): void {
    const { pending } = this;
    if (pending === null) return;
    const limit = (pending.end ?? pending.start) + this.options.tolerance;
    while (pending.result === null && this.now < limit) this.advance(limit);
    if (pending.result === null) {
      throw new Failure(`${pending.call.name}() has not returned by ${printTime(limit)} s`, pending.place);
    }
    this.check();
  }

  private verify({ call, place, end, start, returnedAt }: Pending, result: Result): void {
    const tolerance = Math.max(
      this.options.tolerance,
      (this.options.tolerancePercent / 100) * ((end ?? start) - start),
    );
    const actual = printResult(result);
    const expected = numberOf(call.result);
    if (call.result.kind !== 'any') {
      const wanted = `${printExpression(call.result)}${call.errno === null ? '' : ` ${call.errno}`}`;
      const errno = call.errno === null ? null : (SYNONYMS[call.errno] ?? call.errno);
      const agrees = expected === result.value && (errno === null || errno === result.errno);
      if (!agrees) throw new Failure(`${call.name}() returned ${actual}, expected ${wanted}`, place);
    }
    if (result.problem !== null) throw new Failure(`${call.name}(): ${result.problem}`, place);
    if (end !== null && !compareTimes(end, end, returnedAt, tolerance)) {
      const times = `at ${printTime(returnedAt)} s, expected ${printTime(end)} s`;
      throw new Failure(`${call.name}() returned ${times}`, place);
    }
  }
}

/** Names of one and the same error. */
const SYNONYMS: Readonly<Record<string, string>> = { EWOULDBLOCK: 'EAGAIN', ENOTSUP: 'EOPNOTSUPP' };

function printResult({ value, errno }: Result): string {
  return errno === null ? String(value) : `${value} ${errno}`;
}
