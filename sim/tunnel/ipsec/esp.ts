import { concatBytes } from '@noble/hashes/utils';
import type { Packet, WireContent } from '../../core/packet';
import { equal, KEY, mac, seal, unseal } from '../../security/primitives';
import { Encapsulated } from '../tunnel';
import { ESP_HEADER, ESP_TRAILER, type EspSuite, ICV, paddingFor } from './suites';

/** In the trailer: an IPv4 packet follows (RFC 4303 section 2.6). */
const NEXT_IPV4 = 4;

/** What both gateways of a security association in one direction have. */
export interface SaKeys {
  readonly spi: number;
  readonly key: Uint8Array;
  readonly suite: EspSuite;
}

/** A packet in ESP, in tunnel mode (RFC 4303 section 2). It is sealed when somebody looks at its bytes. */
export class EspPacket extends Encapsulated implements WireContent {
  /** Over UDP it has no checksum that would be looked at (RFC 3948 section 2.1). */
  readonly noChecksum = true;
  private encoded: Uint8Array | null = null;

  constructor(
    p: Packet,
    readonly sa: SaKeys,
    readonly number: number,
    id: number,
    fragments: number,
    private readonly bytesOf: (p: Packet) => Uint8Array,
  ) {
    super(p, id, fragments);
  }

  encode(): Uint8Array {
    return (this.encoded ??= this.seal());
  }

  private seal(): Uint8Array {
    const { sa, number } = this;
    const header = new Uint8Array(ESP_HEADER);
    const view = new DataView(header.buffer);
    view.setUint32(0, sa.spi);
    view.setUint32(4, number);
    const packet = this.bytesOf(this.packet);
    const padding = paddingFor(sa.suite, packet.length);
    const plain = new Uint8Array(packet.length + padding + ESP_TRAILER);
    plain.set(packet);
    for (let i = 0; i < padding; i++) plain[packet.length + i] = i + 1;
    plain.set([padding, NEXT_IPV4], packet.length + padding);
    if (sa.suite.isClear) return concatBytes(header, plain, icvOf(sa, header, plain));
    return concatBytes(header, ivOf(sa.suite, number), seal(sealingKey(sa), number, header, plain));
  }
}

/** Whether these bytes are as the owner of the keys sealed them. */
export function isGenuine(sa: SaKeys, bytes: Uint8Array): boolean {
  const header = bytes.subarray(0, ESP_HEADER);
  const body = bytes.subarray(ESP_HEADER);
  if (sa.suite.isClear) return equal(icvOf(sa, header, body.subarray(0, -ICV)), body.subarray(-ICV));
  const number = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4);
  const iv = body.subarray(0, sa.suite.iv);
  return (
    equal(iv, ivOf(sa.suite, number)) && unseal(sealingKey(sa), number, header, body.subarray(sa.suite.iv)) !== null
  );
}

/** What the model of a cipher takes of the keys: `sim/security/primitives.ts`. */
function sealingKey({ key }: SaKeys): Uint8Array {
  return key.subarray(0, KEY);
}

/** A counter will do (RFC 4106 section 3.1). */
function ivOf({ iv }: EspSuite, number: number): Uint8Array {
  const bytes = new Uint8Array(iv);
  new DataView(bytes.buffer).setUint32(iv - 4, number);
  return bytes;
}

function icvOf({ key }: SaKeys, header: Uint8Array, rest: Uint8Array): Uint8Array {
  return mac(key, concatBytes(header, rest)).subarray(0, ICV);
}

const IPV4_HEADER = 20;

/** Whether bytes of ESP show what they carry to who has no key: an IPv4 header and the trailer, where none would be by chance. */
export function isReadableEsp(bytes: Uint8Array): boolean {
  const most = bytes.length - ESP_HEADER - ESP_TRAILER - ICV;
  if (most < IPV4_HEADER || bytes[ESP_HEADER] !== 0x45) return false;
  const total = (bytes[ESP_HEADER + 2]! << 8) | bytes[ESP_HEADER + 3]!;
  return total <= most && bytes[bytes.length - ICV - 1] === NEXT_IPV4;
}
