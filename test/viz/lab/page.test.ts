/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { run } from '../../../sim/run/run';
import { seedOf } from '../../../sim/run/seed';
import { parseStudy } from '../../../sim/scenario/parse';
import { CHROMIUM, launchChromium } from '../../support/browsers';
import { type SiteServer, serveSite } from '../../support/site-server';

const ROOT = join(__dirname, '..', '..', '..');
/** The moment that the page shows, ns. */
async function clockOf(page: Page): Promise<number> {
  return Number(await page.getAttribute('#clock', 'data-ns'));
}

describe('The lab in a browser', function () {
  this.timeout(180_000);
  let site: SiteServer;
  let browser: Browser;
  let page: Page;
  let address: string;
  const errors: string[] = [];

  before(async function () {
    if (CHROMIUM === undefined) {
      console.log('      (no Chromium on this machine: the page is not tested)');
      this.skip();
    }
    site = await serveSite();
    address = site.address;
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 }, acceptDownloads: true });
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(address);
    await page.waitForSelector('.variant canvas');
    await page.selectOption('#scenario', 'two-flows');
    await page.waitForFunction(() => document.querySelector('.variant h2')?.textContent?.includes('Two flows'));
  });

  after(async () => {
    await browser?.close();
    site?.close();
  });

  it('plays and pauses', async () => {
    await page.selectOption('#speed', '1');
    await page.click('#play');
    await page.waitForFunction(() => Number(document.querySelector<HTMLElement>('#clock')!.dataset['ns']) > 0);
    await page.click('#play');
    assert.equal(await page.getAttribute('#play', 'aria-pressed'), 'false');
    const stopped = await clockOf(page);
    await page.waitForTimeout(300);
    assert.equal(await clockOf(page), stopped);
  });

  it('rewinds, steps by an event and by a round-trip time', async () => {
    await page.click('#rewind');
    await page.waitForFunction(() => document.querySelector<HTMLElement>('#clock')!.dataset['ns'] === '0');
    await page.click('#step-rtt');
    await page.waitForFunction(() => document.querySelector<HTMLElement>('#clock')!.dataset['ns'] === '40000000');
    const events = async (): Promise<number> => parseInt((await page.textContent('.status'))!.replaceAll(',', ''), 10);
    const before = await events();
    await page.click('#step-event');
    await page.waitForFunction(
      (n) => parseInt(document.querySelector('.status')!.textContent!.replaceAll(',', ''), 10) > n,
      before,
    );
    assert.equal(await events(), before + 1);
  });

  it('ends with the fingerprint of the command line', async () => {
    await page.click('#finish');
    await page.waitForSelector('.result code');
    const text = readFileSync(join(ROOT, 'scenarios/two-flows.yaml'), 'utf8');
    const study = parseStudy(text, { file: 'two-flows.yaml', name: 'two-flows' });
    const { fingerprint } = run({ scenario: study.points[0]!.scenario, seed: seedOf(study.seed, 1), record: false });
    assert.equal(await page.textContent('.result code'), fingerprint);
  });

  it('shows the state of what is chosen from the list, and of a session by its button', async () => {
    await page.selectOption('.targets', 'queue 0');
    await page.waitForFunction(() => /^Queue of n0>n1/.test(document.querySelector('.inspector')!.textContent!));
    await page.click('.sessions button:has-text("two")');
    await page.waitForFunction(() => /^Session two/.test(document.querySelector('.inspector')!.textContent!));
    assert.match((await page.textContent('.inspector'))!, /cwnd[\d.]+ kB/);
    assert.equal(await page.inputValue('.targets'), 'session 1');
  });

  it('shows the state of a packet that is clicked on, and follows it', async () => {
    await page.fill('#time', '100');
    await page.waitForFunction(() => document.querySelector<HTMLElement>('#clock')!.dataset['ns'] === '6000000000');
    const box = (await page.locator('.variant canvas').boundingBox())!;
    // along the line of the link until a packet is hit
    for (let x = 60; x < box.width - 60; x += 8) {
      await page.mouse.click(box.x + x, box.y + box.height / 2 - 4);
      if ((await page.inputValue('.targets')).startsWith('packet')) break;
    }
    await page.waitForFunction(() => /^Packet \d+/.test(document.querySelector('.inspector')!.textContent!));
    const title = await page.textContent('.inspector h3');
    for (let i = 0; i < 3; i++) await page.click('#step-rtt');
    await page.waitForFunction(() => /taken in at/.test(document.querySelector('.inspector')!.textContent!));
    assert.equal(await page.textContent('.inspector h3'), title, 'the same packet');
  });

  it('chooses by keys alone, and tells it aloud only while time stands still', async () => {
    await page.focus('.variant canvas');
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() => /^Packet \d+where/.test(document.querySelector('.inspector')!.textContent!));
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => /^Session one/.test(document.querySelector('.inspector')!.textContent!));
    assert.equal(await page.getAttribute('.inspector', 'aria-live'), 'polite');
    await page.selectOption('#speed', '0.001');
    await page.click('#play');
    assert.equal(await page.getAttribute('.inspector', 'aria-live'), 'off');
    await page.click('#play');
    await page.focus('.variant canvas');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.querySelector('.inspector')!.textContent === '');
  });

  it('turned, runs another variant; compared, shows both', async () => {
    const row = page.locator('#knobs label', { hasText: 'round-trip time' });
    await row.locator('select').selectOption('160 ms');
    await page.waitForFunction(() => document.querySelector('.variant h2')!.textContent!.includes('160 ms'));
    await page.check('#compare');
    await page.waitForFunction(() => document.querySelectorAll('.variant').length === 2);
    await page
      .locator('#knobs > fieldset')
      .nth(1)
      .locator('label', { hasText: 'round-trip time' })
      .locator('select')
      .selectOption('');
    await page.waitForFunction(() => document.querySelectorAll('.variant h2')[1]!.textContent === 'B');
    await page.click('#finish');
    await page.waitForFunction(() => document.querySelectorAll('.result code').length === 2);
    const prints = await page.locator('.result code').allTextContents();
    assert.notEqual(prints[0], prints[1]);
  });

  it('shared and opened again, shows the same', async () => {
    const prints = await page.locator('.result code').allTextContents();
    await page.click('#share');
    await page.waitForFunction(() => location.hash.startsWith('#s='));
    const other = await browser.newPage();
    await other.goto(page.url());
    await other.waitForFunction(() => document.querySelectorAll('.result code').length === 2);
    assert.deepEqual(await other.locator('.result code').allTextContents(), prints);
    await other.close();
  });

  it('gives its files', async () => {
    await page.uncheck('#compare');
    await page.waitForFunction(() => document.querySelectorAll('.variant').length === 1);
    await page.click('#finish');
    await page.waitForSelector('.result code');
    for (const [button, ending, begin] of [
      ['#save-scenario', '.yaml', 'title: Two flows'],
      ['#save-csv', '.csv', 'time_s,'],
      ['#save-svg', '.svg', '<svg'],
      ['#save-pcapng', '.pcapng', '\n\r\r\n'],
    ] as const) {
      const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
      assert.ok(download.suggestedFilename().endsWith(ending), download.suggestedFilename());
      assert.ok(readFileSync(await download.path(), 'latin1').startsWith(begin), ending);
    }
  });

  it('a mistake in the text is named with its line, and mended', async () => {
    await page.click('#text summary');
    await page.waitForSelector('.cm-content');
    await page.click('.cm-content');
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('wrong: 1\n');
    await page.waitForSelector('#problems li');
    assert.match((await page.textContent('#problems'))!, /line 1: wrong: unknown field/);
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Delete');
    await page.waitForFunction(() => document.querySelectorAll('#problems li').length === 0);
  });

  it('a lesson goes from question to explanation', async () => {
    await page.click('text=Lessons');
    await page.click('text=End to end and hop by hop');
    await page.waitForSelector('#lesson form');
    assert.equal(await page.locator('#lesson .right').count(), 0);
    await page.check('#lesson input[value="1"]');
    await page.click('#lesson form button');
    await page.waitForFunction(() => document.querySelectorAll('.variant').length === 2);
    await page.click('#finish');
    await page.waitForFunction(() => document.querySelectorAll('.result code').length === 2);
    await page.click('text=I have seen it');
    assert.match((await page.textContent('#lesson .right'))!, /^Right/);
  });

  it('a lesson shows the ladder of the signalling as far as the run has come, and verdicts that tell who reads', async () => {
    await page.goto(`${address}#lesson=who-may-read-my-message`);
    await page.waitForFunction(() => document.querySelectorAll('.variant').length === 2);
    await page.fill('#time', '100');
    await page.click('.ladder summary >> nth=0');
    await page.waitForSelector('.ladder g.past');
    const first = page.locator('.ladder g').first();
    assert.equal(await first.getAttribute('aria-label'), '0.0000 s: INVITE, alice to proxy');
    assert.ok((await page.locator('.ladder g.future').count()) >= 4, 'BYE is still to come');
    for (const i of [0, 1]) await page.click(`.verdicts > summary >> nth=${i}`);
    await page.waitForFunction(() => document.querySelectorAll('.verdicts details').length === 34);
    const [a, b] = await page.locator('.verdicts > .body').allTextContents();
    assert.match(a!, /^6 kept, 5 broken.*between the ends: collector, routers and links/);
    assert.match(b!, /^10 kept, 3 broken.*between the ends: relay, routers and links/);
  });

  it('has no violation that axe finds, in the lab and in the lessons', async () => {
    const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
    for (const hash of ['#lessons', '#lesson=packets-and-queues', '#lesson=who-may-read-my-message', '#lab']) {
      await page.goto(`${address}${hash}`);
      await page.waitForTimeout(300);
      await page.evaluate(axe);
      const found = await page.evaluate(async () => {
        const { violations } = await (
          globalThis as unknown as { axe: { run(): Promise<{ violations: AxeViolation[] }> } }
        ).axe.run();
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
      });
      assert.deepEqual(found, [], hash);
    }
  });

  it('fits a phone', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 390, `${wide} pixels wide`);
  });

  it('weighs less than 500 kB compressed, without the editor and the judge, which come when they are asked for', () => {
    const files = readdirSync(site.folder).filter((file) => /\.(js|html|css|json)$/.test(file));
    const isLater = (file: string): boolean => /^(editor|judge)-/.test(file);
    assert.equal(files.filter(isLater).length, 2);
    const first = files.filter((file) => !isLater(file));
    const sum = first.reduce((total, file) => total + gzipSync(readFileSync(join(site.folder, file))).length, 0);
    assert.ok(sum < 500_000, `${sum} bytes`);
  });

  it('said no error in the console', () => {
    assert.deepEqual(errors, []);
  });
});

interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}
