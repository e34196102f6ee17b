import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const found = (files: readonly string[]): string | undefined => files.find((file) => existsSync(file));

/** Where the browsers of this machine are, if they are. */
export const CHROMIUM = found(['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']);
export const FIREFOX = found(['/usr/bin/firefox-esr', '/usr/bin/firefox']);

const CHROMIUM_OPTIONS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync', '--no-first-run']; // prettier-ignore

/** Throws if there is none. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM!, args: CHROMIUM_OPTIONS });
}

/** Firefox with one page, without a window. Playwright cannot drive that of Debian: the page has to say itself what it found. */
export class HeadlessFirefox {
  private readonly profile = mkdtempSync(join(tmpdir(), 'hopwise-firefox-'));
  private readonly child: ChildProcess;

  constructor(address: string) {
    const options = ['--headless', '--no-remote', '--profile', this.profile, address];
    this.child = spawn(FIREFOX!, options, { stdio: 'ignore', env: { ...process.env, HOME: this.profile } });
  }

  async close(): Promise<void> {
    const gone = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    if (this.child.exitCode === null) {
      this.child.kill('SIGKILL');
      await gone;
    }
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
