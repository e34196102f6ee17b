import type { Finding } from '../probe/finding';
import type { ByteStream, StreamDelegate } from '../transport/byte-stream';
import type { AppMetric } from './app';

/** One way in which an end looks for intermediaries. */
export interface Look {
  /** Looks, once, and tells what it has found. */
  start(done: (finding: Finding) => void): void;
  /** The server's end of a stream that it has opened. */
  accept?(stream: ByteStream): StreamDelegate;
  metrics(): AppMetric[];
}
