import { textElement } from './dom';
import type { Section } from './protocol';

/** Shows what is known about the thing that is looked at. Values change in place, so that only what is new is read out. */
export class Inspector {
  /** What the lists stand for: when it changes, they are made anew. */
  private shape = '';
  private values: HTMLElement[] = [];

  constructor(private readonly root: HTMLElement) {}

  /** A screen reader follows the values only while time stands still. */
  set isLive(live: boolean) {
    this.root.setAttribute('aria-live', live ? 'polite' : 'off');
  }

  show(sections: readonly Section[]): void {
    const shape = JSON.stringify(sections.map(({ title, facts }) => [title, ...facts.map(({ name }) => name)]));
    if (shape !== this.shape) this.make(sections);
    this.shape = shape;
    const values = sections.flatMap(({ facts }) => facts.map(({ value }) => value));
    for (const [i, cell] of this.values.entries()) if (cell.textContent !== values[i]) cell.textContent = values[i]!;
  }

  private make(sections: readonly Section[]): void {
    this.values = [];
    const made = sections.map(({ title, facts }) => {
      const section = document.createElement('section');
      const list = document.createElement('dl');
      for (const { name } of facts) {
        const value = document.createElement('dd');
        this.values.push(value);
        list.append(textElement('dt', name), value);
      }
      section.append(textElement('h3', title), ...(facts.length > 0 ? [list] : []));
      return section;
    });
    this.root.replaceChildren(...made);
  }
}
