import { csvParse } from 'd3';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TopLevelSpec } from 'vega-lite' with { 'resolution-mode': 'import' };
import type { ChartName } from '../../viz/charts';
import { csvOf } from '../../viz/exports/csv';
import { pgfplotsOf } from '../../viz/exports/pgfplots';
import { vegaLiteOf } from '../../viz/exports/vega-lite';
import { chartTables } from '../../viz/tables';
import { plan } from './draw';
import { fakeStudy, longGoodput } from './fake-study';
import { samples } from './samples';

const tables = chartTables(fakeStudy(10));
const FROM = 'Hopwise, study one';

const planned = (Object.keys(samples) as ChartName[]).flatMap((name) =>
  samples[name].map((params, i) => ({ name: `${name}-${i}`, ...plan(name, tables, params) })),
);

describe('the data behind a figure as CSV', () => {
  const bars = { metric: 'goodput', flow: ['A', 'long'], x: 'hops', at: { cc: 'cubic' } };

  it('has the means and intervals in base units, at the values of the factor', () => {
    const [first, ...lines] = csvOf(plan('bars', tables, bars).graphic, FROM).split('\n');
    assert.equal(first, `# ${FROM}`);
    const rows = csvParse(lines.join('\n')).filter((row) => row['series'] === 'long, relayed');
    const [boxes, intervals] = ['boxes', 'intervals'].map((mark) => rows.filter((row) => row['mark'] === mark));
    assert.deepEqual(
      boxes!.map((row) => [row['x'], row['y_axis']]),
      [1, 2, 4, 8].map((hops) => [String(hops), 'goodput (bit/s)']),
    );
    boxes!.forEach((row, i) => {
      const hops = 2 ** i;
      const mean = (longGoodput(hops, 'relayed', 'cubic', 1) + longGoodput(hops, 'relayed', 'cubic', 2)) / 2;
      assert.ok(Math.abs(Number(row['y2']) - mean) < 1);
      const [low, high] = [Number(intervals![i]!['y']), Number(intervals![i]!['y2'])];
      assert.ok(Math.abs((low + high) / 2 - mean) < 1 && low < high);
    });
  });

  it('has every sample of a series, thinned for no page', () => {
    const { graphic } = plan('time-series', tables, {
      show: ['cwnd_bytes'],
      at: { hops: 4, cc: 'cubic', path: 'relayed' },
    });
    const text = csvOf(graphic, FROM).replace(/^#.*\n/, '');
    assert.equal(csvParse(text).filter((row) => row['series'] === 'long').length, 600);
  });
});

describe('figures as Vega-Lite', () => {
  const specs = planned.map(({ name, graphic, width }) => ({
    name,
    graphic,
    spec: JSON.parse(vegaLiteOf(graphic, width, FROM)) as TopLevelSpec,
  }));

  it('are compiled by Vega-Lite without a warning', async () => {
    const vegaLite = await import('vega-lite');
    for (const { name, spec } of specs) {
      const said: unknown[] = [];
      const listen = (...words: unknown[]) => said.push(...words);
      const logger = { level: () => logger, error: listen, warn: listen, info: () => logger, debug: () => logger };
      vegaLite.compile(spec, { logger: logger as never });
      assert.deepEqual(said, [], name);
    }
  });

  it('are drawn by Vega with all their marks', async () => {
    const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')]);
    for (const { name, spec, graphic } of specs) {
      const view = new vega.View(vega.parse(vegaLite.compile(spec).spec), { renderer: 'none' });
      const drawn = await view.toSVG();
      const boxes = graphic.panels.flatMap(({ layers }) =>
        layers.flatMap((one) => (one.mark === 'boxes' ? one.rows : [])),
      );
      const rects = [...drawn.matchAll(/aria-roledescription="rect mark"/g)].length;
      assert.equal(rects, boxes.length, name);
      const lines = graphic.panels.flatMap(({ layers }) => layers.filter(({ mark }) => mark === 'line'));
      const drawnLines = [...drawn.matchAll(/aria-roledescription="line mark"/g)].length;
      assert.ok(drawnLines >= lines.length, name);
      assert.doesNotMatch(drawn, /NaN/, name);
    }
  });
});

describe('figures as pgfplots', () => {
  const pictures = planned.map(({ name, graphic, width }) => ({
    name,
    graphic,
    text: pgfplotsOf(graphic, width, FROM),
  }));

  it('have a plot for each mark, balanced braces, and nothing that TeX takes amiss', () => {
    for (const { name, text, graphic } of pictures) {
      const code = text.replace(/^%.*$/gm, '').replace(/\\[{}]/g, '');
      assert.equal(code.split('{').length, code.split('}').length, name);
      assert.doesNotMatch(code, /(?<!\\)[&%$#_~]|NaN|undefined|Infinity|[^\n -~]/, name);
      assert.equal([...code.matchAll(/\\nextgroupplot/g)].length, graphic.panels.length, name);
      const lines = graphic.panels.flatMap(({ layers }) => layers.filter(({ mark }) => mark === 'line'));
      assert.ok([...code.matchAll(/\\addplot/g)].length >= lines.length, name);
    }
  });

  it('are typeset by pdflatex', function () {
    if (spawnSync('kpsewhich', ['pgfplots.sty']).status !== 0) {
      console.log('      not checked: pdflatex with pgfplots is not installed');
      this.skip();
    }
    const folder = mkdtempSync(join(tmpdir(), 'hopwise-'));
    try {
      const document = `\\documentclass{article}
\\usepackage[T1]{fontenc} \\usepackage{pgfplots} \\usepgfplotslibrary{groupplots} \\pgfplotsset{compat=1.18}
\\begin{document}
${pictures.map(({ text }) => `${text}\\clearpage`).join('\n')}
\\end{document}`;
      writeFileSync(join(folder, 'all.tex'), document);
      const words = ['-interaction=nonstopmode', '-halt-on-error', '-draftmode', 'all.tex'];
      const { status, stdout } = spawnSync('pdflatex', words, { cwd: folder, encoding: 'utf8' });
      assert.equal(status, 0, stdout.slice(-2000));
      const log = readFileSync(join(folder, 'all.log'), 'utf8');
      assert.doesNotMatch(log, /Package pgfplots Warning|Missing character/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
