import { SaxesParser } from 'saxes';
import { DataFileError } from '../../../core/data-file';
import { type EdgeElement, graphOf, type ImportedGraph, type NodeElement } from './graph';

/** What GraphML can say and a network cannot be. */
const REFUSED = new Set(['hyperedge', 'port']);

/** GraphML (Brandes et al. 2001): one graph, its nodes and edges, and the data of both. Throws `DataFileError`. */
export function parseGraphml(text: string): ImportedGraph {
  const parser = new SaxesParser();
  const keys = new Map<string, { readonly name: string; readonly of: string; byDefault?: string }>();
  const nodes: NodeElement[] = [];
  const edges: EdgeElement[] = [];
  const open: string[] = [];
  let attributes = new Map<string, string>();
  let key = '';
  let content = '';
  let graphs = 0;

  const fail = (message: string): never => {
    throw new DataFileError(parser.line, message);
  };
  const needed = (tag: { readonly name: string; readonly attributes: Record<string, string> }, name: string) =>
    tag.attributes[name] ?? fail(`<${tag.name}> has no ${name}`);

  parser.on('error', (error) => {
    // saxes puts the place before the message
    throw new DataFileError(parser.line, error.message.replace(/^\d+:\d+: /, ''));
  });
  parser.on('opentag', (tag) => {
    const { name } = tag;
    if (open.length === 0 && name !== 'graphml') fail(`found <${name}>; expected <graphml>`);
    if (REFUSED.has(name)) fail(`a network has no <${name}>`);
    if (name === 'graph' && ++graphs > 1) fail('found a second <graph>; expected one');
    if (name === 'key')
      keys.set(needed(tag, 'id'), { name: tag.attributes['attr.name'] ?? '', of: tag.attributes['for'] ?? 'all' });
    if (name === 'node' || name === 'edge') {
      attributes = new Map();
      const line = parser.line;
      if (name === 'node') nodes.push({ line, id: needed(tag, 'id'), attributes });
      else edges.push({ line, source: needed(tag, 'source'), target: needed(tag, 'target'), attributes });
    }
    if (name === 'data') {
      key = needed(tag, 'key');
      if (!keys.has(key)) fail(`<data key=${JSON.stringify(key)}>: no <key> has this id`);
    }
    if (name === 'key') key = tag.attributes['id']!;
    content = '';
    open.push(name);
  });
  parser.on('text', (part) => (content += part));
  parser.on('cdata', (part) => (content += part));
  parser.on('closetag', ({ name }) => {
    open.pop();
    const within = open.at(-1);
    if (name === 'data' && (within === 'node' || within === 'edge'))
      attributes.set(keys.get(key)!.name, content.trim());
    else if (name === 'default' && within === 'key') keys.get(key)!.byDefault = content.trim();
  });
  parser.write(text).close();
  if (graphs === 0) fail('found no <graph>');
  return graphOf(
    nodes.map((node) => ({ ...node, attributes: withDefaults(node.attributes, 'node') })),
    edges.map((edge) => ({ ...edge, attributes: withDefaults(edge.attributes, 'edge') })),
  );

  function withDefaults(given: ReadonlyMap<string, string>, kind: string): ReadonlyMap<string, string> {
    const defaults = [...keys.values()].flatMap(({ name, of, byDefault }) =>
      byDefault !== undefined && (of === kind || of === 'all') ? [[name, byDefault] as const] : [],
    );
    return new Map([...defaults, ...given]);
  }
}
