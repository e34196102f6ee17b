import { colours, theme } from '../theme';
import { layOut, type Placed } from './layout';
import type { Frame, Loaded, Target } from './protocol';

/** Nodes drawn at most: more would be a cloud. Links of the rest are not drawn either. */
const MOST_NODES = 60;
const MARGIN = { x: 46, y: 26 };
/** Distance of the two directions of a link, in pixels. */
const APART = 9;

interface Line {
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
  private dropped = new Float32Array(0);
  /** Frames for which the drops of a link still show. */
  private readonly flash: number[] = [];
  private width = 0;
  private height = 0;
  private reducedMotion = false;
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
    this.dropped = new Float32Array(loaded.links.length);
    this.flash.length = 0;
    for (let i = 0; i < loaded.links.length; i++) this.flash.push(0);
    this.resize();
  }

  update(frame: Frame): void {
    this.frame = frame;
    for (let i = 0; i < this.dropped.length; i++) {
      const now = frame.links[3 * i + 1]!;
      if (now > this.dropped[i]!) this.flash[i] = 15;
      this.dropped[i] = now;
    }
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
      return { x1: x1 + dx, y1: y1 + dy, x2: x2 + dx, y2: y2 + dy };
    });
    this.draw();
  }

  /** What is drawn at a place of the canvas. */
  at(x: number, y: number): Target | null {
    const node = this.places.findIndex((place) => Math.hypot(this.x(place) - x, this.y(place) - y) < 16);
    if (node >= 0) return { kind: 'node', index: node };
    const distances = this.lines.map((line) => (line === null ? Infinity : distance(line, x, y)));
    const nearest = distances.indexOf(Math.min(...distances));
    return distances[nearest]! < 8 ? { kind: 'link', index: nearest } : null;
  }

  private draw(): void {
    const { context, loaded, frame } = this;
    if (loaded === null) return;
    context.clearRect(0, 0, this.width, this.height);
    for (const [i, line] of this.lines.entries()) if (line !== null) this.drawLink(i, line);
    if (frame !== null) this.drawPackets(frame.packets);
    for (const [i, place] of this.places.entries()) this.drawNode(i, place);
    if (loaded.nodes.length > MOST_NODES) {
      context.fillStyle = theme.faint;
      context.fillText(`and ${loaded.nodes.length - MOST_NODES} more nodes`, 8, this.height - 8);
    }
  }

  private drawLink(i: number, { x1, y1, x2, y2 }: Line): void {
    const { context, target } = this;
    const chosen = target?.kind === 'link' && target.index === i;
    context.strokeStyle = this.flash[i]! > 0 ? '#d55e00' : chosen ? '#000000' : '#c4c4c4';
    context.lineWidth = this.flash[i]! > 0 || chosen ? 2.5 : 1;
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
    if (this.flash[i]! > 0) this.flash[i]!--;
    const waiting = this.frame?.links[3 * i] ?? 0;
    if (waiting === 0) return;
    // the queue stands beside the beginning of its link, one pixel a packet up to 60
    const length = Math.min(60, Math.max(2, waiting));
    const span = Math.hypot(x2 - x1, y2 - y1) || 1;
    const [ux, uy] = [(x2 - x1) / span, (y2 - y1) / span];
    context.strokeStyle = '#e69f00';
    context.lineWidth = 5;
    context.beginPath();
    context.moveTo(x1 + ux * 18 + uy * 7, y1 + uy * 18 - ux * 7);
    context.lineTo(x1 + ux * (18 + length) + uy * 7, y1 + uy * (18 + length) - ux * 7);
    context.stroke();
    context.fillStyle = theme.ink;
    context.font = `10px ${theme.font}`;
    context.textAlign = 'center';
    context.fillText(String(waiting), x1 + ux * (18 + length / 2) + uy * 17, y1 + uy * (18 + length / 2) - ux * 17 + 3);
  }

  private drawPackets(packets: Float32Array): void {
    const { context, lines, reducedMotion } = this;
    for (let i = 0; i < packets.length; i += 4) {
      const line = lines[packets[i]!];
      if (line === null || line === undefined) continue;
      const isData = packets[i + 3] === 1;
      // with reduced motion packets stand at tenths of the way
      const progress = reducedMotion ? Math.round(packets[i + 1]! * 10) / 10 : packets[i + 1]!;
      const x = line.x1 + (line.x2 - line.x1) * progress;
      const y = line.y1 + (line.y2 - line.y1) * progress;
      context.fillStyle = colourOf(packets[i + 2]!);
      if (isData) context.fillRect(x - 3, y - 3, 6, 6);
      else context.fillRect(x - 1.5, y - 1.5, 3, 3);
    }
  }

  private drawNode(i: number, place: Placed): void {
    const { context, loaded, target } = this;
    const { name, role } = loaded!.nodes[i]!;
    const [x, y] = [this.x(place), this.y(place)];
    const chosen = target?.kind === 'node' && target.index === i;
    context.fillStyle = '#ffffff';
    context.strokeStyle = theme.ink;
    context.lineWidth = chosen ? 3 : role === 'relay' ? 2 : 1.2;
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
  }

  private x({ x }: Placed): number {
    return MARGIN.x + x * (this.width - 2 * MARGIN.x);
  }

  private y({ y }: Placed): number {
    return MARGIN.y + y * (this.height - 2 * MARGIN.y);
  }
}

/** The colour of a flow, counted from 1, in the drawing and in the charts. */
export function colourOf(flow: number): string {
  return colours[(flow - 1) % colours.length] ?? theme.faint;
}

function distance({ x1, y1, x2, y2 }: Line, x: number, y: number): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}
