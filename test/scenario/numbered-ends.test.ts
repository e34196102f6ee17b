import assert from 'node:assert/strict';
import { parseStudy } from '../../sim/scenario/parse';
import { scenarioOf } from '../support/scenario';

const LOT = `
title: Crossing flows
network: { parking-lot: { hops: 3 } }
sessions: [{ name: cross, from: 'x#-1', to: 'y#-1', count: 3 }]
run: { duration: 10 s }
`;

describe('# in the ends of a session', () => {
  it('is the number of the session, so that one entry has a session across each link', () => {
    const ends = scenarioOf(LOT).sessions.map(({ name, from, to }) => [name, from, to]);
    assert.deepEqual(ends, [
      ['cross-1', 'x1-1', 'y1-1'],
      ['cross-2', 'x2-1', 'y2-1'],
      ['cross-3', 'x3-1', 'y3-1'],
    ]);
  });

  it('is refused where a number leads to no node, naming it', () => {
    const text = LOT.replace('count: 3', 'count: 4');
    assert.throws(() => parseStudy(text, { file: 'lot.yaml', name: 'lot' }), /sessions\[0\]\.from: found "x4-1"/);
  });

  it('lets a sweep change the links and the flows across them together', () => {
    const text = `${LOT}sweep: { hops: { set: [network.parking-lot.hops, sessions.cross.count], values: [1, 2] } }`;
    const { points } = parseStudy(text, { file: 'lot.yaml', name: 'lot' });
    assert.deepEqual(
      points.map(({ scenario }) => scenario.sessions.length),
      [1, 2],
    );
  });
});
