import { context } from 'esbuild';
import { join } from 'node:path';
import { buildSite } from './site';

/*
 * `main.js FOLDER` writes the lab there; `main.js FOLDER --serve` serves the folder as well, until it is interrupted.
 */

async function main([folder = 'site', option]: readonly string[]): Promise<void> {
  await buildSite(folder);
  console.log(`The lab is in ${folder}/: open it through any web server.`);
  if (option !== '--serve') return;
  const server = await context({});
  const { port } = await server.serve({ servedir: join(folder), host: '127.0.0.1', port: 8125 });
  console.log(`Serving at http://localhost:${port}/ (Ctrl-C ends it)`);
}

void main(process.argv.slice(2));
