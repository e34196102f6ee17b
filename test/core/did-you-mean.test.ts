import assert from 'node:assert/strict';
import { closestTo, suggestion } from '../../sim/core/did-you-mean';

describe('did you mean', () => {
  const known = ['from', 'to', 'path', 'delay', 'congestionControl', 'drop-tail'];

  it('finds the name that was misspelt', () => {
    assert.equal(closestTo('form', known), 'from');
    assert.equal(closestTo('dealy', known), 'delay');
    assert.equal(closestTo('congestioncontrol', known), 'congestionControl');
    assert.equal(closestTo('droptail', known), 'drop-tail');
  });

  it('finds the name that was cut short', () => {
    assert.equal(closestTo('congestion', known), 'congestionControl');
  });

  it('is silent when nothing is near', () => {
    assert.equal(closestTo('bandwidth', known), undefined);
    assert.equal(closestTo('n7', ['n0', 'n1']), undefined);
    assert.equal(closestTo('x', []), undefined);
  });

  it('is silent when there is nothing to choose from', () => {
    assert.equal(suggestion('tpc', ['tcp']), '');
    assert.equal(suggestion('tpc', ['tcp', 'udp']), ' (did you mean tcp?)');
  });
});
