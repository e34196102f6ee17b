import type { Address } from '../core/packet';
import type { Answer, Destination, Tracer } from './tracer';

/** What a trace found on the way to a destination. */
export interface Trace {
  /** Who answered after 1, 2, ... hops; -1: nobody. The last one is who answered in the name of the destination, if anybody did. */
  readonly hops: readonly Address[];
  /** Hops after which somebody answered in the name of the destination; 0: nobody did. */
  readonly reached: number;
}

export interface TraceOptions {
  /** Packets for each number of hops, until one is answered. */
  readonly tries: number;
  /** Hops beyond which nobody is looked for. */
  readonly most: number;
}

/** After so many in a row that are silent, nobody is taken to follow. */
const MOST_SILENT = 4;

/** Finds the way to a destination by packets that may make 1, 2, ... hops (RFC 1812 section 5.3.1; traceroute). */
export function trace(
  tracer: Tracer,
  to: Destination,
  { tries, most }: TraceOptions,
  done: (found: Trace) => void,
): void {
  const hops: Address[] = [];
  let silent = 0;
  const next = (left: number): void => {
    const number = hops.length + 1;
    tracer.probe(to, number, (answer) => take(answer, left, number));
  };
  const take = ({ kind, from }: Answer, left: number, number: number): void => {
    if (kind === 'silence' && left > 1) {
      next(left - 1);
      return;
    }
    hops.push(from);
    silent = kind === 'silence' ? silent + 1 : 0;
    if (kind === 'reached' || kind === 'refused') done({ hops, reached: number });
    else if (number === most || silent === MOST_SILENT) done({ hops, reached: 0 });
    else next(tries);
  };
  next(tries);
}
