import { CONSTANTS } from './constants';
import { at, done, failed, type Handler, isResult, OpenFile, type Process, type Result } from './process';
import { TcpSocket } from './socket';
import { fieldOf, numberOf } from './values';

const NON_BLOCKING = CONSTANTS['SOCK_NONBLOCK']!;
const { SHUT_RD, SHUT_WR } = CONSTANTS;

const socket: Handler = (process, args, expected) => {
  const type = args.number(1);
  const kind = type & 0xf;
  if (kind !== CONSTANTS['SOCK_STREAM'] && kind !== CONSTANTS['SOCK_DGRAM']) {
    args.fail('only TCP and UDP sockets are simulated');
  }
  const made = kind === CONSTANTS['SOCK_DGRAM'] ? process.newDatagramSocket() : process.newSocket();
  made.nonBlocking = (type & NON_BLOCKING) !== 0;
  return at(done(process.assign(made, expected)));
};

const bind: Handler = (process, args) => {
  const found = process.socket(args);
  if (isResult(found)) return at(found);
  const port = fieldOf(args.at(1), 'sin_port');
  const given = port ? numberOf(port) : null;
  if (given !== null && given !== 0) found.port = given;
  return at(done(0));
};

const listen: Handler = (process, args) => {
  const found = process.socket(args);
  if (isResult(found)) return at(found);
  if (found.phase === 'listening') return at(done(0));
  return at(found.phase === 'new' ? process.listen(found) : failed('EINVAL'));
};

const accept: Handler = (process, args, expected) => {
  const listener = process.socket(args);
  if (isResult(listener)) return at(listener);
  return () => {
    if (listener.phase !== 'listening') return failed('EINVAL');
    const child = listener.backlog.shift();
    if (child === undefined) return listener.nonBlocking ? failed('EAGAIN') : null;
    child.accepted = true;
    child.nonBlocking = args.call === 'accept4' && (numberOf(args.at(3)) ?? 0) === NON_BLOCKING;
    return done(process.assign(child, expected));
  };
};

const connect: Handler = (process, args) => {
  const found = process.socket(args);
  if (isResult(found)) return at(found);
  const address = args.at(1);
  if (address.kind === 'word' && address.name === 'AF_UNSPEC') {
    found.disconnect();
    return at(done(0));
  }
  if (found.phase === 'connected') {
    const first = found.connectPending;
    found.connectPending = false;
    return at(first ? done(0) : failed('EISCONN'));
  }
  if (found.phase === 'connecting' && found.nonBlocking) return at(failed('EALREADY'));
  if (found.phase === 'listening') return at(failed('EISCONN'));
  if (found.phase === 'closed') return at(takeError(found) ?? failed('ECONNABORTED'));
  if (found.phase === 'new') {
    const isFast = Number(found.options.get('TCP_FASTOPEN_CONNECT') ?? 0) > 0;
    if (found.synDeferred) return at(failed('EISCONN'));
    if (isFast && process.fastOpen.maySendData(found)) {
      found.synDeferred = true;
      return at(done(0));
    }
    const refused = process.connect(found, isFast ? process.fastOpen.client(found, 0) : null);
    if (refused !== null) return at(refused);
  }
  if (found.nonBlocking) {
    found.connectPending = true;
    return at(failed('EINPROGRESS'));
  }
  return () => connectOutcome(found);
};

export function connectOutcome(found: TcpSocket): Result | null {
  if (found.phase === 'connecting') return null;
  return takeError(found) ?? done(0);
}

/** The pending error, once. */
export function takeError(found: TcpSocket): Result | null {
  const { error } = found;
  found.error = null;
  return error === null ? null : failed(error);
}

const close: Handler = (process, args) => {
  const fd = args.number(0);
  const descriptor = process.descriptors.get(fd);
  if (descriptor === undefined) return at(failed('EBADF'));
  process.descriptors.delete(fd);
  if (descriptor instanceof TcpSocket) closeSocket(process, descriptor);
  return at(done(0));
};

function closeSocket(process: Process, found: TcpSocket): void {
  if (found.phase === 'listening') {
    process.unlisten(found);
    return;
  }
  const { connection } = found;
  if (connection === null || found.phase === 'closed') return;
  found.uncork();
  if (found.abortive) connection.abort();
  else connection.close();
}

const shutdown: Handler = (process, args) => {
  const found = process.socket(args);
  if (isResult(found)) return at(found);
  const how = args.number(1);
  if (found.phase === 'listening') {
    process.unlisten(found);
    return at(done(0));
  }
  if (found.phase !== 'connected' || found.connection === null) return at(failed('ENOTCONN'));
  if (how !== SHUT_WR) found.readShut = true;
  if (how !== SHUT_RD) {
    found.uncork();
    found.writeShut = true;
    found.connection.shutdown();
  }
  return at(done(0));
};

/** open() of a file: whatever it is, its bytes are all alike. */
const open: Handler = (process, _args, expected) => at(done(process.assign(new OpenFile(), expected)));

/** pipe([a, b]): two descriptors that splice() may name. */
const pipe: Handler = (process, args) => {
  const list = args.at(0);
  for (const item of list.kind === 'list' ? list.items : []) process.assign(new OpenFile(), item);
  return at(done(0));
};

export const openCalls: Readonly<Record<string, Handler>> = {
  socket,
  bind,
  listen,
  accept,
  accept4: accept,
  connect,
  close,
  shutdown,
  open,
  pipe,
};
