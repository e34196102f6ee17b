import { namesAt, type Schema } from '../completion';
import { type Field, listOf, type Tree, treeOf } from './knob';

/** Translators and firewalls, and the controls of signalling servers that have a capacity. */
export function nodeFields(scenario: Tree, schema: Schema): Field[] {
  const values = namesAt(schema, ['middleboxes', 'any']);
  const boxes = Object.keys(treeOf(scenario['middleboxes'])).map((node) => ({
    of: node,
    label: 'NAT or firewall',
    path: `middleboxes.${node}`,
    values,
    otherwise: 'none',
  }));
  const controls = namesAt(schema, ['signalling', 'servers', '-', 'control']);
  const servers = listOf(treeOf(scenario['signalling'])['servers']).flatMap(({ capacity, on }, i) => {
    if (capacity === undefined) return [];
    const label = 'overload control';
    return [
      {
        of: [on].flat().join(', '),
        label,
        path: `signalling.servers.${i}.control`,
        values: controls,
        otherwise: 'none',
      },
    ];
  });
  return [...boxes, ...servers];
}
