import { element } from './dom';
import { type Frame, type Loaded, PACKET_NUMBERS, type Target } from './protocol';
import { colourOf } from './topology-view';

/** Entries of one kind in the list, and sessions with a button of their own. */
const MOST = { listed: 200, buttons: 10 };

/**
 * Where one chooses what to look at, besides the drawing: a list, a button for each session, buttons from packet to packet,
 * and the same by the arrow keys on the drawing.
 */
export class TargetPicker {
  target: Target | null = null;
  private readonly list: HTMLSelectElement;
  private readonly buttons: HTMLElement;
  private packets: Float64Array = new Float64Array(0);

  constructor(
    root: HTMLElement,
    private readonly onChoose: (target: Target | null) => void,
  ) {
    this.list = element(root, '.targets') as HTMLSelectElement;
    this.buttons = element(root, '.sessions');
    this.list.addEventListener('change', () => this.choose(parse(this.list.value)));
    element(root, '.previous-packet').addEventListener('click', () => this.stepPacket(-1));
    element(root, '.next-packet').addEventListener('click', () => this.stepPacket(1));
    element(root, 'canvas').addEventListener('keydown', (event) => this.key(event));
  }

  /** Fills the lists for a run. What was chosen stays chosen if the run has it too. */
  show(loaded: Loaded): void {
    const { sessions, links, nodes } = loaded;
    this.packets = new Float64Array(0);
    this.list.replaceChildren(
      new Option('nothing', ''),
      group('sessions and their connections', 'session', sessions),
      group('nodes and relays', 'node', nodes),
      group('queues', 'queue', links),
      group('links', 'link', links),
    );
    this.buttons.replaceChildren(...sessions.slice(0, MOST.buttons).map((session, i) => this.button(session, i)));
    this.buttons.hidden = sessions.length > 4 * MOST.buttons;
    this.choose(this.target);
  }

  update({ packets }: Frame): void {
    this.packets = packets;
  }

  choose(target: Target | null): void {
    const value = target === null ? '' : valueOf(target);
    this.list.querySelector('.packet')?.remove();
    if (target?.kind === 'packet') {
      const option = new Option(`packet ${target.index}`, value);
      option.className = 'packet';
      this.list.options.add(option, 1);
    }
    this.list.value = value;
    const isThere = this.list.selectedIndex >= 0;
    if (!isThere) this.list.value = '';
    this.target = isThere ? target : null;
    for (const [i, button] of [...this.buttons.children].entries())
      button.setAttribute('aria-pressed', String(target?.kind === 'session' && target.index === i));
    this.onChoose(this.target);
  }

  private button({ name, flow }: Loaded['sessions'][number], index: number): HTMLElement {
    const button = document.createElement('button');
    const swatch = document.createElement('span');
    swatch.className = 'swatch';
    swatch.style.background = colourOf(flow);
    button.append(swatch, name);
    button.addEventListener('click', () => {
      const isChosen = this.target?.kind === 'session' && this.target.index === index;
      this.choose(isChosen ? null : { kind: 'session', index });
    });
    return button;
  }

  /** To the next packet in the order of the frame, which is that of the links and of the packets on them. */
  private stepPacket(by: 1 | -1): void {
    const count = this.packets.length / PACKET_NUMBERS;
    if (count === 0) return;
    const numberOf = (i: number): number => this.packets[PACKET_NUMBERS * i + 4]!;
    let at = by > 0 ? -1 : count;
    if (this.target?.kind === 'packet') for (let i = 0; i < count; i++) if (numberOf(i) === this.target.index) at = i;
    this.choose({ kind: 'packet', index: numberOf((at + by + count) % count) });
  }

  private key(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown') this.stepPacket(1);
    else if (event.key === 'ArrowUp') this.stepPacket(-1);
    else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft')
      this.stepList(event.key === 'ArrowRight' ? 1 : -1);
    else if (event.key === 'Escape') this.choose(null);
    else return;
    event.preventDefault();
  }

  private stepList(by: 1 | -1): void {
    const { options } = this.list;
    const { length } = options;
    this.choose(parse(options[(this.list.selectedIndex + by + length) % length]!.value));
  }
}

function group(label: string, kind: Target['kind'], all: readonly { readonly name: string }[]): HTMLOptGroupElement {
  const made = document.createElement('optgroup');
  made.label = label;
  made.append(...all.slice(0, MOST.listed).map(({ name }, index) => new Option(name, valueOf({ kind, index }))));
  return made;
}

const valueOf = ({ kind, index }: Target): string => `${kind} ${index}`;

function parse(value: string): Target | null {
  const [kind, index] = value.split(' ');
  return kind === undefined || kind === '' ? null : { kind: kind as Target['kind'], index: Number(index) };
}
