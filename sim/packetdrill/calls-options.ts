import { State } from '../tcp/connection';
import { CODE_CONSTANTS, CONSTANTS } from './constants';
import { congestionControlName } from './host-config';
import { at, DEFAULT_PORT, done, failed, type Handler, isResult, type Process, type Result } from './process';
import type { Expression } from './script';
import type { TcpSocket } from './socket';
import { tcpInfo } from './tcp-info';
import { type Arguments, fieldOf, numberOf, printExpression } from './values';

const SECOND = 1e9;
const MILLISECOND = 1e6;

/** Socket options that change the connection; every other one is remembered and otherwise ignored. */
const SETTERS: Readonly<Record<string, (process: Process, socket: TcpSocket, value: number) => void>> = {
  SO_SNDBUF: (_, socket, value) => {
    socket.buffer.setSize(value);
  },
  SO_RCVBUF: (_, socket, value) => {
    socket.config.receiveBuffer = value;
    socket.askedBuffer = value;
  },
  TCP_WINDOW_CLAMP: (_, socket, value) => {
    if (value > 0) socket.config.receiveBuffer = Math.min(socket.config.receiveBuffer, value);
  },
  TCP_MAXSEG: (_, socket, value) => {
    socket.config.mss = Math.min(socket.config.mss, value);
  },
  TCP_NOTSENT_LOWAT: (process, socket, value) => {
    socket.buffer.notSentLowWater = value > 0 ? value : process.settings.notSentLowWater;
  },
  TCP_NODELAY: (_, socket, value) => {
    socket.config.nagle = value === 0;
    if (value !== 0) socket.uncork();
  },
  TCP_CORK: (_, socket, value) => {
    if (value === 0) socket.uncork();
  },
  SO_KEEPALIVE: (process, socket, value) => {
    const idle = socket.options.get('TCP_KEEPIDLE');
    socket.config.keepAlive =
      value === 0 ? 0 : idle === undefined ? process.settings.keepAliveTime : Number(idle) * SECOND;
    startKeepAlive(socket);
  },
  TCP_KEEPIDLE: (_, socket, value) => {
    if (socket.config.keepAlive === 0) return;
    socket.config.keepAlive = value * SECOND;
    startKeepAlive(socket);
  },
  TCP_KEEPINTVL: (_, socket, value) => {
    socket.config.keepAliveInterval = value * SECOND;
  },
  TCP_KEEPCNT: (_, socket, value) => {
    socket.config.keepAliveProbes = value;
  },
  TCP_SYNCNT: (_, socket, value) => {
    socket.config.synRetries = value;
  },
  TCP_RTO_MAX_MS: (_, socket, value) => {
    socket.config.maxRto = value * MILLISECOND;
  },
  TCP_RTO_MIN_US: (_, socket, value) => {
    socket.config.minRto = value * 1e3;
  },
  TCP_USER_TIMEOUT: (_, socket, value) => {
    socket.config.userTimeout = value * MILLISECOND;
  },
  TCP_LINGER2: (_, socket, value) => {
    socket.config.finWait2Timeout = Math.max(value, 0) * SECOND;
  },
};

/** Written as the sysctl has it, so that both name the same key. */
function fastOpenKey(bytes: string): string {
  const digits = [...bytes].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  return (digits.match(/.{1,8}/g) ?? []).join('-');
}

/** A connection that exists learns of its keep-alive timer. */
function startKeepAlive({ connection }: TcpSocket): void {
  if (connection?.state === State.established) connection.startKeepAlive();
}

const NOT_SIMULATED = ['TCP_MD5SIG', 'TCP_REPAIR'];
const FAST_OPEN_KEY_BYTES = [16, 32];

const setsockopt: Handler = (process, args) => {
  const socket = process.socket(args);
  if (isResult(socket)) return at(socket);
  const name = args.name(2);
  const value = args.at(3);
  if (name === 'SO_LINGER') {
    const onoff = fieldOf(value, 'onoff');
    const linger = fieldOf(value, 'linger');
    socket.abortive = (onoff ? numberOf(onoff) : 0) !== 0 && (linger ? numberOf(linger) : 0) === 0;
    return at(done(0));
  }
  if (name === 'TCP_CONGESTION') return at(setCongestionControl(process, socket, text(value)));
  if (name === 'TCP_FASTOPEN_KEY') {
    if (!FAST_OPEN_KEY_BYTES.includes(args.number(4))) return at(failed('EINVAL'));
    socket.options.set(name, fastOpenKey(text(value)));
    return at(done(0));
  }
  if (NOT_SIMULATED.includes(name)) process.warn(`${name} is not simulated`);
  const given = args.boxed(3);
  if (given === null) return at(done(0));
  socket.options.set(name, given);
  SETTERS[name]?.(process, socket, given);
  return at(done(0));
};

function setCongestionControl(process: Process, socket: TcpSocket, name: string): Result {
  if (congestionControlName(name) === null) return failed('ENOENT');
  if (socket.isSynchronized && name !== socket.congestionControl) {
    process.warn('the congestion control of an established connection cannot be changed');
  }
  socket.congestionControl = name;
  return done(0);
}

const getsockopt: Handler = (process, args) => {
  const socket = process.socket(args);
  if (isResult(socket)) return at(socket);
  const name = args.name(2);
  if (name === 'TCP_INFO') return at(done(0, infoDifference(process, socket, args)));
  const actual = valueOf(process, socket, name);
  return at(done(0, actual === undefined ? null : difference(name, args.at(3), actual)));
};

/** The first field of `{tcpi_state=1, ...}` that is not so, in words. */
function infoDifference(process: Process, socket: TcpSocket, args: Arguments): string | null {
  const wanted = args.at(3);
  for (const item of wanted.kind === 'struct' ? wanted.items : []) {
    if (item.kind !== 'named' || item.value === null || item.value.kind === 'any') continue;
    const { name, value } = item;
    const actual = infoOf(process, socket, name);
    if (actual === undefined) return args.fail(`${name} is not simulated`);
    const expected = value.kind === 'word' ? (CODE_CONSTANTS[value.name] ?? null) : numberOf(value);
    if (expected !== actual) return `${name} is ${actual}, expected ${printExpression(value)}`;
  }
  return null;
}

/** Undefined when the simulation does not know. */
function infoOf({ flow, host }: Process, socket: TcpSocket, name: string): number | undefined {
  const { connection } = socket;
  if (connection !== null) {
    const traffic = flow?.connection === connection ? flow.traffic : null;
    return tcpInfo(connection, name) ?? traffic?.info(name, host.now);
  }
  if (name !== 'tcpi_state') return 0;
  return CODE_CONSTANTS[socket.phase === 'listening' ? 'TCP_LISTEN' : 'TCP_CLOSE'];
}

/** FreeBSD rounds the buffer up to whole segments when the connection is established. */
function receiveBufferOf(socket: TcpSocket): number {
  return socket.isSynchronized ? socket.config.receiveBuffer : (socket.askedBuffer ?? socket.config.receiveBuffer);
}

/** Undefined when the simulation does not know. */
function valueOf(process: Process, socket: TcpSocket, name: string): number | string | undefined {
  const { connection, config } = socket;
  switch (name) {
    case 'SO_ERROR': {
      const { error } = socket;
      socket.error = null;
      return error ?? 0;
    }
    case 'SO_SNDBUF':
      return socket.buffer.size;
    case 'SO_RCVBUF':
      // Linux counts what it allocates for as many bytes again
      return process.settings.isFreeBsd ? receiveBufferOf(socket) : 2 * config.receiveBuffer;
    case 'TCP_MAXSEG':
      return connection?.sender?.mss ?? (socket.options.has(name) ? config.mss : undefined);
    case 'TCP_NODELAY':
      return config.nagle ? 0 : 1;
    case 'TCP_CONGESTION':
      return socket.congestionControl;
    case 'SO_KEEPALIVE':
      return config.keepAlive > 0 ? 1 : 0;
    case 'SO_ACCEPTCONN':
      return socket.phase === 'listening' ? 1 : 0;
    case 'SO_TYPE':
      return CONSTANTS['SOCK_STREAM']!;
    case 'SO_PROTOCOL':
      return CONSTANTS['IPPROTO_TCP']!;
    case 'SO_DOMAIN':
      return CONSTANTS['AF_INET']!;
    case 'TCP_KEEPIDLE':
      return socket.options.get(name) ?? process.settings.keepAliveTime / SECOND;
    default:
      return socket.options.get(name);
  }
}

function difference(name: string, expected: Expression, actual: number | string): string | null {
  const wanted = expected.kind === 'list' ? expected.items[0] : expected;
  if (wanted === undefined || wanted.kind === 'any' || wanted.kind === 'struct') return null;
  const value = numberOf(wanted);
  const agrees = value !== null ? value === actual : text(wanted) === String(actual);
  return agrees ? null : `${name} is ${actual}, expected ${printExpression(wanted)}`;
}

function text(expression: Expression): string {
  if (expression.kind === 'string') return expression.value;
  return expression.kind === 'word' ? expression.name : '';
}

const fcntl: Handler = (process, args) => {
  const socket = process.socket(args);
  if (isResult(socket)) return at(socket);
  const nonBlocking = CONSTANTS['O_NONBLOCK']!;
  const command = args.number(1);
  if (command === CONSTANTS['F_GETFL']) return at(done(CONSTANTS['O_RDWR']! | (socket.nonBlocking ? nonBlocking : 0)));
  if (command === CONSTANTS['F_SETFL']) socket.nonBlocking = (args.number(2) & nonBlocking) !== 0;
  return at(done(0));
};

const ioctl: Handler = (process, args) => {
  const socket = process.socket(args);
  if (isResult(socket)) return at(socket);
  const sender = socket.connection?.sender;
  let actual: number;
  switch (args.number(1)) {
    case CONSTANTS['SIOCINQ']:
      actual = socket.readable;
      break;
    case CONSTANTS['SIOCOUTQ']:
      actual = (sender?.unacknowledged ?? 0) + socket.corked;
      break;
    case CONSTANTS['SIOCOUTQNSD']:
      actual = (sender ? sender.end - sender.nxt : 0) + socket.corked;
      break;
    default:
      return args.fail('this request is not simulated');
  }
  return at(done(0, difference(args.name(1), args.at(2), actual)));
};

/** The port in the address that the call fills in. */
const getsockname: Handler = (process, args) => {
  const socket = process.socket(args);
  if (isResult(socket)) return at(socket);
  const port = socket.connection?.localPort ?? socket.port ?? (socket.phase === 'listening' ? DEFAULT_PORT : 0);
  return at(done(0, portDifference(args.at(1), port)));
};

const getpeername: Handler = (process, args) => {
  const socket = process.socket(args);
  if (isResult(socket)) return at(socket);
  if (socket.phase !== 'connected') return at(failed('ENOTCONN'));
  return at(done(0, portDifference(args.at(1), socket.connection!.remotePort)));
};

/** Addresses are whatever the script says: it plays both. */
export function portDifference(address: Expression, actual: number): string | null {
  const port = fieldOf(address, 'sin_port');
  return port === undefined ? null : difference('sin_port', port, actual);
}

export const optionCalls: Readonly<Record<string, Handler>> = {
  setsockopt,
  getsockopt,
  fcntl,
  ioctl,
  getsockname,
  getpeername,
};
