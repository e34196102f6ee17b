import { BUFFER, BUFFER_AND_FLAGS, MESSAGE, type Shape, VECTOR } from './call-shapes';
import { connectOutcome, takeError } from './calls-open';
import { CONSTANTS } from './constants';
import { at, type Attempt, done, failed, type Handler, isResult, type Process, type Result } from './process';
import type { TcpSocket } from './socket';
import type { Expression } from './script';
import { fieldOf, numberOf } from './values';

const { MSG_ERRQUEUE, MSG_DONTWAIT, MSG_MORE, MSG_PEEK, MSG_WAITALL, MSG_FASTOPEN, MSG_EOR, SPLICE_F_NONBLOCK } =
  CONSTANTS as Record<string, number>;

function isNull(pointer: Expression): boolean {
  return pointer.kind === 'word' && pointer.name === 'NULL';
}

function reader(shape: Shape): Handler {
  return (process, args) => {
    const found = process.socket(args);
    if (isResult(found)) return at(found);
    const bytes = shape.length(args);
    const flags = shape.flags < 0 ? 0 : (numberOf(args.at(shape.flags)) ?? 0);
    const waits = !found.nonBlocking && (flags & MSG_DONTWAIT!) === 0;
    // nothing is ever in the queue of errors: its options are not simulated
    if (flags & MSG_ERRQUEUE!) return at(failed('EAGAIN'));
    if (isNull(args.at(1)) && bytes > 0) return at(failed('EFAULT'));
    return () => {
      const result = read(found, bytes, flags, waits);
      return result && shape === MESSAGE ? { ...result, problem: queueDifference(found, args.at(1)) } : result;
    };
  };
}

/** The control message TCP_CM_INQ says how much is left to read; at the end of the stream that is 1. */
function queueDifference(found: TcpSocket, message: Expression): string | null {
  const control = fieldOf(message, 'msg_control');
  for (const item of control?.kind === 'list' ? control.items : []) {
    const type = fieldOf(item, 'cmsg_type');
    if (type?.kind !== 'word' || type.name !== 'TCP_CM_INQ') continue;
    const expected = numberOf(fieldOf(item, 'cmsg_data') ?? { kind: 'any' });
    const actual = found.readable === 0 && found.atEnd ? 1 : found.readable;
    if (expected !== null && expected !== actual) return `TCP_CM_INQ is ${actual}, expected ${expected}`;
  }
  return null;
}

function read(found: TcpSocket, bytes: number, flags: number, waits: boolean): Result | null {
  if (found.phase === 'new' || found.phase === 'listening') return failed('ENOTCONN');
  const { readable } = found;
  const enough = flags & MSG_WAITALL! && waits && !found.atEnd ? bytes : 1;
  if (readable > 0 && readable >= enough) {
    const got = Math.min(bytes, readable);
    if ((flags & MSG_PEEK!) === 0) found.connection!.read(got);
    return done(got);
  }
  const error = takeError(found);
  if (error !== null) return error;
  if (found.atEnd || bytes === 0) return done(0);
  return waits ? null : failed('EAGAIN');
}

function writer(shape: Shape): Handler {
  return (process, args) => {
    const found = process.socket(args);
    if (isResult(found)) return at(found);
    const bytes = shape.length(args);
    const flags = shape.flags < 0 ? 0 : (numberOf(args.at(shape.flags)) ?? 0);
    if (isNull(args.at(1)) && bytes > 0) return at(failed('EFAULT'));
    const waits = !found.nonBlocking && (flags & MSG_DONTWAIT!) === 0;
    if (flags & MSG_FASTOPEN! || found.synDeferred) return writeFastOpen(process, found, bytes, waits);
    const push = (flags & MSG_MORE!) === 0;
    const more = !push || found.options.get('TCP_CORK') === 1;
    if (more || found.corked > 0) return writeCorked(process, found, bytes, more, push);
    const attempt = writeAll(found, bytes, waits);
    return flags & MSG_EOR! ? thenEndRecord(found, attempt) : attempt;
  };
}

/** MSG_EOR: no segment reaches over the end of what was written. */
function thenEndRecord(found: TcpSocket, attempt: Attempt): Attempt {
  return () => {
    const result = attempt();
    if (result?.errno === null) found.connection!.endRecord();
    return result;
  };
}

/** A write that opens the connection (RFC 7413 section 4.2.1): with data in the SYN if there is a cookie. */
function writeFastOpen(process: Process, found: TcpSocket, bytes: number, waits: boolean): Attempt {
  if (!process.fastOpen.isClient) return at(failed('EOPNOTSUPP'));
  if (found.phase === 'connected') return at(failed('EISCONN'));
  if (found.phase === 'connecting') return at(failed('EALREADY'));
  if (found.phase !== 'new') return at(takeError(found) ?? failed('EPIPE'));
  const fastOpen = process.fastOpen.client(found, bytes);
  found.synDeferred = false;
  const refused = process.connect(found, fastOpen);
  if (refused !== null) return at(refused);
  if (!waits) {
    found.connectPending = true;
    return at(fastOpen.bytes > 0 ? done(fastOpen.bytes) : failed('EINPROGRESS'));
  }
  found.connection!.writeAll(bytes - fastOpen.bytes);
  return () => {
    const outcome = connectOutcome(found);
    return outcome?.errno === null ? done(bytes) : outcome;
  };
}

function writeAll(found: TcpSocket, bytes: number, waits: boolean): Attempt {
  let written = 0;
  let blocked = false;
  return () => {
    const refused = refusal(found, waits);
    if (refused === 'wait') return null;
    if (refused !== null) return written > 0 ? done(written) : refused;
    found.settleRoom();
    // who waits is woken when there is enough room, not by every ACK
    if (blocked && found.wantsRoom) return null;
    written += found.buffer.write(found.connection!, bytes - written);
    if (written === bytes) return done(bytes);
    found.wantsRoom = true;
    blocked = waits;
    if (waits) return null;
    return written > 0 ? done(written) : failed('EAGAIN');
  };
}

/** MSG_MORE and TCP_CORK: full segments go, the rest waits for more, or for an RTO. */
function writeCorked(process: Process, found: TcpSocket, bytes: number, more: boolean, push: boolean): Attempt {
  return () => {
    const refused = refusal(found, true);
    if (refused === 'wait') return null;
    if (refused !== null) return refused;
    const connection = found.connection!;
    const total = found.corked + bytes;
    const ready = more ? total - (total % connection.mss) : total;
    if (more && found.corked === 0 && total > ready) process.startCorkTimer(found);
    found.corked = total - ready;
    found.corkedPush = push;
    if (ready > 0) connection.writeAll(ready, push && ready === total);
    return done(bytes);
  };
}

function refusal(found: TcpSocket, waits: boolean): Result | 'wait' | null {
  if (found.phase === 'connecting') return waits ? 'wait' : failed('EAGAIN');
  const error = takeError(found);
  if (error !== null) return error;
  return found.phase !== 'connected' || found.writeShut ? failed('EPIPE') : null;
}

/** sendfile(out, in, offset, count): a write of bytes that a file has. */
const sendfile: Handler = (process, args) => {
  const found = process.socket(args);
  if (isResult(found)) return at(found);
  return writeAll(found, args.number(3), !found.nonBlocking);
};

/** splice(from, ..., to, ..., count, flags): a read if `from` is the socket, else a write. */
const splice: Handler = (process, args) => {
  const source = process.socket(args);
  const target = isResult(source) ? process.socket(args, 2) : source;
  if (isResult(target)) return at(target);
  const waits = !target.nonBlocking && ((numberOf(args.at(5)) ?? 0) & SPLICE_F_NONBLOCK!) === 0;
  if (isResult(source)) return writeAll(target, args.number(4), waits);
  return () => read(source, args.number(4), 0, waits);
};

export const dataCalls: Readonly<Record<string, Handler>> = {
  read: reader(BUFFER),
  recv: reader(BUFFER_AND_FLAGS),
  recvfrom: reader(BUFFER_AND_FLAGS),
  readv: reader(VECTOR),
  recvmsg: reader(MESSAGE),
  write: writer(BUFFER),
  send: writer(BUFFER_AND_FLAGS),
  sendto: writer(BUFFER_AND_FLAGS),
  writev: writer(VECTOR),
  sendmsg: writer(MESSAGE),
  sendfile,
  splice,
};
