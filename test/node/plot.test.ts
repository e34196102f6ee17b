import { createCanvas, loadImage } from '@napi-rs/canvas';
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../sim/node/cli';
import { recordingTerminal } from '../support/terminal';

const SCENARIO = `
title: Two flows
network: { chain: { segments: 1, rtt: 20 ms, rate: 10 Mbit/s } }
sessions:
  - { name: A, from: first, to: last, start: { uniform: [0 s, 100 ms] } }
  - { name: B, from: first, to: last, start: { uniform: [0 s, 100 ms] } }
run: { duration: 2 s, warmup: 500 ms, replications: 3 }
sweep: { cc: { set: transport.tcp.congestionControl, values: [cubic, reno] } }
record: { series: [cwnd, ssthresh], every: 50 ms }
charts:
  - bars: { name: goodput, flow: [A, B], x: cc }
  - time-series: { name: windows, show: [cwnd_bytes, ssthresh_bytes], at: { cc: reno } }
`;

describe('hopwise plot', () => {
  let folder: string;
  let scenario: string;
  let results: string;
  let run: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hopwise-'));
    scenario = join(folder, 'two.yaml');
    results = join(folder, 'results');
    writeFileSync(scenario, SCENARIO);
    await main(['run', scenario, '--quiet', '--workers', '1', '--out', results], recordingTerminal());
    run = join(results, 'two', readFileSync(join(results, 'two', 'latest'), 'utf8').trim());
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  async function plot(...words: string[]) {
    const terminal = recordingTerminal();
    const code = await main(['plot', ...words], terminal);
    return { code, ...terminal.written };
  }

  function written(name: string, from = join(run, 'plots')): Buffer {
    return readFileSync(join(from, name));
  }

  it('draws from the files of results what the run itself has drawn, to the byte', async () => {
    assert.equal((await plot(join(results, 'two'))).code, 0);
    for (const name of ['goodput.svg', 'windows.svg']) {
      assert.deepEqual(written(name), written(name, join(run, 'charts')), name);
    }
  });

  it('takes a scenario, with the charts that its file has now', async () => {
    const edited = join(folder, 'two.yaml');
    writeFileSync(edited, SCENARIO.replace('name: goodput, flow: [A, B]', 'name: share, metric: share, flow: A'));
    const out = join(folder, 'edited');
    const { code } = await plot(edited, '--results', results, '--out', out);
    writeFileSync(edited, SCENARIO);
    assert.equal(code, 0);
    assert.deepEqual(readdirSync(out).sort(), ['share.svg', 'share.txt', 'windows.svg', 'windows.txt']);
  });

  it('draws one chart, as wide as asked for, in points', async () => {
    const widths = { 'ieee-column': 252, 'acm-page': 506, '89': 252.28, '100 mm': 283.46 };
    for (const [width, points] of Object.entries(widths)) {
      const out = join(folder, `width-${points}`);
      assert.equal((await plot(run, 'goodput', '--width', width, '--out', out)).code, 0);
      assert.deepEqual(readdirSync(out), ['goodput.svg', 'goodput.txt']);
      assert.match(written('goodput.svg', out).toString(), new RegExp(`width="${points}pt"`));
    }
  });

  it('writes PDF in vectors with its fonts in it, the same bytes every time', async () => {
    await plot(run, 'goodput', '--format', 'pdf');
    const first = written('goodput.pdf');
    await plot(run, 'goodput', '--format', 'pdf');
    assert.deepEqual(written('goodput.pdf'), first);
    const text = first.toString('latin1');
    assert.match(text, /\/MediaBox \[0 0 252 /);
    assert.match(text, /\/FontFile2/);
    assert.doesNotMatch(text, /\/Subtype ?\/Image/);
  });

  it('writes PNG with 600 dots per inch, and in it what is drawn', async () => {
    await plot(run, 'goodput', '--format', 'png');
    const png = written('goodput.png');
    assert.equal(png.readUInt32BE(16), Math.round((252 / 72) * 600));
    const blue = (await pixelsOf(png)).filter(([r, g, b]) => r === 0x00 && g === 0x72 && b === 0xb2).length;
    assert.ok(blue > 1000, `${blue} pixels of the first colour`);
  });

  it('gives with --gray what a printer without colour does', async () => {
    const out = join(folder, 'gray');
    await plot(run, '--gray', '--format', 'svg,png', '--out', out);
    const colours = written('goodput.svg', out)
      .toString()
      .matchAll(/(?:fill|stroke)="#(..)(..)(..)"/g);
    for (const [all, r, g, b] of colours) assert.ok(r === g && g === b, all);
    for (const [r, g, b] of await pixelsOf(written('goodput.png', out))) assert.ok(r === g && g === b);
  });

  it('writes data, LaTeX and Vega-Lite with where the numbers come from, and a caption with all parameters', async () => {
    await plot(run, 'goodput', '--format', 'csv,pgfplots,vega-lite');
    const record = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as { run: string; command: string };
    for (const name of ['goodput.csv', 'goodput.tex', 'goodput.vl.json', 'goodput.txt']) {
      const text = written(name).toString();
      assert.ok(text.includes(`run ${record.run}`) && text.includes(record.command), name);
    }
    const caption = written('goodput.txt').toString();
    assert.match(caption, /^Two flows: goodput for each congestion control\. Mean and 95 % .*n = 3 replications\.\n/);
    for (const line of [
      'network.chain.rtt: 20 ms',
      'sessions.B.start.uniform: 0 s, 100 ms',
      'run.warmup: 500 ms',
      'cc: cubic, reno',
    ]) {
      assert.ok(caption.includes(`\n  ${line}\n`), line);
    }
    // What the table of the study says, the data of the figure say.
    const summary = readFileSync(join(run, 'summary.csv'), 'utf8');
    const mean = /^reno,A,goodput,bit\/s,3,([\d.]+),/m.exec(summary)![1];
    assert.ok(written('goodput.csv').toString().includes(`,A,boxes,reno,0,,${mean},,`), mean);
  });

  it('refuses what it cannot draw in one line, with exit code 2', async () => {
    const cases: [string[], RegExp][] = [
      [[join(folder, 'nothing.yaml')], /no such scenario/],
      [[scenario, '--results', folder], /no results in .*; hopwise run .* makes them\n$/],
      [[run, 'goodputs'], /no chart is called goodputs \(did you mean goodput\?\); expected goodput, windows\n$/],
      [[run, '--format', 'svg,jpg'], /expected svg, pdf, .*, found jpg/],
      [[run, '--width', '20'], /expected ieee-column, .*or 70 to 420 \(millimetres\), found 20/],
    ];
    for (const [words, message] of cases) {
      const { code, err, out } = await plot(...words);
      assert.equal(code, 2, words.join(' '));
      assert.match(err, message);
      assert.doesNotMatch(err, /\n {4}at /);
      assert.equal(out, '');
    }
  });
});

/** Colours of all pixels. */
async function pixelsOf(png: Buffer): Promise<(readonly [number, number, number])[]> {
  const image = await loadImage(png);
  const surface = createCanvas(image.width, image.height).getContext('2d');
  surface.drawImage(image, 0, 0);
  const { data } = surface.getImageData(0, 0, image.width, image.height);
  return Array.from({ length: data.length / 4 }, (_, i) => [data[4 * i]!, data[4 * i + 1]!, data[4 * i + 2]!]);
}
