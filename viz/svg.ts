/** An SVG element as a plain value: drawn without a document, turned into text or into the elements of a page. */
export interface SvgNode {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly (SvgNode | string)[];
}

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Makes an element. Attributes that are undefined are left out; numbers are rounded to hundredths. */
export function svg(tag: string, attributes: Attributes = {}, ...children: readonly (SvgNode | string)[]): SvgNode {
  const known = Object.entries(attributes).filter(
    (entry): entry is [string, string | number] => entry[1] !== undefined,
  );
  return { tag, attributes: Object.fromEntries(known), children };
}

/** The document as text, the same bytes for the same tree. */
export function toSvgText(root: SvgNode): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${elementText(root, '')}\n`;
}

/** An element as text, to stand in a page. */
export function toSvgElement(root: SvgNode): string {
  return elementText(root, '');
}

/** Every element of this tag below the node, in document order. */
export function elements(node: SvgNode, tag: string): SvgNode[] {
  const found = node.tag === tag ? [node] : [];
  for (const child of node.children) if (typeof child !== 'string') found.push(...elements(child, tag));
  return found;
}

/** The characters within a node. */
export function textOf(node: SvgNode): string {
  return node.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');
}

function elementText(node: SvgNode, indent: string): string {
  const attributes = Object.entries(node.attributes).map(([name, value]) => ` ${name}="${escape(valueText(value))}"`);
  const open = `${indent}<${node.tag}${attributes.join('')}`;
  if (node.children.length === 0) return `${open}/>`;
  // Within text, white space shows: only elements that hold elements alone are laid out.
  if (node.children.some((child) => typeof child === 'string')) return `${open}>${inlineText(node)}</${node.tag}>`;
  const children = node.children.map((child) => elementText(child as SvgNode, `${indent} `));
  return `${open}>\n${children.join('\n')}\n${indent}</${node.tag}>`;
}

function inlineText(node: SvgNode): string {
  return node.children.map((child) => (typeof child === 'string' ? escape(child) : elementText(child, ''))).join('');
}

function valueText(value: string | number): string {
  return typeof value === 'number' ? String(Math.round(value * 100) / 100) : value;
}

/** Text as it stands in markup, and in its attributes. */
export function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
