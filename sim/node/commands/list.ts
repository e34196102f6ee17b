import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { apps } from '../../apps';
import type { Registry } from '../../core/choice';
import { impairments } from '../../net/impairments';
import { middleboxes } from '../../middlebox';
import { queues } from '../../net/queues';
import { overloadControls } from '../../signalling/overload';
import { roles } from '../../signalling/roles';
import { topologies } from '../../net/topologies';
import { congestionControls } from '../../tcp/cc';
import { charts } from '../../../viz/charts';
import { Exit } from '../exit';
import { scenarioFiles, scenarioName } from '../scenario-files';
import { print, type Terminal } from '../terminal';

const registries = {
  apps,
  charts,
  'congestion-controls': congestionControls,
  impairments,
  middleboxes,
  'overload-controls': overloadControls,
  queues,
  'server-roles': roles,
  topologies,
} satisfies Record<string, Registry>;

/** What `list --what` accepts. */
export const LISTS = ['scenarios', ...Object.keys(registries)];

/** Names what a user can choose from, with one line on each. */
export function list(what: string, { out }: Terminal): Exit {
  const rows =
    what === 'scenarios'
      ? scenarioFiles().map((file) => [scenarioName(file), titleOf(file)] as const)
      : Object.entries(registries[what as keyof typeof registries] as Registry).map(
          ([name, { summary, reference }]) => [name, reference === '' ? summary : `${summary} (${reference})`] as const,
        );
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  for (const [name, text] of rows) print(out, `${name.padEnd(width)}  ${text}`);
  return Exit.ok;
}

/** The title, also of a file that has mistakes elsewhere. */
function titleOf(file: string): string {
  const title = parseDocument(readFileSync(file, 'utf8')).get('title');
  return typeof title === 'string' ? title : '(no title)';
}
