import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';
import * as api from '../../sim/node/api';

const page = readFileSync(join(__dirname, '../../docs/api.md'), 'utf8');
const examples = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]!);

/** Runs an example as a module of its own and returns what it prints. */
async function printed(source: string): Promise<unknown[][]> {
  const wrapped = source.replace(/^(import .*;)\n/, '$1\nexport const done = (async () => {\n') + '\n})();';
  const { outputText } = ts.transpileModule(wrapped, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const lines: unknown[][] = [];
  const exported: { done?: Promise<void> } = {};
  const real = Module.createRequire(__filename);
  const require = (name: string): unknown => (name === 'hopwise' ? api : real(name));
  new Function('exports', 'require', 'console', outputText)(exported, require, {
    log: (...values: unknown[]) => lines.push(values),
  });
  await exported.done;
  return lines;
}

describe('docs/api.md', () => {
  it('simulates one flow', async () => {
    const [[goodput, unit], [fingerprint]] = (await printed(examples[0]!)) as [[number, string], [string]];
    assert.equal(unit, 'Mbit/s');
    assert.ok(goodput > 5 && goodput < 10, String(goodput));
    assert.match(fingerprint, /^[0-9a-f]+$/);
  });

  it('sweeps, and compares two sweeps', async () => {
    const lines = await printed(examples[1]!);
    const goodputs = lines.filter(([, flow]) => flow === 'A');
    assert.deepEqual(
      goodputs.map(([factors, , , , , n]) => [factors, n]),
      [
        [{ rtt: '10 ms' }, '(n = 3)'],
        [{ rtt: '20 ms' }, '(n = 3)'],
      ],
    );
    // of A and of the network, at two points
    assert.equal(lines.filter(([, metric]) => metric === 'goodput').length, 4);
  });

  it('documents what there is', () => {
    for (const name of ['simulate', 'sweep', 'compare', 'ScenarioError'])
      assert.ok(page.includes(name) && name in api, name);
  });
});

describe('the library', () => {
  const scenario = {
    title: 'Tiny',
    network: { chain: { segments: 1, rtt: '4 ms' } },
    sessions: [{ name: 'A', from: 'first', to: 'last', start: { uniform: ['0 s', '5 ms'] } }],
    run: { duration: '30 ms', warmup: '10 ms', replications: 2 },
    sweep: { segments: { set: 'network.chain.segments', values: [1, 2] } },
  };

  it('makes the same runs in a sweep as alone', async () => {
    const all = await api.sweep(scenario, { workers: 2 });
    const alone = [1, 2].flatMap((segments) =>
      [1, 2].map((replication) => api.simulate(scenario, { at: { segments }, replication }).fingerprint),
    );
    assert.deepEqual(all.fingerprints, alone);
    assert.equal(new Set(alone).size, 4);
  });

  it('names what is wrong with a scenario, and what there is in place of a metric that is not', () => {
    assert.throws(() => api.simulate({ ...scenario, run: {} }), /run\.duration/);
    assert.throws(
      () => api.simulate(scenario).metric('godput', 'A'),
      /^RangeError: no godput of A; there is goodput of A/,
    );
  });
});
