import { element, textElement } from './dom';
import { LadderView } from './ladder-view';
import type { Answer, Command, LoadRequest } from './protocol';
import { verdictsOf } from './verdicts-view';

/**
 * What is found by making the whole run again: the ladder of its signalling and the verdicts on the guidelines. Each is made
 * when it is opened, in a thread of its own, so that the run that is watched goes on.
 */
export class AboutRun {
  private request: LoadRequest | null = null;
  private readonly ladder: LadderView;
  private readonly parts: readonly { readonly details: HTMLDetailsElement; readonly kind: 'ladder' | 'judge' }[];
  /** What the open parts show, by kind. */
  private readonly shown = new Map<string, LoadRequest>();

  constructor(root: HTMLElement, label: string) {
    this.ladder = new LadderView(element(root, '.ladder .body'));
    this.parts = [
      { details: element(root, '.ladder') as HTMLDetailsElement, kind: 'ladder' },
      { details: element(root, '.verdicts') as HTMLDetailsElement, kind: 'judge' },
    ];
    for (const { details, kind } of this.parts) {
      element(details, '.body').setAttribute(
        'aria-label',
        `${details.querySelector('summary')!.textContent} of ${label}`,
      );
      details.addEventListener('toggle', () => void this.fill(details, kind));
    }
  }

  /** Another run: what is open is made anew. */
  show(request: LoadRequest): void {
    this.request = request;
    for (const { details, kind } of this.parts) void this.fill(details, kind);
  }

  update(at: number): void {
    this.ladder.update(at);
  }

  private async fill(details: HTMLDetailsElement, kind: 'ladder' | 'judge'): Promise<void> {
    const { request } = this;
    if (!details.open || request === null || this.shown.get(kind) === request) return;
    this.shown.set(kind, request);
    const body = element(details, '.body');
    if (kind === 'ladder') this.ladder.clear();
    body.replaceChildren(textElement('p', 'The run is made and looked at …'));
    const answer = await askOnce({ kind, request });
    if (this.shown.get(kind) !== request) return;
    if (answer.kind === 'ladder') this.ladder.show(answer.ladder);
    else if (answer.kind === 'judged') body.replaceChildren(...verdictsOf(answer.judgement));
    else
      body.replaceChildren(
        textElement('p', answer.kind === 'failed' ? answer.message : 'The scenario cannot be used.'),
      );
  }
}

/** One answer of a thread that is gone after it. */
async function askOnce(command: Command): Promise<Answer> {
  const worker = new Worker('worker.js', { type: 'module' });
  worker.postMessage(command);
  const answer = await new Promise<Answer>((resolve) =>
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => resolve(data)),
  );
  worker.terminate();
  return answer;
}
