import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ChartName } from '../../viz/charts';
import { charts } from '../../viz/charts';
import { nameCharts, renderCharts } from '../../viz/render';
import { toSvgText } from '../../viz/svg';
import { main } from '../../sim/node/cli';
import { type FinishedStudy, readStudy } from '../../sim/node/read-study';

/*
 * `charts.js RESULTS` runs the shipped studies below with few replications into the folder RESULTS, and writes
 * docs/charts.md and its images from them. What is there already is not run again.
 */

/** A study and the name of its chart, for each kind; what is missing is made by a command of its own. */
const SHOWN: Readonly<Record<Exclude<ChartName, 'warm-up'>, readonly [study: string, chart: string]>> = {
  bars: ['figure-6-udp-in-the-middle', 'goodput-by-middle'],
  box: ['parallel-connections', 'spread-of-the-share'],
  cdf: ['bufferbloat', 'rtt-tail'],
  'delay-attribution': ['relay-buffers', 'where-messages-wait'],
  ellipse: ['bufferbloat', 'delay-and-goodput'],
  'heat-map': ['loss-and-delay', 'transfer-rate'],
  'lines-with-intervals': ['hop-by-hop-vs-end-to-end', 'share-of-long'],
  'phase-plot': ['convergence', 'plane'],
  'nat-matrix': ['nat-traversal', 'matrix'],
  'time-series': ['hop-by-hop-vs-end-to-end', 'cwnd-and-queue'],
  topology: ['parking-lot', 'utilisation'],
  violin: ['hop-by-hop-vs-end-to-end', 'rtt'],
};

const REPLICATIONS = '3';
const DOCS = join(__dirname, '..', '..', 'docs');
const IMAGES = 'images/charts';

async function write(results: string): Promise<void> {
  mkdirSync(join(DOCS, IMAGES), { recursive: true });
  const studies = new Map<string, FinishedStudy>();
  const parts: string[] = [];
  for (const [kind, [name, wanted]] of Object.entries(SHOWN)) {
    if (!studies.has(name)) {
      // Bands are for all replications: whether these few keep them says nothing.
      const exit = await main([
        'run',
        name,
        '--replications',
        REPLICATIONS,
        '--quiet',
        '--workers',
        '1',
        '--out',
        results,
      ]);
      if (exit > 1) throw new Error(`${name} ended with ${exit}`);
      studies.set(name, readStudy(join(results, name), results));
    }
    parts.push(section(kind as ChartName, studies.get(name)!, wanted));
  }
  writeFileSync(join(DOCS, 'charts.md'), `${HEAD}\n${parts.join('\n')}`);
}

function section(kind: ChartName, { study, tables }: FinishedStudy, wanted: string): string {
  const all = nameCharts(study.charts);
  const index = all.findIndex(({ name, choice }) => name === wanted && choice.name === kind);
  if (index < 0) throw new Error(`${study.name} has no ${kind} called ${wanted}`);
  const [drawn] = renderCharts([all[index]!], tables);
  if (drawn === undefined || 'problem' in drawn) throw new Error(`${study.name}: ${drawn?.problem}`);
  const image = `${IMAGES}/${kind}.svg`;
  writeFileSync(join(DOCS, image), toSvgText(drawn.figure));
  const { charts: written } = study.source as { readonly charts: readonly unknown[] };
  return `## ${kind}

${charts[kind].summary[0]!.toUpperCase()}${charts[kind].summary.slice(1)}. ${charts[kind].reference}.

![${drawn.graphic.title}](${image})

From [\`scenarios/${study.name}.yaml\`](../scenarios/${study.name}.yaml):

\`\`\`yaml
charts:
${stringify([written[index]]).trimEnd().replace(/^/gm, '  ')}
\`\`\`
`;
}

const HEAD = `# Charts

Made by \`make charts\`: do not edit. Each chart is that of a shipped study, with ${REPLICATIONS} replications where the study has more.
\`hopwise plot\` draws them for print ([figures](figures.md)); every parameter is in the [reference](reference/scenario.md); how to add a
chart is in [adding-a-chart.md](adding-a-chart.md). Where a warm-up ends is drawn by \`hopwise warmup\`, signalling by \`hopwise ladder\`.
`;

void write(process.argv[2] ?? 'results/charts');
