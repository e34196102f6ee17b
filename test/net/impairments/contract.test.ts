import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bind } from '../../../sim/core/plugin';
import type { ImpairmentName } from '../../../sim/net/impairments';
import { impairments } from '../../../sim/net/impairments';
import { delays } from '../../../sim/net/impairments/delays';
import type { LinkOptions } from '../../../sim/net/link';
import { queues } from '../../../sim/net/queues';
import { checkPhysics } from '../../../sim/run/physics';
import { every, impaired, MS, SECOND, sendOver } from './support';

type Params = Readonly<Record<string, unknown>>;

/** For each impairment settings under which it acts within 200 ms, and for each parameter another value. */
const CASES: { readonly [K in ImpairmentName]: { readonly base: Params; readonly changes: Params } } = {
  bernoulli: { base: { loss: 0.1 }, changes: { loss: 0.3, together: 2 } },
  'gilbert-elliott': {
    base: { goodToBad: 0.1, badToGood: 0.3 },
    changes: { goodToBad: 0.3, badToGood: 0.8, lossInGood: 0.2, lossInBad: 0.5 },
  },
  scripted: { base: { drop: [{ every: 10 }] }, changes: { drop: [{ packets: [3] }] } },
  corruption: { base: { share: 0.1 }, changes: { share: 0.3, bitErrorRate: 1e-4 } },
  duplication: { base: { share: 0.1 }, changes: { share: 0.3, after: '2 ms' } },
  reordering: { base: { share: 0.2, by: '50 packets' }, changes: { share: 0.5, by: '5 ms', atMost: '3 ms' } },
  jitter: {
    base: { delay: { uniform: { to: '5 ms' } } },
    changes: { delay: { exponential: { mean: '1 ms' } }, keepOrder: false },
  },
  'rate-schedule': {
    base: {
      steps: [
        { at: '30 ms', rate: '2 Mbit/s' },
        { at: '60 ms', rate: '10 Mbit/s' },
      ],
    },
    changes: { steps: [{ at: '31 ms', rate: '2 Mbit/s' }], repeat: '70 ms' },
  },
  'delay-schedule': {
    base: {
      steps: [
        { at: '30 ms', delay: '40 ms' },
        { at: '60 ms', delay: '2 ms' },
      ],
    },
    changes: { steps: [{ at: '30 ms', delay: '41 ms' }], repeat: '90 ms', keepOrder: false },
  },
  outage: {
    base: { down: [['20 ms', '50 ms']] },
    changes: { down: [['20 ms', '51 ms']], repeat: '80 ms', packets: 'are-lost' },
  },
  'random-outage': {
    base: { meanUp: '20 ms', meanDown: '10 ms' },
    changes: { meanUp: '30 ms', meanDown: '20 ms', packets: 'are-lost' },
  },
  trace: { base: { opportunities: [1, 5, 6, 6, 9] }, changes: { opportunities: [2], bytes: 900 } },
};

const names = Object.keys(impairments) as ImpairmentName[];
const yamlOf = (name: ImpairmentName, params: Params) => JSON.stringify({ [name]: params });
const LINK: Partial<LinkOptions> = { rate: 10e6, delay: 10 * MS };

/** All that can be seen of a run over a link with these impairments. */
function trajectory(list: readonly string[], seed = 1, link = LINK) {
  const yaml = `[ ${list.join(', ')} ]`;
  const times = every(1.3 * MS, 150);
  const run = sendOver(
    { ...link, ...impaired(yaml) },
    { times, size: (n) => 200 + ((n * 389) % 1300), seed: [seed, 2, 3, 4] },
  );
  return { ...run, text: run.arrivals.map(({ n, at, corrupt }) => `${n}@${at}${corrupt ? '!' : ''}`).join(' ') };
}

for (const name of names) {
  const { base, changes } = CASES[name];

  describe(`the impairment ${name}`, () => {
    it('changes what comes out of a link', () => {
      assert.notEqual(trajectory([yamlOf(name, base)]).text, trajectory([]).text);
    });

    for (const [param, value] of Object.entries(changes)) {
      it(`with another ${param} does something else`, () => {
        const changed = trajectory([yamlOf(name, { ...base, [param]: value })]);
        assert.notEqual(changed.text, trajectory([yamlOf(name, base)]).text);
      });
    }

    it('has no parameter that this suite does not know', () => {
      assert.deepEqual(Object.keys(changes).sort(), Object.keys(impairments[name].params).sort());
    });

    it('does the same twice', () => {
      const fingerprint = () => trajectory([yamlOf(name, base)]).simulation.fingerprint.toString();
      assert.equal(fingerprint(), fingerprint());
    });

    it('does not reorder, unless it is there for that', () => {
      const { arrivals } = trajectory([yamlOf(name, base)]);
      const inOrder = arrivals.every(({ n }, i) => i === 0 || n >= arrivals[i - 1]!.n);
      assert.equal(inOrder, name !== 'reordering');
    });
  });
}

describe('the distributions of jitter', () => {
  for (const [name, { params }] of Object.entries(delays)) {
    for (const [param, schema] of Object.entries(params)) {
      it(`${name}: ${param} matters`, () => {
        const run = (given: object) =>
          trajectory([JSON.stringify({ jitter: { delay: { [name]: given }, keepOrder: false } })]).text;
        const isNumber = schema.safeParse(3).success;
        assert.notEqual(run({ [param]: isNumber ? 3 : '4 ms' }), run({}));
      });
    }
  }
});

describe('impairments together', () => {
  const DISCIPLINES = {
    'drop-tail': { limit: '8 packets' },
    red: { limit: '20 packets' },
    codel: { limit: '20 packets' },
    'fq-codel': {},
    shaper: {},
  } as const;

  /** Not both of two that a link cannot have. */
  const anyList = fc
    .subarray(names)
    .chain((chosen) => fc.shuffledSubarray(chosen, { minLength: chosen.length }))
    .map((chosen) => chosen.filter((name) => name !== 'rate-schedule' || !chosen.includes('trace')));

  it('in any order, over any buffer: every packet is delivered, dropped or inside, at all times', () => {
    fc.assert(
      fc.property(
        anyList,
        fc.constantFrom(...(Object.keys(DISCIPLINES) as (keyof typeof DISCIPLINES)[])),
        fc.integer({ min: 1, max: 1000 }),
        fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 4 }),
        (list, discipline, seed, stops) => {
          const queue = bind(queues[discipline] as never, DISCIPLINES[discipline]) as LinkOptions['queue'];
          const yaml = `[ ${list.map((name) => yamlOf(name, CASES[name].base)).join(', ')} ]`;
          for (const until of [...stops.map((ms) => ms * MS), 20 * SECOND]) {
            const times = every(0.7 * MS, 150).filter((at) => at <= until);
            const net = sendOver({ ...LINK, queue, ...impaired(yaml) }, { times, until, seed: [seed, 2, 3, 4] });
            checkPhysics(net.simulation);
            const { link } = net;
            assert.ok(link.transmittedBytes <= link.acceptedBytes);
            assert.equal(link.acceptedPackets - link.transmittedPackets >= link.queuedPackets, true);
            if (until === 20 * SECOND) assert.equal(link.heldPackets, 0);
          }
        },
      ),
      { numRuns: 80 },
    );
  });

  it('that only judge packets do the same on the one-event path and on the two-event path', () => {
    const filters = (['bernoulli', 'gilbert-elliott', 'scripted', 'corruption'] as const).map((name) =>
      yamlOf(name, CASES[name].base),
    );
    const lost = '{ "outage": { "down": [["20 ms", "50 ms"]], "packets": "are-lost" } }';
    const run = (express: boolean) => {
      const { text, simulation } = trajectory([...filters, lost], 7, { ...LINK, express });
      return [text, simulation.fingerprint.toString()];
    };
    assert.deepEqual(run(true), run(false));
    assert.notEqual(run(true)[0], trajectory([]).text);
  });

  it('a transmitter of constant rate is the plain link: a schedule that changes nothing changes nothing', () => {
    const constant = '{ "rate-schedule": { "steps": [ { "at": "20 ms", "rate": "10 Mbit/s" } ] } }';
    assert.equal(trajectory([constant]).text, trajectory([]).text);
    const delay = '{ "delay-schedule": { "steps": [ { "at": "20 ms", "delay": "10 ms" } ] } }';
    assert.equal(trajectory([constant, delay]).text, trajectory([]).text);
  });
});
