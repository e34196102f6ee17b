import type { Problem } from '../../sim/scenario/problem';
import { formatQuantity, words } from '../format';
import { AboutRun } from './about-run';
import { element, table } from './dom';
import { Inspector } from './inspector';
import { LivePlots } from './plots';
import type { Answer, Command, Frame, Loaded, LoadRequest } from './protocol';
import { TargetPicker } from './target-picker';
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
  private readonly worker = new Worker('worker.js', { type: 'module' });
  private readonly waiting: ((answer: Answer) => void)[] = [];
  private readonly view: TopologyView;
  private readonly inspector: Inspector;
  private readonly picker: TargetPicker;
  private readonly about: AboutRun;
  private readonly status: HTMLElement;
  private readonly result: HTMLElement;

  constructor(readonly label: string) {
    const template = document.querySelector<HTMLTemplateElement>('#variant')!;
    this.root = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
    this.root.querySelector('h2')!.textContent = label;
    const canvas = element(this.root, 'canvas') as HTMLCanvasElement;
    this.view = new TopologyView(canvas);
    this.plots = new LivePlots(element(this.root, '.plots'));
    this.inspector = new Inspector(element(this.root, '.inspector'));
    element(this.root, '.inspector').setAttribute('aria-label', `What is looked at in ${label}`);
    this.status = element(this.root, '.status');
    this.result = element(this.root, '.result');
    this.result.setAttribute('aria-label', `Result of ${label}`);
    this.worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => this.waiting.shift()?.(data));
    this.about = new AboutRun(this.root, label);
    this.picker = new TargetPicker(this.root, (target) => {
      this.view.target = target;
      if (this.loaded !== null) void this.ask({ kind: 'inspect', target });
    });
    canvas.addEventListener('click', (event) => this.picker.choose(this.view.at(event.offsetX, event.offsetY)));
    new ResizeObserver(() => this.view.resize()).observe(canvas);
  }

  /** Makes a run ready and takes it to a moment. Throws `Refused`. */
  async load(request: LoadRequest, until: number): Promise<Loaded> {
    this.loaded = null;
    const answer = await this.ask({ kind: 'load', request, until });
    if (answer.kind !== 'loaded') throw new Error('the engine gave another answer');
    this.loaded = answer.loaded;
    this.view.show(answer.loaded);
    this.plots.show(answer.loaded);
    this.picker.show(answer.loaded);
    this.about.show(request);
    this.take(answer.frame);
    return answer.loaded;
  }

  async go(until: number): Promise<void> {
    await this.ask({ kind: 'go', until });
  }

  /** Whether time passes: what changes is not read out then. */
  set isPlaying(playing: boolean) {
    this.inspector.isLive = !playing;
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
    this.picker.update(frame);
    this.about.update(frame.now);
    this.inspector.show(frame.inspected);
    const dropped = everyThird(frame.links, 1) + everyThird(frame.nodes, 0);
    this.status.textContent = `${frame.events.toLocaleString('en')} events, ${dropped} packets dropped`;
    if (frame.result === undefined) this.result.replaceChildren();
    else this.showResult(frame.result);
  }

  private showResult({ fingerprint, metrics }: NonNullable<Frame['result']>): void {
    const links = this.loaded!.links.map(({ name }) => name);
    const wanted = metrics.filter(({ flow }) => !links.includes(flow));
    const heading = document.createElement('p');
    heading.textContent = `Finished. Fingerprint `;
    const code = document.createElement('code');
    code.textContent = fingerprint;
    heading.append(code);
    const rows = wanted.map(({ flow, metric, value, unit }) => [flow, words(metric), formatQuantity(value, unit)]);
    this.result.replaceChildren(heading, table(['flow', 'metric', 'value'], rows));
  }
}

/** Sum of what stands at one of three places. */
function everyThird(all: ArrayLike<number>, place: number): number {
  let sum = 0;
  for (let i = place; i < all.length; i += 3) sum += all[i]!;
  return sum;
}
