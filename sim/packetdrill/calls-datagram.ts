import { BUFFER, BUFFER_AND_FLAGS, MESSAGE, type Shape, VECTOR } from './call-shapes';
import { portDifference } from './calls-options';
import { CONSTANTS } from './constants';
import { DatagramSocket } from './datagram-socket';
import { at, DEFAULT_PORT, done, failed, type Process, type Result, type Attempt } from './process';
import type { Expression } from './script';
import { type Arguments, fieldOf, numberOf, printExpression } from './values';

const { MSG_ERRQUEUE, MSG_DONTWAIT, MSG_PEEK, MSG_TRUNC, O_NONBLOCK, O_RDWR, F_GETFL, F_SETFL, SHUT_RD, SHUT_WR } =
  CONSTANTS as Record<string, number>;

/** The most payload that IPv4 and UDP headers leave (RFC 768, RFC 791 section 3.1). */
const MOST = 65507;

/** Begins a system call on a UDP socket. */
export type DatagramHandler = (process: Process, socket: DatagramSocket, args: Arguments) => Attempt;

/** The port in a sockaddr: null when the script leaves it out. */
function portIn(address: Expression): number | null {
  const port = fieldOf(address, 'sin_port') ?? fieldOf(address, 'sin6_port');
  return port ? numberOf(port) : null;
}

const bind: DatagramHandler = (process, socket, args) => {
  if (socket.bound !== null) return at(failed('EINVAL'));
  return at(process.bindDatagrams(socket, portIn(args.at(1)) ?? DEFAULT_PORT) ? done(0) : failed('EADDRINUSE'));
};

const connect: DatagramHandler = (process, socket, args) => {
  if (socket.bound === null) process.bindDatagrams(socket, null);
  socket.connectedTo = portIn(args.at(1)) ?? DEFAULT_PORT;
  return at(done(0));
};

function reader(shape: Shape): DatagramHandler {
  return (_process, socket, args) => {
    const room = shape.length(args);
    const flags = shape.flags < 0 ? 0 : (numberOf(args.at(shape.flags)) ?? 0);
    const waits = !socket.nonBlocking && (flags & MSG_DONTWAIT!) === 0;
    // nothing is ever in the queue of errors: its options are not simulated
    if (flags & MSG_ERRQUEUE!) return at(failed('EAGAIN'));
    return () => {
      const error = takeError(socket);
      if (error !== null) return error;
      const size = socket.next;
      if (size === null) return socket.readShut ? done(0) : waits ? null : failed('EAGAIN');
      if ((flags & MSG_PEEK!) === 0) socket.drop();
      return done(flags & MSG_TRUNC! ? size : Math.min(size, room));
    };
  };
}

/** `address` is the index of the destination among the arguments; -1 = none. */
function writer(shape: Shape, address: number): DatagramHandler {
  return (process, socket, args) => {
    const bytes = shape.length(args);
    const message = shape === MESSAGE ? fieldOf(args.at(1), 'msg_name') : undefined;
    const target = address < 0 ? message : args.at(address);
    const isNull = target === undefined || (target.kind === 'word' && target.name === 'NULL');
    const port = isNull ? socket.connectedTo : (portIn(target) ?? socket.connectedTo ?? DEFAULT_PORT);
    return () => {
      const error = takeError(socket);
      if (error !== null) return error;
      if (socket.writeShut) return failed('EPIPE');
      if (port === null) return failed('EDESTADDRREQ');
      if (bytes > MOST) return failed('EMSGSIZE');
      process.sendDatagram(socket, port, bytes);
      return done(bytes);
    };
  };
}

/** The pending error, once. */
function takeError(socket: DatagramSocket): Result | null {
  const { error } = socket;
  socket.error = null;
  return error === null ? null : failed(error);
}

const close: DatagramHandler = (process, socket, args) => {
  process.descriptors.delete(args.number(0));
  socket.bound?.close();
  return at(done(0));
};

const shutdown: DatagramHandler = (_process, socket, args) => {
  if (socket.connectedTo === null) return at(failed('ENOTCONN'));
  const how = args.number(1);
  if (how !== SHUT_WR) socket.readShut = true;
  if (how !== SHUT_RD) socket.writeShut = true;
  return at(done(0));
};

const fcntl: DatagramHandler = (_process, socket, args) => {
  const command = args.number(1);
  if (command === F_GETFL) return at(done(O_RDWR! | (socket.nonBlocking ? O_NONBLOCK! : 0)));
  if (command === F_SETFL) socket.nonBlocking = (args.number(2) & O_NONBLOCK!) !== 0;
  return at(done(0));
};

/** FIONREAD tells the size of the next datagram. */
const ioctl: DatagramHandler = (_process, socket, args) => {
  if (args.number(1) !== CONSTANTS['FIONREAD']) args.fail('this request is not simulated');
  return at(done(0, difference('FIONREAD', args.at(2), socket.next ?? 0)));
};

const setsockopt: DatagramHandler = (_process, socket, args) => {
  const given = args.boxed(3);
  if (given !== null) socket.options.set(args.name(2), given);
  return at(done(0));
};

const getsockopt: DatagramHandler = (_process, socket, args) => {
  const name = args.name(2);
  const actual = valueOf(socket, name);
  return at(done(0, actual === undefined ? null : difference(name, args.at(3), actual)));
};

/** Undefined when the simulation does not know. */
function valueOf(socket: DatagramSocket, name: string): number | string | undefined {
  switch (name) {
    case 'SO_ERROR': {
      const { error } = socket;
      socket.error = null;
      return error ?? 0;
    }
    case 'SO_TYPE':
      return CONSTANTS['SOCK_DGRAM']!;
    case 'SO_PROTOCOL':
      return CONSTANTS['IPPROTO_UDP']!;
    default:
      return socket.options.get(name);
  }
}

function difference(name: string, expected: Expression, actual: number | string): string | null {
  const wanted = expected.kind === 'list' ? expected.items[0] : expected;
  if (wanted === undefined || wanted.kind === 'any') return null;
  const value = numberOf(wanted) ?? (wanted.kind === 'word' ? wanted.name : null);
  return value === actual ? null : `${name} is ${actual}, expected ${printExpression(wanted)}`;
}

const refused: DatagramHandler = () => at(failed('EOPNOTSUPP'));

const getsockname: DatagramHandler = (_process, socket, args) =>
  at(done(0, portDifference(args.at(1), socket.bound?.port ?? 0)));

const getpeername: DatagramHandler = (_process, socket, args) =>
  at(socket.connectedTo === null ? failed('ENOTCONN') : done(0, portDifference(args.at(1), socket.connectedTo)));

/** What a UDP socket does where a TCP socket does something else. */
export const datagramCalls: Readonly<Record<string, DatagramHandler>> = {
  bind,
  connect,
  close,
  shutdown,
  listen: refused,
  accept: refused,
  accept4: refused,
  read: reader(BUFFER),
  recv: reader(BUFFER_AND_FLAGS),
  recvfrom: reader(BUFFER_AND_FLAGS),
  readv: reader(VECTOR),
  recvmsg: reader(MESSAGE),
  write: writer(BUFFER, -1),
  send: writer(BUFFER_AND_FLAGS, -1),
  sendto: writer(BUFFER_AND_FLAGS, 4),
  writev: writer(VECTOR, -1),
  sendmsg: writer(MESSAGE, -1),
  fcntl,
  ioctl,
  setsockopt,
  getsockopt,
  getsockname,
  getpeername,
};
