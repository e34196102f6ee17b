import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import Module from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import type { App, AppHost } from '../../sim/apps/app';
import { EventQueue } from '../../sim/core/event-queue';
import { bind, type ParamSpec, type Plugin } from '../../sim/core/plugin';
import { RandomStream } from '../../sim/core/random';
import type { Network } from '../../sim/net/topologies/topology';
import { parseStudy } from '../../sim/scenario/parse';

const root = join(__dirname, '../..');

describe('the examples of the documentation', () => {
  it('docs/adding-a-topology.md: the star has a hub and as many hosts as it is told', () => {
    const { star } = load('docs/adding-a-topology.md', 'sim/net/topologies/star.ts') as {
      star: Plugin<ParamSpec, void, Network>;
    };
    const network = bind(star, { hosts: 5, delay: '2 ms' })();
    assert.deepEqual(network.nodes, ['hub', 'h1', 'h2', 'h3', 'h4', 'h5']);
    assert.equal(network.links.length, 5);
    assert.equal(network.rtt, 8e6);
  });

  it('docs/adding-an-application.md: the heart beats at regular intervals until it is stopped', () => {
    const { heartbeat } = load('docs/adding-an-application.md', 'sim/apps/heartbeat.ts') as {
      heartbeat: Plugin<ParamSpec, AppHost, App>;
    };
    const events = new EventQueue();
    let written = 0;
    const connection = { writeAll: (bytes: number) => (written += bytes), close: () => undefined };
    const host = {
      events,
      random: new RandomStream([1, 2, 3, 4], 'test'),
      warmup: 0,
      open: () => connection,
    } as unknown as AppHost;
    const app = bind(heartbeat, { every: '2 s' })(host);
    app.start();
    events.run(9e9);
    assert.equal(written, 5);
    app.stop();
    events.run(20e9);
    assert.equal(written, 5);
    assert.deepEqual(app.metrics(), [{ metric: 'beats', unit: '', value: 5 }]);
  });

  it('README.md: its scenario is the one that comes with Hopwise', () => {
    const [shown] = codeBlocks(readFileSync(join(root, 'README.md'), 'utf8'), 'yaml');
    const shipped = readFileSync(join(root, 'scenarios/two-flows.yaml'), 'utf8');
    assert.equal(shown, shipped);
    assert.equal(parseStudy(shown!, { file: 'README.md', name: 'two-flows' }).replications, 5);
  });

  it('every link in the documentation leads to a file that is there', () => {
    for (const file of ['README.md', ...markdownUnder('docs')]) {
      const text = readFileSync(join(root, file), 'utf8');
      for (const [, target] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
        if (/^[a-z]+:/.test(target!)) continue;
        assert.ok(existsSync(join(root, dirname(file), target!)), `${file}: ${target}`);
      }
    }
  });
});

function markdownUnder(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(join(root, path)).isDirectory()) return markdownUnder(path);
    return name.endsWith('.md') ? [path] : [];
  });
}

function codeBlocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map((match) => match[1]!);
}

/** Evaluates the first code block of a page as if it were the file of that name. */
function load(page: string, file: string): unknown {
  const [source] = codeBlocks(readFileSync(join(root, page), 'utf8'), 'ts');
  const { outputText } = ts.transpileModule(source!, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const exported = {};
  new Function('exports', 'require', outputText)(exported, Module.createRequire(join(root, file)));
  return exported;
}
