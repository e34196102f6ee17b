import type { Nanos } from '../../core/event-queue';
import { type Param, paramOf, type Params, wholeNumber } from '../../sip/params';
import type { Feedback } from './control';

/** How long feedback holds that says nothing else, ms (RFC 7339 section 4.3). */
export const VALIDITY = 500;

/** Feedback as it stands in a Via. */
export interface Told extends Feedback {
  /** For how long it holds, ms; 0: nothing is asked any more (RFC 7339 section 4.3). */
  readonly validity: number;
  /** What is told later has the greater number (RFC 7339 section 4.4). */
  readonly sequence: number;
}

/** `oc-seq` counts 10 us (RFC 7339 section 8: at most five digits after the dot). */
const TICK: Nanos = 1e4;
const DIGITS = 5;
const SEQUENCE = /^\d{1,12}\.\d{1,5}$/;

/** Numbers of what one server tells: timestamps, as RFC 7339 section 4.4 proposes, no two of them equal. */
export class Sequence {
  private last = -1;

  next(now: Nanos): number {
    this.last = Math.max(this.last + 1, Math.floor(now / TICK));
    return (this.last * TICK) / 1e9;
  }
}

/** RFC 7339 section 4: "oc", "oc-algo", "oc-validity" and "oc-seq". */
export function toldParams({ oc, algorithm, validity, sequence }: Told): Param[] {
  return [
    ['oc', String(oc)],
    ['oc-algo', `"${algorithm}"`],
    ['oc-validity', String(validity)],
    ['oc-seq', sequence.toFixed(DIGITS)],
  ];
}

/** Null where nothing is told, or not as RFC 7339 section 8 has it. */
export function toldIn(params: Params): Told | null {
  const [oc, algorithm, validity = String(VALIDITY), sequence] = ['oc', 'oc-algo', 'oc-validity', 'oc-seq'].map(
    (name) => paramOf(params, name),
  );
  const told = {
    oc: wholeNumber(oc ?? ''),
    algorithm: (algorithm ?? '').replaceAll('"', ''),
    validity: wholeNumber(validity ?? ''),
    sequence: SEQUENCE.test(sequence ?? '') ? Number(sequence) : -1,
  };
  return told.oc < 0 || told.validity < 0 || told.sequence < 0 ? null : told;
}

/** Whether a client that offers this understands an algorithm (RFC 7339 section 4.2); all do where none is named. */
export function understands(offer: Params, algorithm: string): boolean {
  if (paramOf(offer, 'oc') !== null) return false;
  const named = paramOf(offer, 'oc-algo') ?? '"loss"';
  return named.replaceAll('"', '').split(',').some((name) => name.trim() === algorithm); // prettier-ignore
}

/** The last that one server has told, while it holds. */
export class Standing {
  private told: Told | null = null;
  private until: Nanos = 0;

  /** False for what is older than what is known. */
  take(told: Told, now: Nanos): boolean {
    if (this.told !== null && told.sequence < this.told.sequence) return false;
    this.told = told;
    this.until = now + told.validity * 1e6;
    return true;
  }

  /** What holds now; null for nothing. Its validity is the time that is left. */
  at(now: Nanos): Told | null {
    if (this.told === null || now >= this.until) return null;
    return { ...this.told, validity: Math.ceil((this.until - now) / 1e6) };
  }
}
