import { concatBytes } from '@noble/hashes/utils';
import { bytesOf } from '../core/byte-text';
import { equal, hash, type KeyShare, mac } from '../security/primitives';
import type { StreamMessage } from '../transport/byte-stream';
import type { StreamContent } from '../transport/stream-content';

/** Circuit 4, command 1, body 509: link protocol 4 and later (tor-spec, "Cells"). */
export const CELL = 514;
const CELL_HEADER = 5;
const BODY = CELL - CELL_HEADER;
/** Command 1, recognized 2, stream 2, digest 4, length 2 (tor-spec, "Relay cells"). */
const RELAY_HEADER = 11;
/** Most bytes of a stream in a cell. */
export const MOST_DATA = BODY - RELAY_HEADER;

export const Command = { relay: 3, destroy: 4, relayEarly: 9, create2: 10, created2: 11 } as const;
export type Command = (typeof Command)[keyof typeof Command];

export const RelayCommand = {
  begin: 1,
  data: 2,
  end: 3,
  connected: 4,
  sendme: 5,
  extend2: 14,
  extended2: 15,
} as const;
export type RelayCommand = (typeof RelayCommand)[keyof typeof RelayCommand];

/** Handshake types and lengths of ntor: what a client sends, and what it gets. */
const NTOR = 2;
const NTOR_REQUEST = 84;
const NTOR_ANSWER = 64;

/** Where a circuit is extended to. */
export interface Target {
  readonly address: number;
  readonly ipv4: number;
  readonly port: number;
}

/** What a relay cell says to the hop that recognises it, or to the client. */
export interface Said {
  readonly command: RelayCommand;
  /** 0: of the circuit. */
  readonly stream: number;
  /** Of DATA: bytes of `content` from `from` on. */
  readonly length?: number;
  readonly from?: number;
  readonly content?: StreamContent | null;
  /** Of BEGIN: where to, and for accounting whose stream it is. */
  readonly text?: string;
  readonly flow?: number;
  readonly target?: Target;
  readonly handshake?: Handshake;
  /** Of END: not in order. */
  readonly isReset?: boolean;
}

/** Half of a key agreement (ntor), with who is asked, or the proof of who answers. */
export class Handshake {
  constructor(
    readonly share: KeyShare,
    readonly rest: Uint8Array,
  ) {}

  /** With its type and length, where a client sends it. */
  bytes(isRequest: boolean): Uint8Array {
    const length = isRequest ? NTOR_REQUEST : NTOR_ANSWER;
    const body = new Uint8Array(length);
    // the share comes last in a request, and first in an answer
    body.set(isRequest ? this.rest : this.share.bytes, 0);
    body.set(isRequest ? this.share.bytes : this.rest, isRequest ? length - this.share.bytes.length : length / 2);
    return concatBytes(isRequest ? Uint8Array.of(0, NTOR) : new Uint8Array(0), Uint8Array.of(0, length), body);
  }
}

/** Who makes a relay cell proves it by a digest of all that was said before it in that direction: here by its number. */
export interface Seal {
  readonly key: Uint8Array;
  readonly number: number;
}

/** One stretch of the key stream of a hop: applying it twice takes it off. */
export interface Layer {
  readonly key: Uint8Array;
  readonly number: number;
}

const sameLayer = (a: Layer | undefined, b: Layer): boolean =>
  a !== undefined && a.number === b.number && equal(a.key, b.key);

/** The body of a relay cell on its way, in the layers that hops have put around it. Its bytes are made when somebody looks. */
export class Onion {
  constructor(
    readonly said: Said,
    private readonly seal: Seal,
    private readonly layers: readonly Layer[] = [],
    /** Changed by somebody on the way: bits of the first bytes after the header. */
    private readonly damage = 0,
  ) {}

  /** Puts a layer on, or takes it off if it is the outermost. */
  turned(layer: Layer): Onion {
    const { said, seal, layers, damage } = this;
    const isOff = sameLayer(layers.at(-1), layer);
    return new Onion(said, seal, isOff ? layers.slice(0, -1) : [...layers, layer], damage);
  }

  changed(): Onion {
    return new Onion(this.said, this.seal, this.layers, this.damage ^ 1);
  }

  /** Whether who has these keys is meant: the bytes begin with zeros, and the digest fits (tor-spec, "Relay cells"). */
  isFor(seal: Seal): boolean {
    if (this.damage === 0) {
      return this.layers.length === 0 && this.seal.number === seal.number && equal(this.seal.key, seal.key);
    }
    const bytes = this.bytes();
    if (bytes[1] !== 0 || bytes[2] !== 0) return false;
    const digest = bytes.slice(5, 9);
    bytes.fill(0, 5, 9);
    return digestOf(seal, bytes).every((byte, i) => byte === digest[i]);
  }

  bytes(): Uint8Array {
    const bytes = new Uint8Array(BODY);
    const view = new DataView(bytes.buffer);
    const data = dataOf(this.said);
    view.setUint8(0, this.said.command);
    view.setUint16(3, this.said.stream);
    view.setUint16(9, data.length);
    bytes.set(data, RELAY_HEADER);
    bytes.set(digestOf(this.seal, bytes), 5);
    for (const layer of this.layers) apply(layer, bytes);
    bytes[RELAY_HEADER]! ^= this.damage;
    return bytes;
  }
}

function digestOf({ key, number }: Seal, bytes: Uint8Array): Uint8Array {
  return mac(key, concatBytes(bytesOf(`${number}`), bytes)).subarray(0, 4);
}

function apply({ key, number }: Layer, bytes: Uint8Array): void {
  const step = 32;
  for (let at = 0; at < bytes.length; at += step) {
    const stream = hash(concatBytes(key, bytesOf(`${number}/${at}`)));
    for (let i = 0; i < step && at + i < bytes.length; i++) bytes[at + i]! ^= stream[i]!;
  }
}

function dataOf({ command, length = 0, from = 0, content, text, target, handshake, isReset }: Said): Uint8Array {
  if (command === RelayCommand.data) return content?.bytes(from, length) ?? new Uint8Array(length);
  if (command === RelayCommand.begin) return bytesOf(`${text}\0`);
  // REASON_MISC, REASON_DONE
  if (command === RelayCommand.end) return Uint8Array.of(isReset === true ? 1 : 6);
  if (command === RelayCommand.extended2) return handshake!.bytes(false);
  if (command !== RelayCommand.extend2) return new Uint8Array(0);
  const { ipv4, port } = target!;
  // one link specifier: IPv4
  const link = [1, 0, 6, ipv4 >>> 24, (ipv4 >>> 16) & 255, (ipv4 >>> 8) & 255, ipv4 & 255, port >> 8, port & 255];
  return concatBytes(Uint8Array.from(link), handshake!.bytes(true));
}

/** A cell on a link: all are of one size. */
export class Cell implements StreamMessage {
  readonly size = CELL;

  constructor(
    readonly circuit: number,
    readonly command: Command,
    readonly content: Onion | Handshake | null,
  ) {}

  encode(): Uint8Array {
    const { circuit, command, content } = this;
    const bytes = new Uint8Array(CELL);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, circuit);
    view.setUint8(4, command);
    if (content instanceof Onion) bytes.set(content.bytes(), CELL_HEADER);
    else if (content !== null) bytes.set(content.bytes(command === Command.create2), CELL_HEADER);
    return bytes;
  }
}

/** Whether a direction of a link begins as one with cells does: CREATE2 or CREATED2, of ntor. */
export function isFirstCell(bytes: Uint8Array): boolean {
  if (bytes.length < CELL_HEADER + 4 || bytes[0]! < 0x80) return false;
  const [first, second, third, fourth] = bytes.subarray(CELL_HEADER, CELL_HEADER + 4);
  if (bytes[4] === Command.create2) return first === 0 && second === NTOR && third === 0 && fourth === NTOR_REQUEST;
  return bytes[4] === Command.created2 && first === 0 && second === NTOR_ANSWER;
}

/** Whether a relay cell is in the clear: zeros where one that is sealed has them once in 65536, a command, and a length that fits. */
export function isReadableCell(cell: Uint8Array): boolean {
  if (cell[4] !== Command.relay && cell[4] !== Command.relayEarly) return false;
  const body = cell.subarray(CELL_HEADER);
  const isKnown = Object.values<number>(RelayCommand).includes(body[0]!);
  return isKnown && body[1] === 0 && body[2] === 0 && ((body[9]! << 8) | body[10]!) <= MOST_DATA;
}
