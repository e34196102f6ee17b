import { type Nanos, Timer } from '../core/event-queue';
import type { TcpConnection } from '../tcp/connection';
import { UdpStack } from '../udp/stack';
import { DatagramSocket } from './datagram-socket';
import type { FastOpenClient } from '../tcp/fast-open';
import type { Epoll } from './epoll';
import { FastOpenHost } from './fast-open';
import { Flow } from './flow';
import { configOf, optionsOf, roundedUp } from './host-config';
import type { Host } from './host';
import type { Expression } from './script';
import { SendBuffer } from './send-buffer';
import type { Settings } from './settings';
import { TcpSocket } from './socket';
import { type Arguments, numberOf } from './values';

/** What a system call returned. `problem` says how its output arguments differ from the script. */
export interface Result {
  readonly value: number;
  readonly errno: string | null;
  readonly problem: string | null;
}

/** Tries to finish a call; null while it blocks. */
export type Attempt = () => Result | null;

/** Begins a system call. */
export type Handler = (process: Process, args: Arguments, expected: Expression) => Attempt;

/** A file, or one end of a pipe. */
export class OpenFile {
  readonly kind = 'file';
}

export type Descriptor = TcpSocket | DatagramSocket | Epoll | OpenFile;

const CORK_TIMEOUT = 200e6;
const FIRST_REMOTE_PORT = 40000;
/** The ports that the tool uses unless told otherwise. */
export const DEFAULT_PORT = 8080;

/** The program under test: its descriptors, and the connections that the script plays the other end of. */
export class Process {
  readonly descriptors = new Map<number, Descriptor>();
  /** The connection that packets of the script belong to: the latest one. */
  flow: Flow | null = null;
  readonly listeners = new Map<number, TcpSocket>();
  /** The UDP socket that datagrams and errors of the script are for: the one bound last. */
  datagrams: DatagramSocket | null = null;
  readonly fastOpen: FastOpenHost;
  private nextRemotePort = FIRST_REMOTE_PORT;
  private flows = 0;

  constructor(
    readonly host: Host,
    readonly settings: Settings,
    readonly warn: (message: string) => void,
  ) {
    this.fastOpen = new FastOpenHost(settings);
  }

  newSocket(): TcpSocket {
    const config = configOf(this.settings, true);
    const { congestionControl } = this.settings;
    const buffer = new SendBuffer(this.settings);
    const socket = new TcpSocket(config, congestionControl, buffer, () => this.host.interrupt());
    if (this.settings.isFreeBsd) socket.askedBuffer = config.receiveBuffer;
    return socket;
  }

  newDatagramSocket(): DatagramSocket {
    return new DatagramSocket(() => this.host.interrupt());
  }

  /** Binds to `port`, or to any; false if it is taken. */
  bindDatagrams(socket: DatagramSocket, port: number | null): boolean {
    const stack = UdpStack.of(this.host.node);
    if (port !== null && stack.isTaken(port)) return false;
    socket.bound = port === null || port === 0 ? stack.bind(socket, 0) : stack.bind(socket, 0, port);
    this.datagrams = socket;
    return true;
  }

  sendDatagram(socket: DatagramSocket, port: number, bytes: number): void {
    if (socket.bound === null) this.bindDatagrams(socket, null);
    socket.bound!.transmit(socket.bound!.datagramTo(this.host.remote.address, port, bytes));
  }

  /** Gives a descriptor the number that the script expects. */
  assign(descriptor: Descriptor, expected: Expression): number {
    let fd = numberOf(expected) ?? -1;
    if (fd < 0) {
      fd = 3;
      while (this.descriptors.has(fd)) fd++;
    }
    this.descriptors.set(fd, descriptor);
    return fd;
  }

  /** The TCP socket that an argument names, or the error of a call that names none. */
  socket(args: Arguments, index = 0): TcpSocket | Result {
    const descriptor = this.descriptors.get(args.number(index));
    if (descriptor === undefined) return failed('EBADF');
    return descriptor instanceof TcpSocket ? descriptor : failed('ENOTSOCK');
  }

  listen(socket: TcpSocket): Result {
    const port = socket.port ?? DEFAULT_PORT;
    if (this.listeners.has(port)) return failed('EADDRINUSE');
    const config = { ...configOf(this.settings, false), ...changesOf(socket, this.settings) };
    Object.assign(socket.config, config);
    const options = optionsOf(socket.config, this.settings, socket.congestionControl);
    if (options === null) return failed('ENOENT');
    this.roundBuffer(socket);
    socket.phase = 'listening';
    this.listeners.set(port, socket);
    this.host.stack.listen(port, { ...options, fastOpen: this.fastOpen.server(socket) }, (connection) =>
      this.onSyn(socket, connection),
    );
    return done(0);
  }

  private roundBuffer({ config, askedBuffer }: TcpSocket): void {
    if (this.settings.isFreeBsd) config.receiveBuffer = roundedUp(askedBuffer ?? config.receiveBuffer, config.mss);
  }

  unlisten(socket: TcpSocket): void {
    const port = socket.port ?? DEFAULT_PORT;
    this.listeners.delete(port);
    this.host.stack.unlisten(port);
    for (const child of socket.backlog) child.connection?.abort();
    // those whose handshake is not complete vanish without a word
    for (const child of socket.opening) if (child.phase === 'new') child.connection?.finish('aborted');
    socket.phase = 'closed';
  }

  /** Active open: the SYN leaves at once, with Fast Open data if there is some. */
  connect(socket: TcpSocket, fastOpen: FastOpenClient | null = null): Result | null {
    const options = optionsOf(socket.config, this.settings, socket.congestionControl);
    if (options === null) return failed('ENOENT');
    const { stack, remote, node } = this.host;
    const port = socket.localPort;
    const from = port === null ? undefined : { address: node.address, port };
    // one in TIME-WAIT counts, too (RFC 9293 section 3.10.1)
    if (from && stack.has(from, { address: remote.address, port: DEFAULT_PORT })) return failed('EADDRNOTAVAIL');
    this.roundBuffer(socket);
    socket.phase = 'connecting';
    const connection = stack.connect(remote.address, DEFAULT_PORT, options, socket, ++this.flows, from, fastOpen);
    socket.connection = connection;
    this.flow = new Flow(connection.localPort, DEFAULT_PORT, true, connection, this.fastOpen.cookies, null);
    return null;
  }

  /** A connection that the script opens. */
  newPassiveFlow(ports: { readonly local: number; readonly remote: number } | null): Flow {
    const remote = ports?.remote ?? this.nextRemotePort++;
    const local = ports?.local ?? this.listeningPort();
    const listener = this.listeners.get(local);
    const cookie = listener ? this.fastOpen.cookieOf(listener) : null;
    this.flow = new Flow(local, remote, false, null, this.fastOpen.cookies, cookie);
    return this.flow;
  }

  /** Makes the script look again at `time`. */
  wakeAt(time: Nanos): void {
    new Timer(this.host.simulation.events, () => this.host.interrupt()).arm(time);
  }

  /** What is held back leaves when the probe timer fires, an RTO later. */
  startCorkTimer(socket: TcpSocket): void {
    const { events } = this.host.simulation;
    const patience = socket.connection?.sender?.rtt.rto ?? CORK_TIMEOUT;
    socket.corkTimer ??= new Timer(events, () => socket.uncork(true));
    socket.corkTimer.arm(events.now + patience);
  }

  private onSyn(listener: TcpSocket, connection: TcpConnection): TcpSocket {
    const child = new TcpSocket(listener.config, listener.congestionControl, listener.buffer.inherit(), () => {
      if (child.phase === 'connected' && !listener.backlog.includes(child) && !child.accepted)
        listener.backlog.push(child);
      listener.opening.delete(child);
      listener.readEdges++;
      this.host.interrupt();
    });
    child.connection = connection;
    listener.opening.add(child);
    child.nonBlocking = false;
    if (this.flow && this.flow.remotePort === connection.remotePort) this.flow.connection = connection;
    return child;
  }

  private listeningPort(): number {
    const [port] = this.listeners.keys();
    return port ?? DEFAULT_PORT;
  }
}

/** Socket options set before listen() survive the change of role. */
function changesOf(socket: TcpSocket, settings: Settings): object {
  const before = configOf(settings, true) as unknown as Record<string, unknown>;
  const now = socket.config as unknown as Record<string, unknown>;
  return Object.fromEntries(Object.entries(now).filter(([key, value]) => before[key] !== value));
}

export function done(value: number, problem: string | null = null): Result {
  return { value, errno: null, problem };
}

export function failed(errno: string): Result {
  return { value: -1, errno, problem: null };
}

/** An attempt that has its result already. */
export function at(result: Result): Attempt {
  return () => result;
}

export function isResult(value: TcpSocket | Result): value is Result {
  return !(value instanceof TcpSocket);
}
