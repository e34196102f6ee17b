import { formatIpv4 } from '../net/addressing';
import type { Simulation } from '../net/simulation';
import { type Finding, NOTHING } from './finding';
import { trace, type Trace, type TraceOptions } from './trace';
import type { Destination, Tracer } from './tracer';

/** Where an end looks along the way of its session. */
export interface Probed {
  readonly simulation: Simulation;
  readonly tracer: Tracer;
  /** The other end, as the signalling names it. */
  readonly peer: Destination;
  /** Where the packets of the session go to. */
  readonly target: Destination;
}

/**
 * Two traces: of echo requests to the other end, and of SYNs to where the session goes. Whoever ends connections answers SYNs,
 * and leaves echo requests to the other end, which is further away.
 */
export function compareTraces(
  { simulation, tracer, peer, target }: Probed,
  options: TraceOptions,
  done: (finding: Finding) => void,
): void {
  trace(tracer, peer, options, (ofPeer) => {
    trace(tracer, target, options, (ofSession) => {
      const found = differenceOf(ofPeer, ofSession, target.address === peer.address);
      const textOf = (address: number) => formatIpv4(simulation.addressing.ipv4(address));
      const names = found === null || found.from < 0 ? [] : [textOf(found.from)];
      done(found === null ? NOTHING : { isExposed: true, place: found.place, names });
    });
  });
}

/** Where the way of a session leaves that to its other end; null: nowhere. `isSame`: both go to one address. */
export function differenceOf(
  peer: Trace,
  session: Trace,
  isSame: boolean,
): { readonly place: number; readonly from: number } | null {
  const { reached, hops } = session;
  if (reached > 0) {
    if (!isSame) return { place: reached, from: hops[reached - 1]! };
    // it says that it is the other end: who is at its distance is known from the other trace
    return reached < peer.reached ? { place: reached, from: peer.hops[reached - 1]! } : null;
  }
  if (peer.reached === 0) return null;
  let last = hops.length - 1;
  while (last >= 0 && hops[last]! < 0) last--;
  // the next node lets echo requests pass, and not the session
  return { place: last + 2, from: peer.hops[last + 1] ?? -1 };
}
