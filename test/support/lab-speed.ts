/// <reference lib="dom" />
import { cpus, loadavg } from 'node:os';
import type { Page } from 'playwright-core';
import { PACKET_NUMBERS } from '../../viz/lab/protocol';
import { encodeState } from '../../viz/lab/share';
import { CHROMIUM, launchChromium } from './browsers';
import { type SiteServer, serveSite } from './site-server';

/*
 * How fast the lab is in this machine's Chromium: first paint, when the first run can be played, and frames a second with two
 * thousand packets in sight.
 */

/** 1 Gbit/s of packets of 1500 bytes on four hops of 6 ms each: 500 a hop, 2000 in all. */
const SCENARIO = `title: Two thousand packets
network:
  chain: { segments: 4, rate: 1 Gbit/s, rtt: 48 ms }
sessions:
  - { name: stream, from: first, to: last, app: { cbr: { rate: 990 Mbit/s, size: 1472 B } } }
run: { duration: 10 s }
`;
const WATCHED = 5000;
const REPEATED = 5;

async function main(): Promise<void> {
  if (CHROMIUM === undefined) return console.log('no Chromium on this machine');
  const site = await serveSite();
  const browser = await launchChromium();
  try {
    const paints: number[] = [];
    const ready: number[] = [];
    for (let i = 0; i < REPEATED; i++) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      await page.goto(site.address);
      await page.waitForSelector('#knobs select');
      ready.push(await page.evaluate(() => performance.now()));
      paints.push(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]!.startTime));
      await page.close();
    }
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const { rate, packets } = await play(page, site);
    const [load] = loadavg();
    console.log(`${cpus().length} processors, load ${load!.toFixed(1)}, no graphics processor`);
    console.log(`first paint          ${median(paints).toFixed(0)} ms (median of ${REPEATED})`);
    console.log(`ready to play        ${median(ready).toFixed(0)} ms`);
    console.log(`frames a second      ${rate.toFixed(1)} with ${packets} packets in sight, over ${WATCHED / 1000} s`);
  } finally {
    await browser.close();
    site.close();
  }
}

/** Frames a second while it plays, and packets on the wires at the end. */
async function play(page: Page, { address }: SiteServer): Promise<{ readonly rate: number; readonly packets: number }> {
  const variants = [{ settings: {}, point: 0 }];
  const code = await encodeState({ scenario: 'speed', text: SCENARIO, variants, replication: 1, at: 100e6 });
  await page.addInitScript(countPackets, PACKET_NUMBERS);
  await page.goto(`${address}#s=${code}`);
  await page.waitForSelector('#knobs select');
  // one frame of the screen is a third of a millisecond of the run
  await page.selectOption('#speed', '0.01');
  await page.click('#play');
  await page.waitForTimeout(1000);
  const before = await page.evaluate(() => document.querySelector<HTMLElement>('#clock')!.dataset['ns']);
  const drawn = await page.evaluate(framesDrawn, WATCHED);
  const after = await page.evaluate(() => document.querySelector<HTMLElement>('#clock')!.dataset['ns']);
  if (before === after) throw new Error('the run did not go on');
  return { rate: (1000 * drawn.frames) / drawn.time, packets: drawn.packets };
}

/** In the page: notes how many packets the last frame of an engine had. */
function countPackets(numbers: number): void {
  const known = globalThis as unknown as { packets: number; shown: number };
  known.packets = known.shown = 0;
  const Plain = Worker;
  globalThis.Worker = class extends Plain {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener('message', ({ data }: MessageEvent<{ frame?: { packets: Float64Array } }>) => {
        if (data.frame === undefined) return;
        known.packets = data.frame.packets.length / numbers;
        known.shown++;
      });
    }
  };
}

/** In the page: frames of the run that were shown in so many milliseconds. */
async function framesDrawn(watched: number): Promise<{ frames: number; time: number; packets: number }> {
  const known = globalThis as unknown as { packets: number; shown: number };
  const began = performance.now();
  const first = known.shown;
  await new Promise((resolve) => setTimeout(resolve, watched));
  return { frames: known.shown - first, time: performance.now() - began, packets: known.packets };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

void main();
