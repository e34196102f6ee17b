/** The first element that matches. Throws if there is none. */
export function element(root: ParentNode, selector: string): HTMLElement {
  const found = root.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`the page has no ${selector}`);
  return found;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): HTMLTableElement {
  const made = document.createElement('table');
  const row = (cells: readonly string[], tag: 'th' | 'td'): HTMLTableRowElement => {
    const line = document.createElement('tr');
    for (const cell of cells) line.append(textElement(tag, cell));
    return line;
  };
  made.createTHead().append(row(head, 'th'));
  made.createTBody().append(...rows.map((cells) => row(cells, 'td')));
  return made;
}

export function textElement(tag: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

/** An element with a text in which `words like this` are code. */
export function prose(tag: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  for (const [i, part] of text.split('`').entries()) made.append(i % 2 === 1 ? textElement('code', part) : part);
  return made;
}

/** Offers a file for download. */
export function download(name: string, content: string | Uint8Array<ArrayBuffer>, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
