import type { ContentWatch } from './stream-content';

/** Who follows the messages in all streams of a simulation. */
export class ContentWatching {
  /** Null: nobody. Set before streams are opened. */
  watch: ContentWatch | null = null;
}

/** For `Simulation.single`. */
export function newContentWatching(): ContentWatching {
  return new ContentWatching();
}
