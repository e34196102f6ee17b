import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { loadStudy } from '../../sim/node/scenario-files';
import { pageOf } from '../support/documented';

/** What the reader does, in order: a file to be saved under this name, or a command to be typed. */
type Step = { readonly save: string } | { readonly type: readonly string[] };

const FILE = 'tutorial.yaml';
const PROGRAM = join(__dirname, '../../bin/hopwise.js');
/** Makes runs short: the page is about long ones, and their numbers are not checked here. */
const SHORT = ['--set', 'run.duration=2100 ms', '--set', 'run.warmup=2 s', '--replications', '1', '--workers', '1'];

function stepsOf(page: string): Step[] {
  return [...page.matchAll(/```(yaml|sh)\n([\s\S]*?)```/g)].flatMap(([, language, text]): Step[] => {
    if (language === 'yaml') return [{ save: text! }];
    return text!
      .trimEnd()
      .split('\n')
      .map((line) => {
        const prefix = 'node bin/hopwise.js ';
        assert.ok(line.startsWith(prefix), line);
        const words = line.slice(prefix.length).split(' ');
        return { type: words };
      });
  });
}

describe('docs/tutorial.md', function () {
  this.timeout(280_000);
  const steps = stepsOf(pageOf('docs/tutorial.md'));
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'hopwise-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('given every file and every command in it, in order, then each does what the page says', () => {
    const lastRun = steps.filter((step) => 'type' in step && step.type[0] === 'run').at(-1);
    let commands = 0;
    for (const step of steps) {
      if ('save' in step) {
        writeFileSync(join(folder, FILE), step.save);
        continue;
      }
      commands++;
      const words = step.type[0] === 'run' ? [...step.type, ...SHORT] : step.type;
      const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...words], { cwd: folder, encoding: 'utf8' });
      // so short a run need not keep what the page expects of a long one
      assert.ok(status === 0 || (step === lastRun && status === 1), `${step.type.join(' ')}: ${status}\n${stderr}`);
    }
    assert.ok(commands >= 8);
    const drawn = readdirSync(join(folder, 'results/tutorial'), { recursive: true }).map(String);
    assert.ok(drawn.some((file) => file.endsWith('charts/share-of-long.svg')));
    assert.ok(drawn.some((file) => file.endsWith('share-of-long.pdf')));
    assert.ok(existsSync(join(folder, 'traces/tutorial/replication=1')));
  });

  it('given its last scenario, then it is the headline study: the same points, the same figure', () => {
    const last = steps.filter((step) => 'save' in step).at(-1)! as { readonly save: string };
    writeFileSync(join(folder, FILE), last.save);
    const own = loadStudy(join(folder, FILE));
    const shipped = loadStudy('hop-by-hop-vs-end-to-end');
    assert.equal(own.replications, shipped.replications);
    assert.equal(own.seed, shipped.seed);
    const what = ({ points }: typeof own) =>
      points.map(({ factors, scenario }) => {
        const { network, sessions, run } = scenario;
        return { factors, network, sessions, run };
      });
    assert.deepEqual(what(own), what(shipped));
    assert.deepEqual(own.charts[0], shipped.charts[0]);
  });
});

describe('CITATION.cff', () => {
  it('has the fields that version 1.2.0 of the format demands, and the version of the package', () => {
    const citation = parse(readFileSync('CITATION.cff', 'utf8')) as Record<string, unknown>;
    const { version, license } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, unknown>;
    for (const field of ['cff-version', 'message', 'title', 'authors']) assert.ok(citation[field], field);
    assert.deepEqual([citation['cff-version'], citation['version'], citation['license']], ['1.2.0', version, license]);
  });
});
