import { formatQuantity } from '../format';
import { colours, theme } from '../theme';
import { layOut, type Placed } from './layout';
import { type Frame, type Loaded, PACKET_NUMBERS, PacketLook, type Target } from './protocol';

/** Nodes drawn at most: more would be a cloud. Links of the rest are not drawn either. */
const MOST_NODES = 60;
const MARGIN = { x: 46, y: 26 };
/** Distance of the two directions of a link, in pixels. */
const APART = 9;
/** The bar of a queue, in pixels: where it begins on its link, how far beside it, how long when 60 packets wait, how wide. */
const BAR = { from: 18, beside: 7, longest: 60, width: 5 };
/** Frames for which a drop shows. */
const FLASH = 15;
const RED = '#d55e00';
/** Dark enough for text on white. */
const AMBER = '#8a5a00';
/** How far from a thing a click still means it, in pixels. */
const NEAR = { packet: 7, node: 14, queue: 7, link: 8 };

/** One direction of a link on the canvas, and where its queue is drawn. */
interface Line extends Segment {
  readonly queue: Segment;
}

interface Segment {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** The network with its packets, on a canvas. Drawing allocates nothing per packet. */
export class TopologyView {
  private readonly context: CanvasRenderingContext2D;
  private loaded: Loaded | null = null;
  private places: Placed[] = [];
  private lines: (Line | null)[] = [];
  private frame: Frame | null = null;
  private readonly linkDrops = new Flashes();
  private readonly nodeDrops = new Flashes();
  private width = 0;
  private height = 0;
  private reducedMotion = false;
  /** Where the packet is that is looked at. */
  private chosenAt: { readonly x: number; readonly y: number } | null = null;
  target: Target | null = null;

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.context = canvas.getContext('2d')!;
    const query = matchMedia('(prefers-reduced-motion: reduce)');
    this.reducedMotion = query.matches;
    query.addEventListener('change', () => (this.reducedMotion = query.matches));
  }

  show(loaded: Loaded): void {
    this.loaded = loaded;
    const nodes = loaded.nodes.slice(0, MOST_NODES);
    const links = loaded.links.filter(({ from, to }) => from < MOST_NODES && to < MOST_NODES);
    this.places = layOut(nodes, links);
    this.linkDrops.clear(loaded.links.length);
    this.nodeDrops.clear(loaded.nodes.length);
    // a row needs no height
    this.canvas.classList.toggle('row', new Set(this.places.map(({ y }) => y)).size === 1);
    this.resize();
  }

  update(frame: Frame): void {
    this.frame = frame;
    this.linkDrops.update((i) => frame.links[3 * i + 1]!);
    this.nodeDrops.update((i) => frame.nodes[3 * i]!);
    this.draw();
  }

  /** Fits the drawing to the room that the canvas has. */
  resize(): void {
    const { clientWidth, clientHeight } = this.canvas;
    const scale = devicePixelRatio || 1;
    this.width = clientWidth;
    this.height = clientHeight;
    this.canvas.width = Math.round(clientWidth * scale);
    this.canvas.height = Math.round(clientHeight * scale);
    this.context.setTransform(scale, 0, 0, scale, 0, 0);
    const { loaded, places } = this;
    if (loaded === null) return;
    this.lines = loaded.links.map(({ from, to }) => {
      const a = places[from];
      const b = places[to];
      if (a === undefined || b === undefined) return null;
      const [x1, y1, x2, y2] = [this.x(a), this.y(a), this.x(b), this.y(b)];
      const length = Math.hypot(x2 - x1, y2 - y1) || 1;
      const [dx, dy] = [((y2 - y1) / length) * (APART / 2), (-(x2 - x1) / length) * (APART / 2)];
      return withQueue({ x1: x1 + dx, y1: y1 + dy, x2: x2 + dx, y2: y2 + dy });
    });
    this.draw();
  }

  /** What is drawn at a place of the canvas: the nearest packet, else a node, a queue or a link. */
  at(x: number, y: number): Target | null {
    const packet = this.packetAt(x, y);
    if (packet > 0) return { kind: 'packet', index: packet };
    const node = this.places.findIndex((place) => Math.hypot(this.x(place) - x, this.y(place) - y) < NEAR.node);
    if (node >= 0) return { kind: 'node', index: node };
    const queue = nearest(
      this.lines.map((line) => (line === null ? Infinity : distance(line.queue, x, y))),
      NEAR.queue,
    );
    const link = nearest(
      this.lines.map((line) => (line === null ? Infinity : distance(line, x, y))),
      NEAR.link,
    );
    if (link >= 0 && (queue < 0 || distance(this.lines[link]!, x, y) < 2)) return { kind: 'link', index: link };
    return queue < 0 ? null : { kind: 'queue', index: queue };
  }

  /** The number of the packet that is nearest to a place, 0 if there is none near. */
  private packetAt(x: number, y: number): number {
    const packets = this.frame?.packets ?? [];
    let best = 0;
    let least = NEAR.packet;
    for (let i = 0; i < packets.length; i += PACKET_NUMBERS) {
      const line = this.lines[packets[i]!];
      if (line === null || line === undefined) continue;
      const progress = this.progressOf(packets[i + 1]!);
      const away = Math.hypot(
        line.x1 + (line.x2 - line.x1) * progress - x,
        line.y1 + (line.y2 - line.y1) * progress - y,
      );
      if (away >= least) continue;
      least = away;
      best = packets[i + 4]!;
    }
    return best;
  }

  private draw(): void {
    const { context, loaded, frame } = this;
    if (loaded === null) return;
    context.clearRect(0, 0, this.width, this.height);
    for (const [i, line] of this.lines.entries()) if (line !== null) this.drawLink(i, line);
    if (frame !== null) this.drawPackets(frame.packets);
    for (const [i, place] of this.places.entries()) this.drawNode(i, place);
    if (this.chosenAt !== null) this.ring(this.chosenAt.x, this.chosenAt.y, 8, 2);
    if (loaded.nodes.length > MOST_NODES) {
      context.fillStyle = theme.faint;
      context.fillText(`and ${loaded.nodes.length - MOST_NODES} more nodes`, 8, this.height - 8);
    }
  }

  private drawLink(i: number, line: Line): void {
    const { context, target } = this;
    const chosen = target?.kind === 'link' && target.index === i;
    const drops = this.linkDrops.isLit(i);
    context.strokeStyle = drops ? RED : chosen ? '#000000' : '#c4c4c4';
    context.lineWidth = drops || chosen ? 2.5 : 1;
    this.stroke(line);
    this.drawQueue(i, line.queue);
  }

  /** A queue stands beside the beginning of its link, one pixel a packet as far as there is room. */
  private drawQueue(i: number, room: Segment): void {
    const { context, target, frame } = this;
    const waiting = frame?.links[3 * i] ?? 0;
    const length = Math.hypot(room.x2 - room.x1, room.y2 - room.y1) || 1;
    if (target?.kind === 'queue' && target.index === i) {
      context.strokeStyle = '#000000';
      context.lineWidth = BAR.width + 4;
      this.stroke(room);
    }
    context.strokeStyle = '#eeeeee';
    context.lineWidth = BAR.width;
    this.stroke(room);
    if (waiting === 0) return;
    const part = Math.min(1, Math.max(2, waiting) / length);
    const [dx, dy] = [room.x2 - room.x1, room.y2 - room.y1];
    context.strokeStyle = '#e69f00';
    this.stroke({ ...room, x2: room.x1 + dx * part, y2: room.y1 + dy * part });
    context.fillStyle = theme.ink;
    context.font = `10px ${theme.font}`;
    context.textAlign = 'center';
    const [x, y] = [room.x1 + dx / 2, room.y1 + dy / 2];
    context.fillText(String(waiting), x + (10 * dy) / length, y - (10 * dx) / length + 3);
  }

  private stroke({ x1, y1, x2, y2 }: Segment): void {
    const { context } = this;
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
  }

  private drawPackets(packets: Float64Array): void {
    const { context, lines, target } = this;
    const chosen = target?.kind === 'packet' ? target.index : 0;
    this.chosenAt = null;
    context.strokeStyle = theme.ink;
    for (let i = 0; i < packets.length; i += PACKET_NUMBERS) {
      const line = lines[packets[i]!];
      if (line === null || line === undefined) continue;
      const progress = this.progressOf(packets[i + 1]!);
      const x = line.x1 + (line.x2 - line.x1) * progress;
      const y = line.y1 + (line.y2 - line.y1) * progress;
      const look = packets[i + 3]!;
      const half = look & PacketLook.data ? 3 : 1.5;
      context.fillStyle = colourOf(packets[i + 2]!);
      context.fillRect(x - half, y - half, 2 * half, 2 * half);
      if (look & PacketLook.marked) this.ring(x, y, half + 1.5, 1);
      if (packets[i + 4] === chosen) this.chosenAt = { x, y };
    }
  }

  private ring(x: number, y: number, radius: number, width: number): void {
    const { context } = this;
    context.lineWidth = width;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.stroke();
  }

  /** With reduced motion packets stand at tenths of the way. */
  private progressOf(progress: number): number {
    return this.reducedMotion ? Math.round(progress * 10) / 10 : progress;
  }

  private drawNode(i: number, place: Placed): void {
    const { context, loaded, target } = this;
    const { name, role } = loaded!.nodes[i]!;
    const [x, y] = [this.x(place), this.y(place)];
    const chosen = target?.kind === 'node' && target.index === i;
    context.fillStyle = '#ffffff';
    const drops = this.nodeDrops.isLit(i);
    context.strokeStyle = drops ? RED : theme.ink;
    context.lineWidth = chosen || drops ? 3 : role === 'relay' ? 2 : 1.2;
    context.beginPath();
    if (role === 'host') context.rect(x - 8, y - 8, 16, 16);
    else context.arc(x, y, role === 'relay' ? 10 : 8, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
    if (role === 'relay') {
      context.beginPath();
      context.arc(x, y, 5, 0, 2 * Math.PI);
      context.stroke();
    }
    context.fillStyle = theme.ink;
    context.font = `11px ${theme.font}`;
    context.textAlign = 'center';
    context.fillText(name, x, y + 24);
    const holds = this.heldAt(i);
    if (holds === '') return;
    context.fillStyle = AMBER;
    context.fillText(holds, x, y - 18);
  }

  /** What waits in a node: signalling messages, or bytes of its relays. */
  private heldAt(i: number): string {
    const { frame } = this;
    if (frame === null) return '';
    const waiting = frame.nodes[3 * i + 1]!;
    const held = frame.nodes[3 * i + 2]!;
    if (waiting > 0) return `${waiting} waiting`;
    return held > 0 ? formatQuantity(held, 'B') : '';
  }

  private x({ x }: Placed): number {
    return MARGIN.x + x * (this.width - 2 * MARGIN.x);
  }

  private y({ y }: Placed): number {
    return MARGIN.y + y * (this.height - 2 * MARGIN.y);
  }
}

/** Remembers for some frames that a count of drops has grown. */
class Flashes {
  private counts = new Float64Array(0);
  private left: number[] = [];

  clear(length: number): void {
    this.counts = new Float64Array(length);
    this.left = new Array<number>(length).fill(0);
  }

  update(countOf: (i: number) => number): void {
    for (let i = 0; i < this.counts.length; i++) {
      const now = countOf(i);
      this.left[i] = now > this.counts[i]! ? FLASH : Math.max(0, this.left[i]! - 1);
      this.counts[i] = now;
    }
  }

  isLit(i: number): boolean {
    return this.left[i]! > 0;
  }
}

/** The colour of a flow, counted from 1, in the drawing and in the charts. */
export function colourOf(flow: number): string {
  return colours[(flow - 1) % colours.length] ?? theme.faint;
}

function withQueue(line: Segment): Line {
  const { x1, y1, x2, y2 } = line;
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
  const from = Math.min(BAR.from, length / 4);
  const to = from + Math.min(BAR.longest, length / 2);
  const [sx, sy] = [uy * BAR.beside, -ux * BAR.beside];
  const queue = { x1: x1 + ux * from + sx, y1: y1 + uy * from + sy, x2: x1 + ux * to + sx, y2: y1 + uy * to + sy };
  return { ...line, queue };
}

/** Index of the smallest, -1 when that is `limit` or more. */
function nearest(distances: readonly number[], limit: number): number {
  const index = distances.indexOf(Math.min(...distances));
  return index >= 0 && distances[index]! < limit ? index : -1;
}

function distance({ x1, y1, x2, y2 }: Segment, x: number, y: number): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}
