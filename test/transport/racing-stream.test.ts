import assert from 'node:assert/strict';
import { EventQueue } from '../../sim/core/event-queue';
import type { ByteStream, CloseReason, StreamDelegate } from '../../sim/transport/byte-stream';
import { RacingStream } from '../../sim/transport/racing-stream';
import { MS } from '../support/network';

/** An attempt whose fate the test decides. */
class Attempt {
  readonly written: number[] = [];
  aborted = false;

  constructor(readonly delegate: StreamDelegate) {}

  readonly stream = {
    flow: 1,
    establishedAt: -1,
    isOpen: true,
    writeAll: (bytes: number) => void this.written.push(bytes),
    abort: () => {
      this.aborted = true;
      this.close('aborted');
    },
  } as unknown as ByteStream;

  establish(): void {
    this.delegate.onEstablished!(this.stream);
  }

  close(reason: CloseReason): void {
    this.delegate.onClosed!(this.stream, reason);
  }
}

function race(delegate: StreamDelegate = {}) {
  const events = new EventQueue();
  const attempts: Attempt[] = [];
  const open = (one: StreamDelegate): ByteStream => {
    const attempt = new Attempt(one);
    attempts.push(attempt);
    return attempt.stream;
  };
  const won: number[] = [];
  const stream = new RacingStream(events, 1, [open, open], 250 * MS, delegate, (number) => void won.push(number));
  return { events, attempts, stream, won };
}

describe('racing streams (RFC 8305 section 5)', () => {
  it('given an attempt that has failed, the next one begins at once, and no further one when the delay has passed', () => {
    const { events, attempts, won } = race();
    events.run(20 * MS);
    attempts[0]!.close('refused');
    assert.equal(attempts.length, 2);
    events.run(1000 * MS);
    assert.equal(attempts.length, 2);
    attempts[1]!.establish();
    assert.deepEqual(won, [1]);
  });

  it('given neither, the second attempt begins after the delay, and who is slower is given up', () => {
    const { events, attempts, won } = race();
    events.run(249 * MS);
    assert.equal(attempts.length, 1);
    events.run(251 * MS);
    assert.equal(attempts.length, 2);
    attempts[0]!.establish();
    assert.deepEqual(won, [0]);
    assert.equal(attempts[1]!.aborted, true);
  });

  it('sends what was written before ahead of what is written once it is established', () => {
    const { attempts, stream } = race({ onEstablished: (one) => one.writeAll(2) });
    stream.writeAll(1);
    attempts[0]!.establish();
    assert.deepEqual(attempts[0]!.written, [1, 2]);
  });

  it('ends with the reason of the last attempt when all have failed', () => {
    const reasons: CloseReason[] = [];
    const { attempts, stream } = race({ onClosed: (_, reason) => void reasons.push(reason) });
    attempts[0]!.close('refused');
    attempts[1]!.close('timeout');
    assert.deepEqual(reasons, ['timeout']);
    assert.equal(stream.isOpen, false);
  });
});
