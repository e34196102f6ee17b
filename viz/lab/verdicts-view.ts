import { prose, table, textElement } from './dom';
import type { Judgement, VerdictShown } from './protocol';

const SIGNS = { kept: '✓', broken: '✗', 'not exercised': '–' } as const;

/** The verdicts on a run: who is in the stream, who can read, and each guideline with why. */
export function verdictsOf({ verdicts, presences, readers }: Judgement): HTMLElement[] {
  const count = (status: VerdictShown['status']) => verdicts.filter((one) => one.status === status).length;
  const summary = `${count('kept')} kept, ${count('broken')} broken, ${count('not exercised')} not exercised.`;
  const canRead = ` Who can read the messages between the ends: ${readers.join(', ') || 'nobody'}.`;
  const parts = [textElement('p', summary + canRead)];
  if (presences.length > 0) {
    const list = (names: readonly string[]): string => names.join(', ') || 'nobody';
    const head = ['in the stream', 'session', 'what it does', 'told', 'asked for by', 'found by'];
    const rows = presences.map((one) => [one.node, one.session, one.does.join('; '), list(one.told), list(one.askedBy), list(one.foundBy)]); // prettier-ignore
    parts.push(scrolled(table(head, rows)));
  }
  return [...parts, ...verdicts.map(verdict)];
}

function verdict(one: VerdictShown): HTMLElement {
  const { rule, level, section, sentence, status, because, evidence, mend } = one;
  const details = document.createElement('details');
  const summary = document.createElement('summary');
  summary.className = status.replace(' ', '-');
  summary.append(textElement('b', `${SIGNS[status]} ${rule}`), ` ${status}: ${because}`);
  const quote = textElement('blockquote', sentence);
  const list = document.createElement('ul');
  list.append(...evidence.map((text) => textElement('li', text)));
  details.append(
    summary,
    quote,
    textElement('p', `${level}, section ${section} of the draft`),
    ...(evidence.length > 0 ? [list] : []),
    ...(status === 'broken' ? [prose('p', `To mend it: ${mend}`)] : []),
  );
  return details;
}

function scrolled(content: HTMLElement): HTMLElement {
  const box = document.createElement('div');
  box.className = 'scrolled';
  box.tabIndex = 0;
  box.setAttribute('role', 'region');
  box.setAttribute('aria-label', 'Who is in the stream');
  box.append(content);
  return box;
}
