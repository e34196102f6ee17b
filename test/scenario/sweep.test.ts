import assert from 'node:assert/strict';
import { parseStudy } from '../../sim/scenario/parse';
import { ScenarioError } from '../../sim/scenario/problem';
import { combinations, type Factor } from '../../sim/scenario/sweep';

function factor(name: string, labels: (string | number)[], more: Partial<Factor> = {}): Factor {
  const levels = labels.map((label) => ({ label, assignments: [{ path: [name], value: label, writtenAt: [] }] }));
  return { name, levels, ...more };
}

function labels(...given: Parameters<typeof combinations>): string[] {
  return combinations(...given).map(({ factors }) => Object.values(factors).join(' '));
}

describe('combinations of swept factors', () => {
  const a = factor('a', [1, 2]);
  const b = factor('b', ['x', 'y', 'z']);

  it('are one when nothing is swept', () => {
    assert.deepEqual(combinations([]), [{ factors: {}, levels: [] }]);
  });

  it('are the whole grid, the last factor fastest', () => {
    assert.deepEqual(labels([a, b]), ['1 x', '1 y', '1 z', '2 x', '2 y', '2 z']);
  });

  it('name the levels they are made of', () => {
    assert.deepEqual(combinations([a, b])[1]!.levels, [
      { factor: a, index: 0 },
      { factor: b, index: 1 },
    ]);
  });

  it('pair the values of a factor with those of the one it moves with', () => {
    assert.deepEqual(labels([a, b, factor('c', ['one', 'two'], { with: 'a' })]), [
      '1 x one',
      '1 y one',
      '1 z one',
      '2 x two',
      '2 y two',
      '2 z two',
    ]);
  });

  it('vary a conditional factor only where its condition holds', () => {
    const points = combinations([a, factor('c', [5, 6], { when: { a: ['2'] } })]);
    assert.deepEqual(
      points.map(({ factors }) => factors),
      [
        { a: 1, c: '-' },
        { a: 2, c: 5 },
        { a: 2, c: 6 },
      ],
    );
    assert.deepEqual(
      points[0]!.levels.map(({ factor }) => factor.name),
      ['a'],
    );
  });

  it('leave out what is excluded: all values of an exclusion must match', () => {
    assert.deepEqual(labels([a, b], [{ a: ['2'], b: ['x', 'y'] }, { b: ['z'] }]), ['1 x', '1 y']);
  });
});

const BASE = {
  title: 'Sweep',
  network: { chain: { segments: 1, rtt: '20 ms' } },
  sessions: [{ name: 'A', from: 'first', to: 'last' }],
  run: { duration: '1 s' },
};

function study(sweep: object, more: object = {}) {
  return parseStudy(JSON.stringify({ ...BASE, sweep, ...more }), { file: 'sweep.yaml', name: 'sweep' });
}

function valuesOf(values: object, set = 'network.chain.rtt') {
  return study({ f: { set, values } }).factors[0]!.values;
}

function refusal(sweep: object, more: object = {}): string {
  try {
    study(sweep, more);
  } catch (error) {
    if (error instanceof ScenarioError)
      return error.problems.map(({ path, message }) => `${path}: ${message}`).join('\n');
    throw error;
  }
  return '';
}

describe('a range of values', () => {
  it('goes by a step, in the unit of its first value', () => {
    assert.deepEqual(valuesOf({ from: '10 ms', to: '40 ms', step: '10 ms' }), ['10 ms', '20 ms', '30 ms', '40 ms']);
    assert.deepEqual(valuesOf({ from: '500 us', to: '1.5 ms', step: '0.5 ms' }), ['500 us', '1000 us', '1500 us']);
  });

  it('stops before an end that no step meets, and has no digits of binary fractions', () => {
    assert.deepEqual(valuesOf({ from: 0.1, to: 0.45, step: 0.1 }, 'network.chain.loss'), [0.1, 0.2, 0.3, 0.4]);
  });

  it('goes down when it ends below its beginning', () => {
    assert.deepEqual(valuesOf({ from: 3, to: 1, step: 1 }, 'network.chain.segments'), [3, 2, 1]);
  });

  it('may be given by the number of values, equally far apart', () => {
    assert.deepEqual(valuesOf({ from: '1 Mbit/s', to: '2 Mbit/s', count: 5 }, 'network.chain.rate'), [
      '1 Mbit/s',
      '1.25 Mbit/s',
      '1.5 Mbit/s',
      '1.75 Mbit/s',
      '2 Mbit/s',
    ]);
  });

  it('on a log scale has equal ratios: by a factor, or by number', () => {
    const log = { from: 1, to: 64, scale: 'log' };
    assert.deepEqual(valuesOf({ ...log, step: 2 }, 'network.chain.segments'), [1, 2, 4, 8, 16, 32, 64]);
    assert.deepEqual(valuesOf({ from: '1 Mbit/s', to: '1 Gbit/s', count: 4, scale: 'log' }, 'network.chain.rate'), [
      '1 Mbit/s',
      '10 Mbit/s',
      '100 Mbit/s',
      '1000 Mbit/s',
    ]);
  });

  for (const [name, values, message] of [
    ['both step and count', { from: 1, to: 2, step: 1, count: 2 }, /expected either step or count/],
    ['a step of no length', { from: 1, to: 2, step: 0 }, /expected a step above 0/],
    ['units of two kinds', { from: '1 ms', to: '2 kB', count: 2 }, /does not fit the first value, which is in ms/],
    ['a log scale from zero', { from: 0, to: 2, count: 2, scale: 'log' }, /positive ends/],
    ['a step on a log scale that is no factor', { from: 1, to: 8, step: 1, scale: 'log' }, /a step above 1/],
  ] as const) {
    it(`is refused with ${name}`, () =>
      assert.match(refusal({ f: { set: 'network.chain.segments', values } }), message));
  }
});

describe('a sweep in a scenario', () => {
  it('may set several fields to one value', () => {
    const { points } = study({ rtt: { set: ['network.chain.rtt', 'run.warmup'], values: ['30 ms', '60 ms'] } });
    assert.deepEqual(
      points.map(({ scenario }) => [scenario.network.params['rtt'], scenario.run.warmup]),
      [
        [30e6, 30e6],
        [60e6, 60e6],
      ],
    );
  });

  it('may have a factor whose values are named sets of fields', () => {
    const { factors, points } = study({
      access: {
        sets: {
          dsl: { 'network.chain.rate': '10 Mbit/s', 'network.chain.queue': { 'drop-tail': { limit: '20 packets' } } },
          fibre: { 'network.chain.rate': '1 Gbit/s' },
        },
      },
    });
    assert.deepEqual(factors, [{ name: 'access', values: ['dsl', 'fibre'] }]);
    assert.deepEqual(
      points.map(({ scenario }) => scenario.network.params['rate']),
      [10e6, 1e9],
    );
    assert.notDeepEqual(points[0]!.scenario.network.params['queue'], points[1]!.scenario.network.params['queue']);
  });

  it('leaves a field as it is where a condition does not hold, and says so with -', () => {
    const { factors, points } = study({
      segments: { set: 'network.chain.segments', values: [1, 2] },
      rtt: { set: 'network.chain.rtt', values: ['40 ms', '80 ms'], when: { segments: 2 } },
    });
    assert.deepEqual(factors[1], { name: 'rtt', values: ['40 ms', '80 ms', '-'] });
    assert.deepEqual(
      points.map(({ factors, scenario }) => [factors['rtt'], scenario.network.params['rtt']]),
      [
        ['-', 20e6],
        ['40 ms', 40e6],
        ['80 ms', 80e6],
      ],
    );
  });

  it('has the points that single scenarios would be', () => {
    const { points } = study({
      segments: { set: 'network.chain.segments', values: [1, 2] },
      rtt: { set: 'network.chain.rtt', values: ['40 ms', '80 ms'] },
      mss: { set: 'transport.tcp.mss', values: [536, 1460] },
    });
    assert.equal(points.length, 8);
    for (const { factors, scenario } of points) {
      const { segments, rtt, mss } = factors;
      const alone = { ...BASE, network: { chain: { segments, rtt } }, transport: { tcp: { mss } } };
      const [only] = parseStudy(JSON.stringify(alone), { file: 'alone.yaml', name: 'alone' }).points;
      assert.deepEqual(scenario, only!.scenario);
    }
  });

  it('leaves out what exclude names', () => {
    const sweep = {
      segments: { set: 'network.chain.segments', values: [1, 2, 4] },
      rtt: { set: 'network.chain.rtt', values: ['40 ms', '80 ms'] },
    };
    const { points } = study(sweep, { exclude: [{ segments: [2, 4], rtt: '40 ms' }] });
    assert.deepEqual(
      points.map(({ factors }) => Object.values(factors)),
      [
        [1, '40 ms'],
        [1, '80 ms'],
        [2, '80 ms'],
        [4, '80 ms'],
      ],
    );
  });

  it('is refused, with its place, when its parts do not fit', () => {
    const segments = { set: 'network.chain.segments', values: [1, 2] };
    const rtt = { set: 'network.chain.rtt', values: ['40 ms', '80 ms', '90 ms'] };
    const cases: [object, object, string][] = [
      [
        { rtt: { values: [1] } },
        {},
        'sweep.rtt: set is missing; expected the dotted path of a field, or sets in place of set and values',
      ],
      [
        { segments, rtt: { ...rtt, with: 'segments' } },
        {},
        'sweep.rtt.with: segments has 2 values and rtt has 3; expected equally many',
      ],
      [
        { segments, rtt: { ...rtt, with: 'segmnts' } },
        {},
        'sweep.rtt.with: found "segmnts"; expected a factor above: segments',
      ],
      [
        { rtt: { ...rtt, when: { segments: 1 } }, segments },
        {},
        'sweep.rtt.when.segments: unknown factor; no factor stands above',
      ],
      [
        { segments, rtt: { ...rtt, when: { segments: 3 } } },
        {},
        'sweep.rtt.when.segments: found 3; expected one of 1, 2',
      ],
      [{ segments }, { exclude: [{ segments: [1, 7] }] }, 'exclude[0].segments[1]: found 7; expected one of 1, 2'],
      [{ segments }, { exclude: [{ segments: [1, 2] }] }, 'exclude: nothing is left to run'],
      [
        { a: { sets: { x: { 'network.chain.rat': 1 } } } },
        {},
        'sweep.a.sets.x.network.chain.rat: network.chain.rat: unknown field; expected one of segments, rate, rtt, queue, loss, lastLoss, impairments (did you mean rate?)',
      ],
      [{ a: { ...segments, sets: { x: {} } } }, {}, 'sweep.a.set: not together with sets'],
    ];
    for (const [sweep, more, expected] of cases) assert.equal(refusal(sweep, more), expected);
  });

  it('of 10,000 points is read within two seconds', () => {
    const upTo = (n: number, unit: string) => ({ from: `1 ${unit}`, to: `${n} ${unit}`, step: `1 ${unit}` });
    const before = process.cpuUsage();
    const { points } = study({
      rtt: { set: 'network.chain.rtt', values: upTo(100, 'ms') },
      rate: { set: 'network.chain.rate', values: upTo(100, 'Mbit/s') },
    });
    const { user, system } = process.cpuUsage(before);
    assert.equal(points.length, 10_000);
    assert.ok(user + system < 2e6, `${(user + system) / 1e6} s of CPU`);
  });
});
