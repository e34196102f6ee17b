import type { Nanos } from '../core/event-queue';
import { Flag } from '../core/packet';
import { printFlags, printOption, printOptions, printRange } from './print';
import type { EcnMark, TcpOption, TcpSegment } from './script';

/** One row of a comparison: what the script says, what was seen. */
export interface Field {
  readonly name: string;
  readonly expected: string;
  readonly actual: string;
  readonly agrees: boolean;
}

export interface CompareOptions {
  /** Compare PSH. Where it is set inside a write depends on how a sender segments, not on TCP. */
  readonly push: boolean;
  /** Largest difference of timestamp values, ticks; null = they are not compared (the tool's default). */
  readonly timestampTolerance: number | null;
}

/** Compares header fields; what the script leaves out agrees with anything, except options. */
export function compareSegments(expected: TcpSegment, actual: TcpSegment, options: CompareOptions): Field[] {
  const ignored = options.push ? 0 : Flag.psh;
  const range = (s: TcpSegment) => printRange(s);
  return [
    field('ecn', expected.ecn, actual.ecn, ecnAgrees(expected.ecn, actual.ecn)),
    field(
      'flags',
      printFlags(expected.flags),
      printFlags(actual.flags),
      ((expected.flags ^ actual.flags) & ~ignored) === 0,
    ),
    field('seq', range(expected), range(actual), expected.seq === actual.seq && expected.length === actual.length),
    optional('ack', expected.flags & Flag.ack ? (expected.ack ?? 0) : null, actual.ack),
    optional('win', expected.window, actual.window),
    field('urg', String(expected.urgent), String(actual.urgent), expected.urgent === actual.urgent),
    field(
      'options',
      printOptions(expected.options),
      printOptions(actual.options),
      optionsAgree(expected.options, actual.options ?? [], options.timestampTolerance),
    ),
  ];
}

/** A range of times with a tolerance on either side. */
export function compareTimes(from: Nanos, to: Nanos, actual: Nanos, tolerance: Nanos): boolean {
  return actual >= from - tolerance && actual <= to + tolerance;
}

function field(name: string, expected: string, actual: string, agrees: boolean): Field {
  return { name, expected, actual, agrees };
}

function optional(name: string, expected: number | null, actual: number | null): Field {
  const agrees = expected === null || expected === actual;
  return field(name, expected === null ? '' : String(expected), actual === null ? '' : String(actual), agrees);
}

function ecnAgrees(expected: EcnMark, actual: EcnMark): boolean {
  if (expected === 'any') return true;
  if (expected === 'ect01') return actual === 'ect0' || actual === 'ect1';
  return expected === actual;
}

/**
 * The same options with the same values, however they are ordered and padded: that is a matter of the encoder, and
 * differs between systems.
 */
function optionsAgree(
  expected: readonly TcpOption[] | null,
  actual: readonly TcpOption[],
  tolerance: number | null,
): boolean {
  if (expected === null) return true;
  const wanted = expected.filter(isMeaningful);
  const seen = actual.filter(isMeaningful);
  if (wanted.length !== seen.length) return false;
  return wanted.every((option) => {
    const other = seen.find(({ kind }) => kind === option.kind);
    return other !== undefined && optionAgrees(option, other, tolerance);
  });
}

function isMeaningful({ kind }: TcpOption): boolean {
  return kind !== 'nop' && kind !== 'eol';
}

function optionAgrees(expected: TcpOption, actual: TcpOption, tolerance: number | null): boolean {
  if (expected.kind === 'TS' && actual.kind === 'TS') {
    return tolerance === null || (Math.abs(expected.val - actual.val) <= tolerance && expected.ecr === actual.ecr);
  }
  return printOption(expected) === printOption(actual);
}
