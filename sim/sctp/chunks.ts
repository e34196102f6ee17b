/** Chunk types (RFC 9260 section 3.2; RE-CONFIG: RFC 6525). */
export const Chunk = {
  data: 0,
  init: 1,
  initAck: 2,
  sack: 3,
  heartbeat: 4,
  heartbeatAck: 5,
  abort: 6,
  shutdown: 7,
  shutdownAck: 8,
  cookieEcho: 10,
  cookieAck: 11,
  shutdownComplete: 14,
  reconfig: 130,
} as const;

/** Flags of a DATA chunk (RFC 9260 section 3.3.1), at their wire positions. */
export const DataFlag = { end: 1, beginning: 2, unordered: 4, immediate: 8 } as const;

/*
 * A packet carries its chunks as numbers in `Packet.sack`, which are the packet's own: nothing is allocated or to be given
 * back, and a duplicate has its own copy. TSNs are offsets from the initial one and do not wrap.
 *
 *   verification tag, then chunks, then END
 *
 *   DATA        type, flags, TSN, stream, SSN, length
 *   SACK        type, cumulative TSN, a_rwnd, gaps, duplicates, then first and last of each gap block, duplicates
 *   INIT        type, initiate tag, a_rwnd, outbound streams, inbound streams
 *   INIT ACK    as INIT, then the cookie
 *   COOKIE ECHO type, cookie            the cookie: see COOKIE_WORDS
 *   HEARTBEAT   type, time sent         HEARTBEAT ACK the same
 *   SHUTDOWN    type, cumulative TSN
 *   ABORT, SHUTDOWN COMPLETE            type, 1 if the tag is the receiver's own (T bit)
 *   RE-CONFIG   type, REQUEST, request number, last TSN, streams, then each; or type, RESPONSE, request number, result
 */
export const END = -1;

/** When it was made, the tags of both ends, and what the peer's INIT said: a_rwnd and streams. */
export const COOKIE_WORDS = 6;
export const REQUEST = 1;
export const RESPONSE = 2;
/** Results of a RE-CONFIG request (RFC 6525 section 4.4). */
export const Result = { performed: 1, inProgress: 6 } as const;

export const IP_HEADER = 20;
export const COMMON_HEADER = 12;
export const DATA_HEADER = 16;
/** Bytes of the state cookie: what COOKIE_WORDS tell, and a MAC of 32 bytes (RFC 9260 section 5.1.3). */
export const COOKIE_BYTES = 72;
/** INIT with the parameter Supported Extensions for RE-CONFIG (RFC 6525 section 3.1), padded. */
export const INIT_BYTES = 20 + 8;

/** RFC 9260 section 3.2: chunks are padded to four bytes. */
export function padded(bytes: number): number {
  return (bytes + 3) & ~3;
}

/** Index of the chunk after the one at `at`. */
export function nextChunk(words: readonly number[], at: number): number {
  switch (words[at]) {
    case Chunk.data:
      return at + 6;
    case Chunk.sack:
      return at + 5 + 2 * words[at + 3]! + words[at + 4]!;
    case Chunk.init:
      return at + 5;
    case Chunk.initAck:
      return at + 5 + COOKIE_WORDS;
    case Chunk.cookieEcho:
      return at + 1 + COOKIE_WORDS;
    case Chunk.cookieAck:
    case Chunk.shutdownAck:
      return at + 1;
    case Chunk.reconfig:
      return words[at + 1] === REQUEST ? at + 5 + words[at + 4]! : at + 4;
    default:
      return at + 2;
  }
}

/** Bytes of the chunk at `at`, padded. */
export function chunkBytes(words: readonly number[], at: number): number {
  switch (words[at]) {
    case Chunk.data:
      return DATA_HEADER + padded(words[at + 5]!);
    case Chunk.sack:
      return 16 + 4 * (words[at + 3]! + words[at + 4]!);
    case Chunk.init:
      return INIT_BYTES;
    case Chunk.initAck:
      return INIT_BYTES + 4 + COOKIE_BYTES;
    case Chunk.cookieEcho:
      return 4 + COOKIE_BYTES;
    case Chunk.heartbeat:
    case Chunk.heartbeatAck:
      // Heartbeat Information with the time and the address (RFC 9260 section 3.3.5)
      return 4 + 4 + 16;
    case Chunk.shutdown:
      return 8;
    case Chunk.reconfig:
      // RFC 6525 sections 3.1, 4.1 and 4.4
      return words[at + 1] === REQUEST ? 4 + padded(16 + 2 * words[at + 4]!) : 4 + 12;
    default:
      return 4;
  }
}
