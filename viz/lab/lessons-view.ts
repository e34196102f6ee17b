import { element, prose, textElement } from './dom';
import { lessons } from './lessons';
import type { Lesson } from './lessons/lesson';

/** Shows the list of lessons, or one of them: question first, run next, explanation when the question is answered. */
export class LessonsView {
  constructor(
    private readonly root: HTMLElement,
    private readonly open: (lesson: Lesson) => void,
  ) {}

  list(): void {
    const list = document.createElement('ol');
    list.className = 'list';
    for (const { id, title, question } of lessons) {
      const item = document.createElement('li');
      const link = document.createElement('a');
      link.href = `#lesson=${id}`;
      link.textContent = title;
      item.append(link, prose('div', question));
      list.append(item);
    }
    this.root.replaceChildren(
      textElement('h2', 'Lessons'),
      textElement('p', 'A quarter of an hour each: answer the question, run it, then read why.'),
      list,
    );
  }

  /** False if there is no such lesson. */
  show(id: string): boolean {
    const lesson = lessons.find((one) => one.id === id);
    if (lesson === undefined) return false;
    const form = document.createElement('form');
    const choices = document.createElement('fieldset');
    choices.append(prose('legend', lesson.question));
    for (const [i, { text }] of lesson.choices.entries()) {
      const label = document.createElement('label');
      const input = document.createElement('input');
      input.type = 'radio';
      input.name = 'answer';
      input.value = String(i);
      input.required = true;
      label.append(input, ` ${text}`);
      choices.append(label);
    }
    const submit = textElement('button', 'This is my answer');
    form.append(choices, submit);
    const after = document.createElement('div');
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.answered(lesson, Number(new FormData(form).get('answer')), after);
    });
    this.root.replaceChildren(
      textElement('h2', lesson.title),
      ...lesson.intro.map((text) => prose('p', text)),
      form,
      after,
    );
    this.open(lesson);
    return true;
  }

  private answered(lesson: Lesson, answer: number, after: HTMLElement): void {
    const { right } = lesson.choices[answer]!;
    const verdict = textElement('p', right ? 'You say so. Run it and see.' : 'Run it and see whether it is so.');
    verdict.setAttribute('role', 'status');
    const steps = document.createElement('ol');
    steps.append(...lesson.watch.map((text) => prose('li', text)));
    const reveal = document.createElement('button');
    reveal.textContent = 'I have seen it: explain';
    reveal.addEventListener('click', () => {
      const { text } = lesson.choices.find((one) => one.right)!;
      const told = textElement('p', right ? `Right: ${text}` : `Not so. It is: ${text}`);
      told.className = right ? 'right' : 'wrong';
      const more = document.createElement('details');
      more.append(textElement('summary', 'Exercises'));
      for (const { task, answer: solution } of lesson.exercises) {
        const one = document.createElement('details');
        one.append(prose('summary', task), prose('p', solution));
        more.append(one);
      }
      reveal.replaceWith(told, ...lesson.explanation.map((line) => prose('p', line)), more);
    });
    after.replaceChildren(verdict, steps, reveal);
    element(this.root, 'form fieldset').setAttribute('disabled', '');
    element(this.root, 'form button').hidden = true;
  }
}
