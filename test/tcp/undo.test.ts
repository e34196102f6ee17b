import assert from 'node:assert/strict';
import type { Sender } from '../../sim/tcp/sender';
import { Undo } from '../../sim/tcp/undo';

const MS = 1e6;

/** What `Undo` sees of a sender. */
function sender() {
  const state = { mss: 1000, una: 5000, board: { retransmittedBytes: 0 }, host: { events: { now: 0 } } };
  return {
    state,
    undo: new Undo(state as unknown as Sender),
    retransmitAt(undo: Undo, ms: number) {
      state.host.events.now = ms * MS;
      undo.onRetransmit();
    },
  };
}

describe('Undo', () => {
  it('RFC 3522: an echo older than the first retransmission tells that the original arrived', () => {
    const { state, undo, retransmitAt } = sender();
    undo.begin(true);
    retransmitAt(undo, 200);
    state.una = 6000;
    assert.equal(undo.isSpurious(150), true);
  });

  it('RFC 3522: the echo of the retransmission itself tells nothing', () => {
    const { state, undo, retransmitAt } = sender();
    undo.begin(true);
    retransmitAt(undo, 200);
    state.una = 6000;
    assert.equal(undo.isSpurious(200), false);
  });

  it('does not take the ACK of a retransmission of the episode before for one of an original', () => {
    const { state, undo, retransmitAt } = sender();
    undo.begin(true);
    retransmitAt(undo, 100);
    undo.cancel();
    // given: the next episode begins while that retransmission is still under way
    state.board.retransmittedBytes = 1000;
    undo.begin(true);
    retransmitAt(undo, 200);
    // when: its ACK arrives, with the echo of 100 ms
    state.una = 6000;
    assert.equal(undo.isSpurious(100), false);
  });

  it('RFC 3708: all retransmissions must be reported as duplicates, those of the episode before included', () => {
    const { state, undo, retransmitAt } = sender();
    state.board.retransmittedBytes = 1000;
    undo.begin(true);
    retransmitAt(undo, 200);
    assert.equal(undo.onDsack(5000), false);
    assert.equal(undo.onDsack(6000), true);
  });
});
