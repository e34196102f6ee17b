// Constants of the hot path stand in a file of their own, so that bundles have numbers in their places (docs/decisions/0006).

/** Where no packet is meant, in place of its number. */
export const NONE = -1;

/** The shifts that make the number of a packet the place of the first double and of the first integer of its row. */
export const DOUBLES = 2;
export const INTS = 3;
/** When it departs: the first double of the row. */
export const DEPARTS_AT = 0;
/** Integers in the row, after that double: the next on the link, and what a hop asks of the packet. */
export const NEXT = 2;
export const DST = 3;
export const SIZE = 4;
export const TTL = 5;
/** `seq ^ ack`, for the fingerprint. */
export const CONTENT = 6;
