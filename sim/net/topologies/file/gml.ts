import { DataFileError } from '../../../core/data-file';
import { type Element, graphOf, type ImportedGraph } from './graph';

interface Token {
  readonly text: string;
  readonly line: number;
  readonly isString: boolean;
}

/** A list in brackets: its plain values by key, and the lists in it. */
interface Block {
  readonly key: string;
  readonly line: number;
  readonly attributes: Map<string, string>;
  readonly blocks: Block[];
}

/** GML (Himsolt 1996): a `graph` with `node` and `edge` lists. Lists within those are passed over. Throws `DataFileError`. */
export function parseGml(text: string): ImportedGraph {
  const tokens = tokensOf(text);
  const file = parseBlock(tokens, { key: 'file', line: 1, attributes: new Map(), blocks: [] }, false);
  const graphs = file.blocks.filter(({ key }) => key === 'graph');
  const [graph, second] = graphs;
  if (graph === undefined) throw new DataFileError(1, 'found no `graph [`');
  if (second !== undefined) throw new DataFileError(second.line, 'found a second graph; expected one');
  const all = (kind: string) => graph.blocks.filter(({ key }) => key === kind);
  return graphOf(
    all('node').map((block) => ({ ...block, id: needed(block, 'id') })),
    all('edge').map((block) => ({ ...block, source: needed(block, 'source'), target: needed(block, 'target') })),
  );
}

function needed(block: Element & { readonly key: string }, name: string): string {
  const value = block.attributes.get(name);
  if (value === undefined) throw new DataFileError(block.line, `the ${block.key} has no ${name}`);
  return value;
}

function parseBlock(tokens: Iterator<Token>, block: Block, isInner: boolean): Block {
  for (;;) {
    const key = tokens.next();
    if (key.done === true) {
      if (isInner) throw new DataFileError(block.line, `the bracket of \`${block.key} [\` is not closed`);
      return block;
    }
    const { text, line, isString } = key.value;
    if (text === ']' && !isString) {
      if (isInner) return block;
      throw new DataFileError(line, 'found ] without [');
    }
    if (isString || !/^[A-Za-z]\w*$/.test(text))
      throw new DataFileError(line, `found ${JSON.stringify(text)}; expected a key`);
    const value = tokens.next();
    if (value.done === true || (value.value.text === ']' && !value.value.isString)) {
      throw new DataFileError(line, `${text} has no value`);
    }
    if (value.value.text === '[' && !value.value.isString) {
      block.blocks.push(parseBlock(tokens, { key: text, line, attributes: new Map(), blocks: [] }, true));
    } else block.attributes.set(text, value.value.text);
  }
}

const TOKEN = /"([^"]*)"|\[|\]|[^\s[\]"]+|"/y;

function* tokensOf(text: string): Generator<Token> {
  let line = 1;
  for (let at = 0; at < text.length;) {
    const c = text[at]!;
    if (c === '\n') line++;
    if (/\s/.test(c)) {
      at++;
      continue;
    }
    if (c === '#') {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
      continue;
    }
    TOKEN.lastIndex = at;
    const [whole, inner] = TOKEN.exec(text)!;
    if (whole === '"') throw new DataFileError(line, 'a text that does not end');
    yield { text: inner ?? whole, line, isString: inner !== undefined };
    line += whole.split('\n').length - 1;
    at += whole.length;
  }
}
