import type { Nanos } from '../core/event-queue';
import { NO_OPTION, type Packet } from '../core/packet';

export const IP_HEADER = 20;
export const TCP_HEADER = 20;
/** Timestamps with the two NOPs that align them (RFC 7323 appendix A). */
export const TIMESTAMPS_LENGTH = 12;
/** Bytes of a Fast Open cookie, within the 4 to 16 of RFC 7413 section 4.1.1. */
export const COOKIE_BYTES = 8;

/**
 * Nanoseconds of so many milliseconds of the timestamps option. The product is a double from the start: a small integer would
 * overflow after two seconds, and the compiled code of its reader be thrown away.
 */
export function fromTimestamp(milliseconds: number): Nanos {
  return milliseconds * 0.5 * 2e6;
}

/** Length of the options of a segment as stacks lay them out, padded to four bytes. */
export function optionsLength(p: Packet): number {
  const timestamps = p.tsVal !== NO_OPTION;
  let length = timestamps ? TIMESTAMPS_LENGTH : 0;
  if (p.mss !== NO_OPTION) length += 4;
  if (p.windowScale !== NO_OPTION) length += 4;
  // SACK-permitted takes the place of the two NOPs before the timestamps
  if (p.sackPermitted && !timestamps) length += 4;
  if (p.cookie !== NO_OPTION) length += fastOpenLength(p);
  if (p.sackCount > 0) length += sackLength(p.sackCount);
  return length;
}

/** The SACK option of `blocks` blocks, one at least, with the two NOPs that align it (RFC 2018 section 3). */
export function sackLength(blocks: number): number {
  return 4 + 8 * blocks;
}

/** The Fast Open option with the two NOPs that align it: empty in a request. */
export function fastOpenLength(p: Packet): number {
  return p.cookie === 0 ? 4 : 4 + COOKIE_BYTES;
}

/** Sets `p.size` from its payload and options. */
export function setSize(p: Packet): void {
  p.size = IP_HEADER + TCP_HEADER + optionsLength(p) + p.length;
}
