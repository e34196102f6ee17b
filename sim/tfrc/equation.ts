import type { Nanos } from '../core/event-queue';

/**
 * The TCP throughput equation of RFC 5348 section 3.1 with b = 1 and t_RTO = 4 R, in bytes per second:
 * s / (R (sqrt(2p/3) + 12 sqrt(3p/8) p (1 + 32 p^2))). Padhye et al. 1998.
 */
export function equationRate(size: number, rtt: Nanos, lossEventRate: number): number {
  return (size * 1e9) / (rtt * perRoundTrip(lossEventRate));
}

/** The loss event rate at which the equation gives `rate` (bytes per second): its inverse, within 2^-50; at most 1. */
export function equationLossRate(size: number, rtt: Nanos, rate: number): number {
  const wanted = (size * 1e9) / (rtt * rate);
  let low = 0;
  let high = 1;
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (perRoundTrip(middle) < wanted) low = middle;
    else high = middle;
  }
  return high;
}

function perRoundTrip(p: number): number {
  return Math.sqrt((2 * p) / 3) + 12 * Math.sqrt((3 * p) / 8) * p * (1 + 32 * p * p);
}
