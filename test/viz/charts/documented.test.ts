import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';
import * as z from 'zod';
import type { ChartPlugin } from '../../../viz/chart';
import { drawGraphic } from '../../../viz/draw-graphic';
import { chartTables } from '../../../viz/tables';
import { fakeStudy, longGoodput } from '../fake-study';
import { axisReader, markersOf, ofClass } from '../read-chart';

const root = join(__dirname, '../../..');

describe('the chart in docs/adding-a-chart.md', () => {
  const source = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, 'docs/adding-a-chart.md'), 'utf8'))![1]!;

  it('draws every replication where its value is', () => {
    const { strip } = load(source, join(root, 'viz/charts/strip.ts')) as { strip: ChartPlugin };
    const at = { hops: 4, cc: 'cubic' };
    const params = z.strictObject(strip.params).parse({ metric: 'goodput', flow: 'long', at });
    const graphic = strip.create(params, { tables: chartTables(fakeStudy(10)), width: 252 });
    const drawn = drawGraphic(graphic, { width: 252 });
    const read = axisReader(ofClass(drawn, 'y')[0]!, 'y');
    for (const [i, path] of ['end-to-end', 'relayed'].entries()) {
      const markers = markersOf(ofClass(drawn, 'series')[i]!);
      assert.equal(markers.length, 10);
      markers.forEach(({ y }, r) => {
        assert.ok(Math.abs(read(y) - longGoodput(4, path, 'cubic', r + 1) / 1e6) < 0.05);
      });
    }
  });
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
