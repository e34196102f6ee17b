import { choice, duration, flag, integer, number, rate, size } from '../core/params';
import type { ParamsOf } from '../core/plugin';

/** What a hostile relay does: docs/models/security.md. */
export const ATTACKS = ['none', 'read', 'modify', 'inject', 'replay', 'drop', 'reorder', 'impersonate', 'downgrade'] as const; // prettier-ignore
export type Attack = (typeof ATTACKS)[number];

/** How a relay treats a session. */
export const relayParams = {
  buffer: size('bytes held for the session in each of the two sockets of a relay, each direction', '4 MiB'),
  forward: choice(
    'what is passed on: bytes as they come; messages from their first byte on, each at a cost; or whole messages',
    ['bytes', 'cut-through', 'store-and-forward'],
    'bytes',
  ),
  store: size(
    'bytes held between the two sockets, each direction: messages that are not complete, in service, or wait for room',
    '1 MiB',
  ),
  overflow: choice(
    'when the store is full: stop reading, so that the sender waits; or reset the session',
    ['wait', 'reset'],
    'wait',
  ),
  largestMessage: size('messages above are not passed on, where whole messages are stored; 0 B = any', '0 B'),
  processing: duration('delay that everything has in a relay, however much there is of it', '0 s'),
  serviceRate: rate(
    "bit/s that a relay's processor handles; sessions that its node relays with equal figures share it; 0 = any",
    '0 bit/s',
  ),
  messageRate: number('messages per second that it handles, in addition; 0 = any', 0, 0),
  nextLeg: choice(
    'when the next leg is opened: for each stream when it comes, ahead of it, or ahead and kept for the streams after it',
    ['on-demand', 'pre-established', 'kept'],
    'on-demand',
  ),
  retries: integer('new attempts when the next leg does not come about, before the session is reset', 0, 0, 1000),
  retryAfter: duration('time to the first new attempt; it doubles', '1 s'),
  race: duration(
    'time after which the client tries the nodes of backup as well, and uses what is established first (RFC 8305); 0 s = only after a loss',
    '0 s',
  ),
  announce: flag(
    'tells both ends in the session that it is there, by a message of its own, and goes when one of them refuses it; it stores whole messages then',
    false,
  ),
  transparent: flag(
    'the ends do not see the relay: it answers in the name of the other end, as RFC 3135 section 3.1.1 has it',
    false,
  ),
  inspect: choice(
    'a relay whose work is with the content of messages: what it cannot read it keeps back, and tells nobody or answers 415; it stores whole messages then',
    ['no', 'silently', 'aloud'],
    'no',
  ),
  attack: choice('what a relay does that is hostile; it stores whole messages then', ATTACKS, 'none'),
  attackEvery: integer('each so manieth message towards the server is attacked', 5, 1, 1_000_000),
} as const;

export type RelayConfig = ParamsOf<typeof relayParams>;
