import { fingerprintsHere, fingerprintsIn, requestsOf } from './fingerprints-in-browsers';

/*
 * Makes every shipped scenario in full length, first point and replication, in Node.js, Chromium and Firefox, and compares
 * the fingerprints. Exit code 1 if they differ.
 */

/** Later than the end of any. */
const WHOLE = 1e15;

async function main(): Promise<void> {
  const requests = requestsOf();
  const here = fingerprintsHere(requests, WHOLE);
  const browsers = { chromium: await fingerprintsIn('chromium', requests, WHOLE), firefox: await fingerprintsIn('firefox', requests, WHOLE) }; // prettier-ignore
  for (const [name, fingerprint] of Object.entries(here)) {
    const others = Object.entries(browsers).map(([browser, found]) => {
      const value = found === null ? 'not installed' : found[name] === fingerprint ? 'the same' : String(found[name]);
      if (found !== null && found[name] !== fingerprint) process.exitCode = 1;
      return `${browser} ${value}`;
    });
    console.log([name.padEnd(36), fingerprint.padEnd(17), ...others].join('  '));
  }
}

void main();
