import type { Problem } from '../../sim/scenario/problem';
import { element, facts, table } from './dom';
import { LivePlots } from './plots';
import type { Answer, Command, Frame, Loaded, LoadRequest } from './protocol';
import { TopologyView } from './topology-view';

/** Thrown when a scenario cannot be used. */
export class Refused extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(({ message }) => message).join('\n'));
  }
}

/** One run on the page: its engine in a thread of its own, its drawing, its charts. */
export class Variant {
  readonly root: HTMLElement;
  readonly plots: LivePlots;
  loaded: Loaded | null = null;
  frame: Frame | null = null;
  private readonly worker = new Worker('worker.js');
  private readonly waiting: ((answer: Answer) => void)[] = [];
  private readonly view: TopologyView;
  private readonly inspector: HTMLElement;
  private readonly status: HTMLElement;
  private readonly result: HTMLElement;
  private readonly targets: HTMLSelectElement;

  constructor(
    readonly label: string,
    onInspect: () => void,
  ) {
    const template = document.querySelector<HTMLTemplateElement>('#variant')!;
    this.root = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
    this.root.querySelector('h2')!.textContent = label;
    const canvas = element(this.root, 'canvas') as HTMLCanvasElement;
    this.view = new TopologyView(canvas);
    this.plots = new LivePlots(element(this.root, '.plots'));
    this.inspector = element(this.root, '.inspector');
    this.status = element(this.root, '.status');
    this.result = element(this.root, '.result');
    this.result.setAttribute('aria-label', `Result of ${label}`);
    this.targets = element(this.root, '.targets') as HTMLSelectElement;
    this.worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => this.waiting.shift()?.(data));
    canvas.addEventListener('click', (event) => {
      const target = this.view.at(event.offsetX, event.offsetY);
      this.targets.value = target === null ? '' : `${target.kind} ${target.index}`;
      this.targets.dispatchEvent(new Event('change'));
    });
    this.targets.addEventListener('change', () => {
      const [kind, index] = this.targets.value.split(' ');
      this.view.target = kind ? { kind: kind as 'link' | 'node' | 'session', index: Number(index) } : null;
      void this.ask({ kind: 'inspect', target: this.view.target }).then(() => onInspect());
    });
    new ResizeObserver(() => this.view.resize()).observe(canvas);
  }

  /** Makes a run ready and takes it to a moment. Throws `Refused`. */
  async load(request: LoadRequest, until: number): Promise<Loaded> {
    const answer = await this.ask({ kind: 'load', request, until });
    if (answer.kind !== 'loaded') throw new Error('the engine gave another answer');
    this.loaded = answer.loaded;
    this.view.show(answer.loaded);
    this.plots.show(answer.loaded);
    this.fillTargets(answer.loaded);
    this.take(answer.frame);
    return answer.loaded;
  }

  async go(until: number): Promise<void> {
    await this.ask({ kind: 'go', until });
  }

  async step(): Promise<void> {
    await this.ask({ kind: 'step' });
  }

  /** The run as seen on one link, pcapng. */
  async capture(link: string): Promise<Uint8Array> {
    const answer = await this.ask({ kind: 'capture', link });
    if (answer.kind !== 'captured') throw new Error('the engine gave another answer');
    return answer.bytes;
  }

  /** The link that is looked at, or the one that carried most. */
  get mainLink(): string | undefined {
    const { loaded, frame, view } = this;
    if (loaded === null || frame === null) return undefined;
    if (view.target?.kind === 'link') return loaded.links[view.target.index]?.name;
    const carried = loaded.links.map((_, i) => frame.links[3 * i + 2]!);
    return loaded.links[carried.indexOf(Math.max(...carried))]?.name;
  }

  remove(): void {
    this.worker.terminate();
    this.root.remove();
  }

  private async ask(command: Command): Promise<Answer> {
    this.worker.postMessage(command);
    const answer = await new Promise<Answer>((resolve) => this.waiting.push(resolve));
    if (answer.kind === 'problems') throw new Refused(answer.problems);
    if (answer.kind === 'failed') throw new Error(answer.message);
    if (answer.kind === 'frame') this.take(answer.frame);
    return answer;
  }

  private take(frame: Frame): void {
    this.frame = frame;
    this.view.update(frame);
    this.plots.add(frame);
    this.inspector.replaceChildren(facts(frame.inspected));
    const dropped = frame.links.filter((_, i) => i % 3 === 1).reduce((a, b) => a + b, 0);
    this.status.textContent = `${frame.events.toLocaleString('en')} events, ${dropped} packets dropped`;
    if (frame.result === undefined) this.result.replaceChildren();
    else this.showResult(frame.result);
  }

  private showResult({ fingerprint, metrics }: NonNullable<Frame['result']>): void {
    const sessions = this.loaded!.sessions.map(({ name }) => name);
    const wanted = metrics.filter(({ flow }) => flow === 'network' || sessions.includes(flow));
    const heading = document.createElement('p');
    heading.textContent = `Finished. Fingerprint `;
    const code = document.createElement('code');
    code.textContent = fingerprint;
    heading.append(code);
    const rows = wanted.map(({ flow, metric, value, unit }) => [flow, metric, value.toPrecision(5), unit]);
    this.result.replaceChildren(heading, table(['flow', 'metric', 'value', 'unit'], rows));
  }

  private fillTargets({ sessions, links, nodes }: Loaded): void {
    const chosen = this.targets.value;
    const group = (label: string, kind: string, names: readonly string[]): HTMLOptGroupElement => {
      const made = document.createElement('optgroup');
      made.label = label;
      made.append(...names.map((name, i) => new Option(name, `${kind} ${i}`)));
      return made;
    };
    const names = (all: readonly { readonly name: string }[]): string[] => all.slice(0, 200).map(({ name }) => name);
    this.targets.replaceChildren(
      new Option('nothing', ''),
      group('sessions', 'session', names(sessions)),
      group('links and queues', 'link', names(links)),
      group('nodes and relays', 'node', names(nodes)),
    );
    this.targets.value = chosen;
    if (this.targets.selectedIndex < 0) this.targets.value = '';
  }
}
