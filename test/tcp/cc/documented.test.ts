import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';
import { bind, type Plugin, type ParamSpec } from '../../../sim/core/plugin';
import { congestionControls } from '../../../sim/tcp/cc';
import type { CongestionControl, FlowInfo } from '../../../sim/tcp/cc/congestion-control';
import { lossOf, rounds } from '../../support/ack';
import { makeFlow } from '../../support/solo';

const root = join(__dirname, '../../..');

describe('the congestion control in docs/adding-a-congestion-control.md', () => {
  const text = readFileSync(join(root, 'docs/adding-a-congestion-control.md'), 'utf8');
  const source = /```ts\n([\s\S]*?)```/.exec(text)![1]!;

  it('adds as much per round trip, and keeps as much after loss, as it is told', () => {
    const { aimd } = load(source, join(root, 'sim/tcp/cc/aimd.ts')) as {
      aimd: Plugin<ParamSpec, FlowInfo, CongestionControl>;
    };
    const flow = makeFlow(1000, 100_000);
    const cc = bind(aimd, { increase: 3, decrease: 0.8 })(flow);
    cc.onLossEpisode(lossOf(cc));
    assert.equal(cc.cwnd, 80_000);
    rounds(cc, flow, 1);
    assert.ok(Math.abs(cc.cwnd - 83_000) < 100, `${cc.cwnd}`);
  });
});

describe('docs/models/congestion-control.md', () => {
  const text = readFileSync(join(root, 'docs/models/congestion-control.md'), 'utf8');

  for (const name of Object.keys(congestionControls)) {
    it(`has a row for ${name}`, () => {
      assert.match(text, new RegExp(`^\\| \`${name}\``, 'm'));
    });
  }
});

/** Evaluates a module as if it were the file of that name. */
function load(source: string, file: string): unknown {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const exported = {};
  new Function('exports', 'require', outputText)(exported, Module.createRequire(file));
  return exported;
}
