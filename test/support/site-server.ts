import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { buildSite } from '../../viz/site/site';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
};

/** Answers a request, or says that it is none of its own. */
export type Route = (request: IncomingMessage, response: ServerResponse) => boolean;

/** The lab, served on this machine. */
export interface SiteServer {
  readonly folder: string;
  /** With a slash at its end. */
  readonly address: string;
  /** Ends it and deletes the folder. */
  close(): void;
}

/** Builds the lab into a folder of its own and serves it; `route` is asked first. */
export async function serveSite(route: Route = () => false): Promise<SiteServer> {
  const folder = mkdtempSync(join(tmpdir(), 'hopwise-site-'));
  await buildSite(folder);
  const server = createServer((request, response) => {
    if (route(request, response)) return;
    const path = new URL(request.url!, 'http://x').pathname;
    const file = join(folder, path === '/' ? 'index.html' : path);
    if (!existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    folder,
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close() {
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true });
    },
  };
}
