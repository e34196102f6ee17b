import { CONSTANTS } from './constants';
import { Epoll, readiness } from './epoll';
import { at, done, failed, type Handler, type Process } from './process';
import type { Expression } from './script';
import { DatagramSocket } from './datagram-socket';
import { TcpSocket } from './socket';
import { type Arguments, fieldOf, numberOf, printExpression } from './values';

const { POLLNVAL, POLLERR, POLLHUP } = CONSTANTS as Record<string, number>;
const MILLISECOND = 1e6;

const poll: Handler = (process, args) => {
  const list = args.at(0);
  const items = list.kind === 'list' ? list.items : [];
  const expired = deadline(process, args.number(2));
  return () => {
    const ready = items.map((item) => revents(process, item));
    const count = ready.filter((mask) => mask !== 0).length;
    if (count === 0 && !expired()) return null;
    return done(count, items.map((item, i) => difference('revents', item, ready[i]!)).find((d) => d !== null) ?? null);
  };
};

function revents(process: Process, item: Expression): number {
  const fd = field(item, 'fd');
  const descriptor = process.descriptors.get(fd);
  if (descriptor === undefined) return POLLNVAL!;
  if (!(descriptor instanceof TcpSocket || descriptor instanceof DatagramSocket)) return 0;
  return readiness(descriptor) & (field(item, 'events') | POLLERR! | POLLHUP!);
}

const create: Handler = (process, _args, expected) => at(done(process.assign(new Epoll(), expected)));

const control: Handler = (process, args) => {
  const epoll = process.descriptors.get(args.number(0));
  const socket = process.descriptors.get(args.number(2));
  if (epoll === undefined || socket === undefined) return at(failed('EBADF'));
  const isSocket = socket instanceof TcpSocket || socket instanceof DatagramSocket;
  if (!(epoll instanceof Epoll) || !isSocket) return at(failed('EINVAL'));
  const operation = args.number(1);
  const known = epoll.has(socket);
  if (operation === CONSTANTS['EPOLL_CTL_ADD'] && known) return at(failed('EEXIST'));
  if (operation !== CONSTANTS['EPOLL_CTL_ADD'] && !known) return at(failed('ENOENT'));
  if (operation === CONSTANTS['EPOLL_CTL_DEL']) epoll.remove(socket);
  else epoll.set(socket, field(args.at(3), 'events'), dataOf(args.at(3)));
  return at(done(0));
};

/** epoll_wait(epfd, {events=..., fd=...}, maxevents, timeout): scripts name one event. */
const wait: Handler = (process, args) => {
  const epoll = process.descriptors.get(args.number(0));
  if (!(epoll instanceof Epoll)) return at(failed(epoll === undefined ? 'EBADF' : 'EINVAL'));
  const expired = deadline(process, args.number(3));
  return () => {
    const ready = epoll.take(args.number(2));
    const [first] = ready;
    if (first === undefined) return expired() ? done(0) : null;
    const problem = difference('events', args.at(1), first.events) ?? dataDifference(args, first.data);
    return done(ready.length, problem);
  };
};

function dataDifference(args: Arguments, actual: number): string | null {
  const expected = dataOf(args.at(1));
  return expected === actual ? null : `the event is for ${actual}, expected ${expected}`;
}

/** Whether `timeout` milliseconds have passed; a negative timeout never does. */
function deadline(process: Process, timeout: number): () => boolean {
  const { events } = process.host.simulation;
  const end = timeout < 0 ? Infinity : events.now + timeout * MILLISECOND;
  if (timeout > 0) process.wakeAt(end);
  return () => events.now >= end;
}

function field(item: Expression, name: string): number {
  const value = fieldOf(item, name);
  return value ? (numberOf(value) ?? 0) : 0;
}

function dataOf(item: Expression): number {
  for (const name of ['fd', 'u32', 'u64', 'ptr']) {
    const value = fieldOf(item, name);
    if (value) return numberOf(value) ?? 0;
  }
  return 0;
}

function difference(name: string, item: Expression, actual: number): string | null {
  const expected = fieldOf(item, name);
  if (!expected || expected.kind === 'any' || numberOf(expected) === actual) return null;
  return `${name} is ${actual.toString(16)} (hex), expected ${printExpression(expected)}`;
}

export const pollCalls: Readonly<Record<string, Handler>> = {
  poll,
  epoll_create: create,
  epoll_create1: create,
  epoll_ctl: control,
  epoll_wait: wait,
};
