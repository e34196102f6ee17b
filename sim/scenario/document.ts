import { isAlias, isCollection, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { Path } from './path';
import type { Position, Problem } from './problem';

/** Where in the text a path leads: to the field's name or to its value. */
export type PositionOf = (path: Path, part: 'name' | 'value') => Position;

export interface ScenarioText {
  readonly data: unknown;
  readonly positionOf: PositionOf;
}

/** Reads YAML. Syntax errors and repeated fields are added to `problems`; the data is then what could be read. */
export function readYaml(text: string, file: string, problems: Problem[]): ScenarioText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  for (const error of document.errors) {
    const message =
      error.code === 'DUPLICATE_KEY'
        ? `${keyAt(text, error.pos[0])} is given twice`
        : `not YAML: ${lowerFirst(error.message)}`;
    problems.push({ source: file, position: at(error.pos[0]), path: '', message });
  }
  const root = document.contents as Node | null;
  const offsetOf = (path: Path, part: 'name' | 'value'): number => {
    let node = root;
    let offset = node?.range?.[0] ?? 0;
    for (const [depth, key] of path.entries()) {
      if (isAlias(node)) node = node.resolve(document) ?? null;
      const wantName = part === 'name' && depth === path.length - 1;
      const next = child(node, key, wantName);
      if (next === undefined) return offset;
      node = next;
      offset = node.range?.[0] ?? offset;
    }
    return offset;
  };
  return {
    data: document.errors.length > 0 ? null : (document.toJS() as unknown),
    positionOf: (path, part) => at(offsetOf(path, part)),
  };
}

function child(node: unknown, key: string | number, wantName: boolean): Node | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item) => (isScalar(item.key) ? String(item.key.value) : '') === String(key));
    if (pair === undefined) return undefined;
    // An empty value has no place of its own.
    const found = wantName || !isNode(pair.value) || isEmpty(pair.value) ? pair.key : pair.value;
    return isNode(found) ? found : undefined;
  }
  if (isSeq(node)) {
    const item = node.items[Number(key)];
    return isNode(item) ? item : undefined;
  }
  return undefined;
}

function isEmpty(node: Node): boolean {
  return !isCollection(node) && isScalar(node) && node.value === null && node.source === '';
}

function keyAt(text: string, offset: number): string {
  return /^[^:\n]*/.exec(text.slice(offset))![0].trim();
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
