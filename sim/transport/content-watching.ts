import type { ContentWatch } from './stream-content';

/** Who follows messages in the streams of a simulation that share packets with others: SCTP, QUIC, circuits. */
export class ContentWatching {
  /** Null: nobody. Set before streams are opened. */
  watch: ContentWatch | null = null;
}

/** For `Simulation.single`. */
export function newContentWatching(): ContentWatching {
  return new ContentWatching();
}
