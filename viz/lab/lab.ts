import { formatDuration } from '../../sim/core/units';
import type { Problem } from '../../sim/scenario/problem';
import type { Schema } from './completion';
import { download, element, prose, textElement } from './dom';
import type { ScenarioEditor } from './editor';
import { type Choice, describe, knobPanel } from './knob-panel';
import { LessonsView } from './lessons-view';
import type { Lesson } from './lessons/lesson';
import type { Loaded } from './protocol';
import { decodeState, encodeState, type SharedState } from './share';
import { Refused, Variant } from './variant';

/** Scenarios that come with the page, by name: written by the build. */
type Shipped = Readonly<Record<string, string>>;

const LABELS = ['A', 'B'];

/** Simulated seconds per second. */
const SPEEDS = [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 50];
const FIRST_SPEED = 0.25;

/** The page: what is chosen, the variants that run, and time. */
export class Lab {
  private shipped: Shipped = {};
  private schema: Schema = {};
  private name = '';
  private text = '';
  private choices: Choice[] = [{ settings: {}, point: 0 }];
  private variants: Variant[] = [];
  private editor: ScenarioEditor | null = null;
  private loaded: Loaded | null = null;
  private playing = false;
  /** Where the run is asked to be, ns. */
  private at = 0;
  private last = 0;
  /** What the variants are doing. */
  private turn = Promise.resolve();
  /** Changes of the text are waited for until nothing is typed. */
  private typing = 0;
  private readonly lessons: LessonsView;

  constructor() {
    this.lessons = new LessonsView(element(document, '#lesson'), (lesson) => void this.openLesson(lesson));
  }

  async begin(): Promise<void> {
    this.bind();
    const [shipped, schema] = await Promise.all(['scenarios.json', 'schema.json'].map((file) => fetch(file)));
    this.shipped = (await shipped!.json()) as Shipped;
    this.schema = (await schema!.json()) as Schema;
    this.select('#scenario').replaceChildren(...Object.keys(this.shipped).map((name) => new Option(name)));
    await this.follow();
  }

  /** Shows what the address asks for. */
  private async follow(): Promise<void> {
    const [kind, value = ''] = location.hash.slice(1).split('=');
    const isLesson = kind === 'lessons' || kind === 'lesson';
    for (const tab of document.querySelectorAll('.tab')) {
      const current = (tab.getAttribute('href') === '#lessons') === isLesson;
      if (current) tab.setAttribute('aria-current', 'page');
      else tab.removeAttribute('aria-current');
    }
    element(document, '#lesson').hidden = !isLesson;
    element(document, '#bench').hidden = kind === 'lessons';
    element(document, 'main').classList.toggle('with-lesson', kind === 'lesson');
    scrollTo(0, 0);
    if (kind === 'lessons') {
      this.pause();
      return this.lessons.list();
    }
    if (kind === 'lesson') {
      if (!this.lessons.show(value)) location.hash = '#lessons';
      return;
    }
    const shared = kind === 's' ? await decodeState(value) : null;
    if (shared !== null) return this.restore(shared);
    if (kind === 's') this.say('The address does not hold a state of the lab; here is the first scenario.');
    if (this.name === '') await this.choose(Object.keys(this.shipped)[0]!);
  }

  private async restore({ scenario, text, variants, replication, at }: SharedState): Promise<void> {
    this.choices = variants.map(({ settings, point }) => ({ settings: { ...settings }, point }));
    (element(document, '#compare') as HTMLInputElement).checked = variants.length > 1;
    (element(document, '#replication') as HTMLInputElement).value = String(replication);
    await this.take(scenario, text ?? this.shipped[scenario] ?? '', at);
  }

  private async choose(name: string): Promise<void> {
    this.choices = this.choices.map(() => ({ settings: {}, point: 0 }));
    await this.take(name, this.shipped[name]!, 0);
  }

  private async openLesson({ id, scenario, against }: Lesson): Promise<void> {
    this.choices = [{ settings: {}, point: 0 }];
    if (against !== undefined) this.choices.push({ settings: { ...against }, point: 0 });
    (element(document, '#compare') as HTMLInputElement).checked = against !== undefined;
    await this.take(id, scenario, 0);
  }

  /** Makes `text` the scenario, with the variants as chosen. */
  private async take(name: string, text: string, at: number): Promise<void> {
    this.pause();
    this.name = name;
    this.text = text;
    const select = this.select('#scenario') as HTMLSelectElement;
    if (![...select.options].some((option) => option.value === name)) select.add(new Option(name));
    select.value = name;
    if (this.editor !== null) this.editor.text = text;
    await this.reload(at);
  }

  /** Makes the runs anew and takes them to a moment. */
  private async reload(at: number): Promise<void> {
    while (this.variants.length > this.choices.length) this.variants.pop()!.remove();
    while (this.variants.length < this.choices.length) {
      const label = LABELS[this.variants.length]!;
      const variant = new Variant(label);
      element(document, '#variants').append(variant.root);
      this.variants.push(variant);
    }
    const replication = Math.max(1, Number((element(document, '#replication') as HTMLInputElement).value) || 1);
    try {
      const loaded = await Promise.all(
        this.variants.map((variant, i) => {
          const { settings, point } = this.choices[i]!;
          const list = Object.entries(settings).map(([path, value]) => ({ path, value }));
          const request = { name: this.name, text: this.text, settings: list, point, replication };
          return variant.load(request, at);
        }),
      );
      this.loaded = loaded[0]!;
      this.at = at;
      this.showProblems([]);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.showProblems(error.problems);
      return;
    }
    for (const [i, variant] of this.variants.entries()) {
      const changed = describe(this.choices[i]!, { text: this.text, schema: this.schema, loaded: this.loaded });
      const title = [this.variants.length > 1 ? variant.label : '', changed].filter((part) => part !== '');
      element(variant.root, 'h2').textContent = title.join(': ') || this.loaded.title;
    }
    element(document, '#question').replaceChildren(prose('span', this.loaded.question));
    this.showKnobs();
    this.showTime();
  }

  private showKnobs(): void {
    const many = this.choices.length > 1;
    const { text, schema, loaded } = this;
    const panels = this.choices.map((choice, i) =>
      knobPanel(
        many ? `Turn ${LABELS[i]!}` : 'Turn it',
        choice,
        { text, schema, loaded: loaded! },
        () => void this.reload(0),
      ),
    );
    element(document, '#knobs').replaceChildren(...panels);
  }

  private bind(): void {
    const on = (selector: string, event: string, act: () => unknown): void =>
      element(document, selector).addEventListener(event, () => void act());
    addEventListener('hashchange', () => void this.follow());
    on('#scenario', 'change', () => this.choose((this.select('#scenario') as HTMLSelectElement).value));
    on('#play', 'click', () => (this.playing ? this.pause() : this.play()));
    on('#step-event', 'click', () => this.pausedDo(() => this.all((variant) => variant.step())));
    on('#step-rtt', 'click', () => this.pausedDo(() => this.goTo(this.at + this.loaded!.rtt)));
    on('#rewind', 'click', () => this.pausedDo(() => this.goTo(0)));
    on('#finish', 'click', () => this.pausedDo(() => this.goTo(this.loaded!.duration)));
    const time = element(document, '#time') as HTMLInputElement;
    on('#time', 'change', () => this.pausedDo(() => this.goTo((Number(time.value) / 1000) * this.loaded!.duration)));
    on('#replication', 'change', () => this.reload(0));
    on('#compare', 'change', () => {
      const [first] = this.choices as [Choice];
      const compare = (element(document, '#compare') as HTMLInputElement).checked;
      this.choices = compare ? [first, { settings: { ...first.settings }, point: first.point }] : [first];
      return this.reload(0);
    });
    on('#text', 'toggle', () => this.openEditor());
    on('#share', 'click', () => this.share());
    on('#save-scenario', 'click', () => download(`${this.name}.yaml`, this.text, 'text/yaml'));
    on('#save-csv', 'click', () =>
      this.each(({ plots }, end) => download(`${this.name}${end}.csv`, plots.csv(), 'text/csv')),
    );
    on('#save-svg', 'click', () =>
      this.each(({ plots }, end) => {
        for (const { name, svg } of plots.svgs()) download(`${this.name}${end}-${name}.svg`, svg, 'image/svg+xml');
      }),
    );
    on('#save-pcapng', 'click', () => this.saveCapture());
    const speed = this.select('#speed') as HTMLSelectElement;
    for (const value of SPEEDS)
      speed.add(new Option(value < 1 ? `1/${Math.round(1 / value)}` : `${value} times`, String(value)));
    speed.value = String(FIRST_SPEED);
  }

  private play(): void {
    if (this.loaded === null) return;
    if (this.at >= this.loaded.duration) this.at = 0;
    this.playing = true;
    this.last = 0;
    this.showPlaying();
    requestAnimationFrame((now) => this.tick(now));
  }

  private pause(): void {
    this.playing = false;
    this.showPlaying();
  }

  /** One frame of the screen. The next is asked for when the engines have answered. */
  private tick(now: number): void {
    if (!this.playing) return;
    const passed = this.last === 0 ? 1000 / 60 : Math.min(200, now - this.last);
    this.last = now;
    const speed = Number((this.select('#speed') as HTMLSelectElement).value);
    void this.goTo(this.at + passed * 1e6 * speed).then(() => {
      if (this.at >= this.loaded!.duration) this.pause();
      else requestAnimationFrame((next) => this.tick(next));
    });
  }

  private async goTo(at: number): Promise<void> {
    this.at = Math.round(Math.min(Math.max(0, at), this.loaded!.duration));
    await this.all((variant) => variant.go(this.at));
  }

  private async pausedDo(act: () => Promise<void>): Promise<void> {
    this.pause();
    if (this.loaded !== null) await act();
  }

  /** Does one thing with all variants, when what they were told before is done. */
  private all(act: (variant: Variant) => Promise<void>): Promise<void> {
    this.turn = this.turn.then(async () => {
      try {
        await Promise.all(this.variants.map(act));
        this.at = Math.max(...this.variants.map(({ frame }) => frame?.now ?? 0));
        this.showTime();
      } catch (error) {
        this.pause();
        this.say((error as Error).message);
      }
    });
    return this.turn;
  }

  private showTime(): void {
    const { duration } = this.loaded!;
    (element(document, '#time') as HTMLInputElement).value = String(Math.round((1000 * this.at) / duration));
    const clock = element(document, '#clock');
    const precise = this.at < 1e9 ? `${(this.at / 1e6).toFixed(3)} ms` : `${(this.at / 1e9).toFixed(3)} s`;
    clock.textContent = `${precise} of ${formatDuration(duration)}`;
    clock.dataset['ns'] = String(this.at);
  }

  private showPlaying(): void {
    const button = element(document, '#play');
    button.textContent = this.playing ? 'Pause' : 'Play';
    button.setAttribute('aria-pressed', String(this.playing));
    for (const variant of this.variants) variant.isPlaying = this.playing;
  }

  private showProblems(problems: readonly Problem[]): void {
    this.editor?.show(problems);
    const items = problems.map(({ position, path, message }) => {
      const item = document.createElement('li');
      if (position !== undefined) {
        const link = textElement('button', `line ${position.line}`);
        link.addEventListener('click', () => void this.openEditor().then(() => this.editor!.goTo(position.line)));
        item.append(link, ': ');
      }
      item.append(path === '' ? message : `${path}: ${message}`);
      return item;
    });
    element(document, '#problems').replaceChildren(...items);
  }

  /** The editor is loaded when it is first wanted. */
  private async openEditor(): Promise<void> {
    const details = element(document, '#text') as HTMLDetailsElement;
    details.open = true;
    if (this.editor !== null) return;
    const { ScenarioEditor: Editor } = await import('./editor');
    this.editor ??= new Editor(element(document, '#editor'), this.schema, (text) => this.typed(text));
    this.editor.text = this.text;
  }

  private typed(text: string): void {
    if (text === this.text) return;
    this.text = text;
    clearTimeout(this.typing);
    this.typing = setTimeout(() => {
      this.pause();
      void this.reload(0);
    }, 400);
  }

  private async share(): Promise<void> {
    const changed = this.text !== this.shipped[this.name];
    const code = await encodeState({
      scenario: this.name,
      ...(changed ? { text: this.text } : {}),
      variants: this.choices,
      replication: Number((element(document, '#replication') as HTMLInputElement).value) || 1,
      at: this.at,
    });
    history.replaceState(null, '', `#s=${code}`);
    try {
      await navigator.clipboard.writeText(location.href);
      this.say('The address is copied: it shows what you see.');
    } catch {
      this.say('The address of the page now shows what you see: copy it.');
    }
  }

  private async saveCapture(): Promise<void> {
    for (const [i, variant] of this.variants.entries()) {
      const link = variant.mainLink;
      if (link === undefined) return this.say('Nothing has been sent yet.');
      const bytes = await variant.capture(link);
      const end = this.variants.length > 1 ? `-${['a', 'b'][i]!}` : '';
      download(
        `${this.name}${end}-${link.replace('>', '-to-')}.pcapng`,
        bytes as Uint8Array<ArrayBuffer>,
        'application/octet-stream',
      );
    }
  }

  private each(act: (variant: Variant, end: string) => void): void {
    for (const [i, variant] of this.variants.entries())
      act(variant, this.variants.length > 1 ? `-${['a', 'b'][i]!}` : '');
  }

  private say(text: string): void {
    element(document, '#said').textContent = text;
  }

  private select(selector: string): HTMLElement {
    return element(document, selector);
  }
}
