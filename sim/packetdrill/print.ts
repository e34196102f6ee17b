import { Flag } from '../core/packet';
import type { TcpOption, TcpSegment } from './script';

/** In the order in which the tool prints them. */
const FLAG_LETTERS: readonly (readonly [number, string])[] = [
  [Flag.syn, 'S'],
  [Flag.fin, 'F'],
  [Flag.rst, 'R'],
  [Flag.psh, 'P'],
  [Flag.urg, 'U'],
  [Flag.ece, 'E'],
  [Flag.cwr, 'W'],
  [Flag.ae, 'A'],
  [Flag.ack, '.'],
];

/** A segment as a script writes it, without time and direction. */
export function printSegment(segment: TcpSegment): string {
  const parts = [printFlags(segment.flags), printRange(segment)];
  if (segment.ecn !== 'any') parts.unshift(`[${segment.ecn}]`);
  if (segment.ack !== null) parts.push(`ack ${segment.ack}`);
  if (segment.window !== null) parts.push(`win ${segment.window}`);
  if (segment.urgent > 0) parts.push(`urg ${segment.urgent}`);
  const options = printOptions(segment.options);
  if (options !== '') parts.push(options);
  return parts.join(' ');
}

export function printFlags(flags: number): string {
  const letters = FLAG_LETTERS.map(([flag, letter]) => (flags & flag ? letter : '')).join('');
  return letters === '' ? '-' : letters;
}

export function printRange({ seq, length }: TcpSegment): string {
  return `${seq}:${seq + length}(${length})`;
}

/** Empty when there are none; `<...>` when any would do. */
export function printOptions(options: readonly TcpOption[] | null): string {
  if (options === null) return '<...>';
  return options.length === 0 ? '' : `<${options.map(printOption).join(',')}>`;
}

export function printOption(option: TcpOption): string {
  switch (option.kind) {
    case 'mss':
    case 'wscale':
      return `${option.kind} ${option.value}`;
    case 'TS':
      return `TS val ${option.val} ecr ${option.ecr}`;
    case 'sack':
      return `sack ${printBlocks(option.edges)}`;
    case 'other':
      return `${option.name} ${option.text}`.trim();
    default:
      return option.kind;
  }
}

function printBlocks(edges: readonly number[]): string {
  const blocks: string[] = [];
  for (let i = 0; i < edges.length; i += 2) blocks.push(`${edges[i]}:${edges[i + 1]}`);
  return blocks.join(' ');
}

/** Seconds with microseconds. */
export function printTime(t: number): string {
  return (t / 1e9).toFixed(6);
}
