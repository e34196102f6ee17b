import type { Graphic } from '../../viz/grammar';
import type { Study } from '../scenario/scenario';
import { provenanceLine } from './provenance';
import type { RunRecordFile } from './read-results';

/** What stands under a figure: what it shows, all that was set, and where its numbers come from. */
export function captionOf({ title, notes }: Graphic, study: Study, record: RunRecordFile): string {
  const varied = study.factors.map(({ name, values }) => `  ${name}: ${values.join(', ')}`);
  return [
    `${title.replace('?: ', '? ')}. ${notes.join(' ')}`,
    '',
    'Parameters:',
    ...parametersOf(study.source).map(([path, value]) => `  ${path}: ${value}`),
    ...(varied.length > 0 ? ['', 'Varied:', ...varied] : []),
    '',
    `Source: ${provenanceLine(record)}`,
    '',
  ].join('\n');
}

/** Parts of a scenario that say nothing about the runs, or are told of otherwise. */
const ASIDE = ['title', 'question', 'sweep', 'exclude', 'charts', 'expect', 'breaks'];

/** Every value that a scenario sets, by dotted path, as it is written. */
export function parametersOf(source: unknown): [path: string, value: string][] {
  return valuesIn(source, '').filter(([path]) => !ASIDE.includes(path.split('.')[0]!) && !path.endsWith('.name'));
}

function valuesIn(value: unknown, path: string): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return [[path, value.join(', ')]];
  return Object.entries(value).flatMap(([key, one]) => {
    // elements of a list go by their names, as in --set
    const name =
      Array.isArray(value) && typeof one === 'object' && one !== null && 'name' in one ? String(one.name) : key;
    return valuesIn(one, path === '' ? name : `${path}.${name}`);
  });
}
