import type { ServerResponse } from 'node:http';
import { LiveRun } from '../../sim/run/live-run';
import { seedOf } from '../../sim/run/seed';
import { scenarioOf } from '../../viz/lab/engine';
import type { LoadRequest } from '../../viz/lab/protocol';
import { shippedScenarios } from '../../viz/site/site';
import { CHROMIUM, FIREFOX, HeadlessFirefox, launchChromium } from './browsers';
import { type Route, serveSite } from './site-server';

/** By scenario. */
export type Fingerprints = Readonly<Record<string, string>>;

/** The first point of every shipped scenario, first replication. */
export function requestsOf(): LoadRequest[] {
  return Object.entries(shippedScenarios()).map(([name, text]) => ({
    name,
    text,
    settings: [],
    point: 0,
    replication: 1,
  }));
}

/** Of each run up to `until`, ns, or to its end, made by the simulator in this process. */
export function fingerprintsHere(requests: readonly LoadRequest[], until: number): Fingerprints {
  const entries = requests.map((request) => {
    const { study, scenario } = scenarioOf(request);
    const live = new LiveRun({ scenario, seed: seedOf(study.seed, request.replication), record: false });
    live.advance(until);
    return [request.name, live.simulation.fingerprint.toString()] as const;
  });
  return Object.fromEntries(entries);
}

/** A page that makes all runs in the worker of the lab and says what it found. */
const PAGE = `<!doctype html><title>Fingerprints</title><script type="module">
const { requests, until } = await (await fetch('/requests')).json();
const worker = new Worker('worker.js', { type: 'module' });
const found = {};
for (const request of requests) {
  const { data } = await new Promise((resolve) => {
    worker.addEventListener('message', resolve, { once: true });
    worker.postMessage({ kind: 'load', request, until });
  });
  found[request.name] = data.kind === 'loaded' ? data.frame.fingerprint : JSON.stringify(data);
}
await fetch('/found', { method: 'POST', body: JSON.stringify(found) });
</script>`;

/** As the lab makes the runs, in a browser: null if it is not on this machine. */
export async function fingerprintsIn(
  browser: 'chromium' | 'firefox',
  requests: readonly LoadRequest[],
  until: number,
): Promise<Fingerprints | null> {
  if ((browser === 'chromium' ? CHROMIUM : FIREFOX) === undefined) return null;
  let tell: (found: Fingerprints) => void;
  const found = new Promise<Fingerprints>((resolve) => (tell = resolve));
  const site = await serveSite(routes({ requests, until }, (body) => tell(JSON.parse(body) as Fingerprints)));
  const opened = await open(browser, `${site.address}fingerprints`);
  try {
    return await found;
  } finally {
    await opened.close();
    site.close();
  }
}

async function open(browser: 'chromium' | 'firefox', address: string): Promise<{ close(): Promise<void> }> {
  if (browser === 'firefox') return new HeadlessFirefox(address);
  const chromium = await launchChromium();
  const page = await chromium.newPage();
  await page.goto(address);
  return chromium;
}

function routes(
  asked: { readonly requests: readonly LoadRequest[]; readonly until: number },
  onFound: (body: string) => void,
): Route {
  return (request, response) => {
    const send = (type: string, text: string): ServerResponse =>
      response.writeHead(200, { 'content-type': type }).end(text);
    if (request.url === '/fingerprints') send('text/html', PAGE);
    else if (request.url === '/requests') send('application/json', JSON.stringify(asked));
    else if (request.url === '/found') {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        send('text/plain', '');
        onFound(body);
      });
    } else return false;
    return true;
  };
}
