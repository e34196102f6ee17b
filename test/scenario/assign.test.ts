import assert from 'node:assert/strict';
import { assign, PathError, resolvePath } from '../../sim/scenario/assign';

const data = {
  network: { chain: { segments: 4 } },
  sessions: [{ name: 'A', app: 'bulk' }, { name: 'long' }],
};

describe('dotted paths', () => {
  it('lead through mappings', () => {
    assert.deepEqual(resolvePath(data, 'network.chain.segments'), ['network', 'chain', 'segments']);
  });

  it('address elements of a list by name or by index', () => {
    assert.deepEqual(resolvePath(data, 'sessions.long.app'), ['sessions', 1, 'app']);
    assert.deepEqual(resolvePath(data, 'sessions.1.app'), ['sessions', 1, 'app']);
  });

  it('may lead to what is not written yet', () => {
    assert.deepEqual(resolvePath(data, 'transport.tcp.mss'), ['transport', 'tcp', 'mss']);
  });

  it('must name an element that exists', () => {
    const message = 'no element is called lnog; expected one of A, long, or an index from 0 to 1 (did you mean long?)';
    assert.throws(() => resolvePath(data, 'sessions.lnog.app'), new PathError(message));
    assert.throws(() => resolvePath(data, 'sessions.2.app'), PathError);
  });

  it('have no empty steps', () => {
    for (const path of ['', 'a..b', '.a', 'a.']) assert.throws(() => resolvePath({}, path), PathError);
  });
});

describe('assigning a field', () => {
  it('replaces the value and leaves the original alone', () => {
    const changed = assign(data, { path: ['network', 'chain', 'segments'], value: 8 });
    assert.deepEqual(changed, { ...data, network: { chain: { segments: 8 } } });
    assert.equal(data.network.chain.segments, 4);
  });

  it('makes the mappings on the way', () => {
    assert.deepEqual(assign({}, { path: ['transport', 'tcp', 'mss'], value: 536 }), {
      transport: { tcp: { mss: 536 } },
    });
  });

  it('gives parameters to a plugin that was chosen by its bare name', () => {
    const changed = assign(data, { path: ['sessions', 0, 'app', 'bulk', 'size'], value: '1 MB' }) as typeof data;
    assert.deepEqual(changed.sessions[0], { name: 'A', app: { bulk: { size: '1 MB' } } });
  });

  it('shares what it does not touch', () => {
    const changed = assign(data, { path: ['sessions', 0, 'app'], value: 'messages' }) as typeof data;
    assert.equal(changed.network, data.network);
    assert.equal(changed.sessions[1], data.sessions[1]);
  });
});
