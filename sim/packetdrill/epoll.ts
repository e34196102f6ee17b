import { CONSTANTS } from './constants';
import { DatagramSocket } from './datagram-socket';
import type { TcpSocket } from './socket';

type Socket = TcpSocket | DatagramSocket;

const { POLLIN, POLLOUT, POLLERR, POLLHUP, POLLRDHUP, POLLRDNORM, POLLWRNORM, EPOLLET, EPOLLONESHOT } =
  CONSTANTS as Record<string, number>;
/** Reported whether asked for or not. */
const ALWAYS = POLLERR! | POLLHUP!;
const READ_EVENTS = POLLIN! | POLLRDHUP! | POLLHUP! | POLLERR!;

/** What poll() says of a socket. */
export function readiness(socket: Socket): number {
  if (socket instanceof DatagramSocket) return socket.readiness;
  socket.settleRoom();
  if (socket.phase === 'listening') return socket.backlog.length > 0 ? POLLIN! | POLLRDNORM! : 0;
  if (socket.phase === 'new') return POLLOUT! | POLLWRNORM! | POLLHUP!;
  let mask = socket.error === null ? 0 : POLLERR!;
  if (socket.phase === 'connecting') return mask;
  if (socket.readable > 0 || socket.atEnd) mask |= POLLIN! | POLLRDNORM!;
  if (socket.atEnd) mask |= POLLRDHUP!;
  if (socket.phase === 'closed' || (socket.atEnd && socket.writeShut)) mask |= POLLHUP!;
  if (socket.writeShut || socket.phase === 'closed' || isWritable(socket)) mask |= POLLOUT! | POLLWRNORM!;
  return mask;
}

function isWritable(socket: TcpSocket): boolean {
  const sender = socket.connection?.sender ?? null;
  return sender !== null && socket.buffer.isWritable(sender);
}

interface Item {
  events: number;
  readonly data: number;
  reads: number;
  writes: number;
}

export interface ReadyEvent {
  readonly events: number;
  readonly data: number;
}

/** An epoll descriptor. */
export class Epoll {
  private readonly items = new Map<Socket, Item>();

  has(socket: Socket): boolean {
    return this.items.has(socket);
  }

  /** Adds or changes what is waited for: `events` with EPOLLET and EPOLLONESHOT. `data` comes back with the events. */
  set(socket: Socket, events: number, data: number): void {
    this.items.set(socket, { events, data, reads: -1, writes: -1 });
  }

  remove(socket: Socket): void {
    this.items.delete(socket);
  }

  /** Ready descriptors, at most `most`. What is edge-triggered is reported once for each change. */
  take(most: number): ReadyEvent[] {
    const ready: ReadyEvent[] = [];
    for (const [socket, item] of this.items) {
      if (ready.length >= most) break;
      const events = this.eventsOf(socket, item);
      if (events === 0) continue;
      ready.push({ events, data: item.data });
      item.reads = socket.readEdges;
      item.writes = socket.writeEdges;
      if (item.events >= 0 && hasBit(item.events, EPOLLONESHOT!)) item.events = 0;
    }
    return ready;
  }

  private eventsOf(socket: Socket, item: Item): number {
    if (item.events === 0) return 0;
    const mask = readiness(socket) & ((item.events & 0xffff) | ALWAYS);
    if (!hasBit(item.events, EPOLLET!)) return mask;
    const changed =
      (item.reads !== socket.readEdges && (mask & READ_EVENTS) !== 0) ||
      (item.writes !== socket.writeEdges && (mask & POLLOUT!) !== 0);
    return changed ? mask : 0;
  }
}

function hasBit(mask: number, bit: number): boolean {
  return Math.floor(mask / bit) % 2 === 1;
}
