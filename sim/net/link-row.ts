/** The row of a link in `Simulation.linkRows`: one cache line for what a hop needs of it and would be boxed in the object. */
export const LINK_ROW = 8;
/** Nanoseconds, one way, of what remains constant of the delay. */
export const PROPAGATION = 0;
export const NS_PER_BYTE = 1;
/** When the transmitter falls idle; the fraction of a nanosecond it is behind. */
export const BUSY_UNTIL = 2;
export const RESIDUE = 3;
export const ACCEPTED_BYTES = 4;
export const DEPARTED_BYTES = 5;
export const DELIVERED_BYTES = 6;
export const MAX_PACKETS = 7;
