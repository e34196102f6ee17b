import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as sources from '../../sim/node/api';
import { packageFolder } from '../../sim/node/package';

const SET = { 'run.duration': '3 s', 'run.warmup': '2 s' };

/** Comments and constants that are literal numbers at the head of a file: those that esbuild writes in place. */
const LEADING = /^(?:\/\*[\s\S]*?\*\/|\/\/.*|(?:export )?const \w+ = -?\d+;|\s)*/;

/*
 * What `npm run build` writes, made here in a folder of its own below dist/.
 */

describe('the bundles of bundle.mjs', () => {
  const root = packageFolder();
  let folder: string;

  before(() => {
    mkdirSync(join(root, 'dist'), { recursive: true });
    folder = mkdtempSync(join(root, 'dist/test-'));
    const made = spawnSync(process.execPath, [join(root, 'bundle.mjs'), '--out', folder], { encoding: 'utf8' });
    assert.equal(made.status, 0, made.stderr);
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  const hopwise = (...args: string[]) => {
    const program = `require(${JSON.stringify(join(folder, 'cli.js'))}).main(process.argv.slice(1))
      .then((code) => { process.exitCode = code; console.log(Object.keys(require.cache).join()); });`;
    return spawnSync(process.execPath, ['-e', program, '--', ...args], { encoding: 'utf8' });
  };

  it('give the same trajectory as the sources, in the thread of the caller and in workers', async () => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const bundled = require(join(folder, 'api.js')) as typeof sources;
    const [one, two] = [sources, bundled].map((api) => api.simulate('two-flows', { set: SET }));
    assert.equal(two!.fingerprint, one!.fingerprint);
    const { fingerprints, failures } = await bundled.sweep('two-flows', { set: SET, replications: 1, workers: 1 });
    assert.deepEqual(failures, []);
    assert.deepEqual(fingerprints, [one!.fingerprint]);
  });

  it('have numbers in place of the constants of other modules', () => {
    const files = readdirSync(join(root, 'sim'), { recursive: true, encoding: 'utf8' });
    const texts = files.filter((f) => f.endsWith('.ts')).map((f) => readFileSync(join(root, 'sim', f), 'utf8'));
    const declared = texts.flatMap((text) => [...text.matchAll(/\bconst (\w+)/g)].map(([, name]) => name!));
    const leading = texts.flatMap((text) => LEADING.exec(text)![0].match(/(?<=^export const )\w+/gm) ?? []);
    const names = leading.filter((name) => declared.indexOf(name) === declared.lastIndexOf(name));
    assert.ok(names.length > 2, names.join());
    const code = readFileSync(join(folder, 'worker.js'), 'utf8');
    const isNamed = (name: string) => new RegExp(`\\b${name}\\b(?!-)`);
    const withoutComments = code.replaceAll(/\/\*.*?\*\//g, '');
    assert.deepEqual(
      names.filter((name) => isNamed(name).test(withoutComments)),
      [],
    );
  });

  it('are stamped as built, but not when only those of the bench were made', () => {
    assert.ok(existsSync(join(folder, '.built')));
    const made = spawnSync(process.execPath, [join(root, 'bundle.mjs'), 'bench', '--out', join(folder, 'benches')]);
    assert.equal(made.status, 0);
    assert.ok(existsSync(join(folder, 'benches/bench/main.js')));
    assert.ok(!existsSync(join(folder, 'benches/.built')));
  });

  it('show help without the simulator', () => {
    const { stdout, status } = hopwise('--help');
    assert.equal(status, 0);
    assert.match(stdout, /Usage: hopwise/);
    assert.doesNotMatch(stdout, /commands\.js/);
    assert.match(hopwise('list').stdout, /commands\.js/);
  });

  it('tell mistakes in one line, although errors come from another bundle than the one that catches them', () => {
    const { stderr, stdout } = hopwise('validate', 'no-such-scenario');
    assert.equal(stderr, 'no-such-scenario: no such scenario; hopwise list shows all\n', stdout);
    const wrong = hopwise('explain', 'two-flows', '--set', 'run.seed=x');
    assert.equal(wrong.status, 2);
    assert.doesNotMatch(wrong.stderr, / at /);
  });

  it('count as another engine when what a run loads is another, and only then', () => {
    const engine = () => {
      const set = Object.entries(SET).flatMap(([path, value]) => ['--set', `${path}=${value}`]);
      const options = ['--replications', '1', '--workers', '1', '--quiet', '--out', join(folder, 'results')];
      const { status, stderr } = hopwise('run', 'two-flows', ...set, ...options);
      assert.equal(status, 0, stderr);
      const study = join(folder, 'results/two-flows');
      const file = join(study, readFileSync(join(study, 'latest'), 'utf8').trim(), 'metrics.csv');
      return /^# Hopwise ([^,]+),/.exec(readFileSync(file, 'utf8'))![1];
    };
    const first = engine();
    appendFileSync(join(folder, 'commands.js'), '// another chart\n');
    assert.equal(engine(), first);
    appendFileSync(join(folder, 'worker.js'), '// another simulator\n');
    assert.notEqual(engine(), first);
  });
});
