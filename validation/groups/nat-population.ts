import { RandomStream } from '../../sim/core/random';
import { boundRow, type Check, type Group, mean } from '../check';
import { replication, scenarioOf, seedOf } from '../scenario';

/** Two random hosts of a population whose translators behave as measurements found, and whether they meet. */

/** Ford, Srisuresh and Kegel found that about 82 % of translators support UDP hole punching. */
const SUPPORT = 0.82;
const PAIRS = 200;

interface Model {
  readonly name: string;
  /** The translator of those that support hole punching, all with one mapping for all peers (RFC 4787 section 4.1). */
  readonly good: string;
  /** Part of the pairs that meet without a relay, by theory. */
  readonly law: number;
  readonly why: string;
}

const MODELS: readonly Model[] = [
  {
    name: 'all filter by address and port',
    good: 'port-restricted-cone',
    law: SUPPORT ** 2,
    why: 'both must support it',
  },
  {
    name: 'those that support it filter by address',
    good: 'restricted-cone',
    law: 1 - (1 - SUPPORT) ** 2,
    why: 'one that supports it is enough',
  },
];

/** Hosts behind `a` and `b`, a STUN server between them and no TURN: they meet, or they do not. */
function meet(a: string, b: string, seed: number): number {
  const link = (one: string, other: string, delay: string) => ({ between: [one, other], rate: '100 Mbit/s', delay });
  const run = replication(
    scenarioOf({
      title: 'validation',
      network: {
        graph: {
          nodes: ['alice', 'gw-a', 'core', 'server', 'gw-b', 'bob'],
          links: [
            link('alice', 'gw-a', '1 ms'),
            link('gw-a', 'core', '10 ms'),
            link('core', 'gw-b', '10 ms'),
            link('gw-b', 'bob', '1 ms'),
            link('core', 'server', '20 ms'),
          ],
        },
      },
      middleboxes: { 'gw-a': a, 'gw-b': b },
      sessions: [
        {
          name: 'call',
          from: 'alice',
          to: 'bob',
          path: 'traversed',
          traversal: { server: 'server' },
          app: 'rtp-audio',
          start: { uniform: ['0 s', '1 s'] },
        },
      ],
      run: { duration: '5 s' },
    }),
    seed,
  );
  return run.get('call', 'connected') === 1 && run.get('call', 'relayed') === 0 ? 1 : 0;
}

function population(model: Model): Check {
  const name = `random pairs, ${model.name}: part that meets without a relay (${model.why})`;
  return {
    name,
    run: () => {
      const random = new RandomStream(seedOf(1), model.name);
      const translator = (): string => (random.uniform() < SUPPORT ? model.good : 'symmetric');
      const met = Array.from({ length: PAIRS }, (_, i) => meet(translator(), translator(), i + 1));
      // 99 % of the samples of a binomial law
      const margin = 2.576 * Math.sqrt((model.law * (1 - model.law)) / PAIRS);
      return [boundRow(name, model.law.toFixed(3), mean(met), model.law - margin, model.law + margin, 3)];
    },
  };
}

export const natPopulation: Group = {
  title: 'A population of translators',
  source:
    'Ford, Srisuresh and Kegel, USENIX ATC 2005 (the part of translators that support UDP hole punching); RFC 4787; `test/reference/published.md` 11.4.',
  method: `${PAIRS} pairs drawn at random from a population of which ${SUPPORT * 100} % have one mapping for all peers and the others are symmetric; each pair is simulated, with ICE. The bands hold 99 % of the samples of the law.`,
  checks: MODELS.map(population),
};
