/** Transform types and numbers of IKEv2 (RFC 7296 section 3.3.2, IANA "IKEv2 Parameters"). */
export interface Transform {
  readonly type: number;
  readonly id: number;
  /** Key length attribute, bits; 0: none. */
  readonly keyBits: number;
}

const ENCR = 1;
const INTEG = 3;
const ESN = 5;
const NO_ESN: Transform = { type: ESN, id: 0, keyBits: 0 };
const HMAC_SHA2_256_128: Transform = { type: INTEG, id: 12, keyBits: 0 };

/** How ESP protects packets. Sizes in bytes, exact. */
export interface EspSuite {
  readonly iv: number;
  /** Ciphertext, trailer included, is a multiple of this (RFC 4303 section 2.4). */
  readonly block: number;
  /** Of keys for one direction, salts included. */
  readonly key: number;
  /** Whether who has no key can read. */
  readonly isClear: boolean;
  readonly transforms: readonly Transform[];
}

export const espSuites = {
  /** RFC 4106. */
  'aes-gcm': {
    iv: 8,
    block: 4,
    key: 20,
    isClear: false,
    transforms: [{ type: ENCR, id: 20, keyBits: 128 }, NO_ESN],
  },
  /** RFC 7634. */
  'chacha20-poly1305': {
    iv: 8,
    block: 4,
    key: 36,
    isClear: false,
    transforms: [{ type: ENCR, id: 28, keyBits: 0 }, NO_ESN],
  },
  /** RFC 3602, RFC 4868. */
  'aes-cbc-sha256': {
    iv: 16,
    block: 16,
    key: 48,
    isClear: false,
    transforms: [{ type: ENCR, id: 12, keyBits: 128 }, HMAC_SHA2_256_128, NO_ESN],
  },
  /** RFC 2410, RFC 4868: integrity alone. */
  'null-sha256': {
    iv: 0,
    block: 4,
    key: 32,
    isClear: true,
    transforms: [{ type: ENCR, id: 11, keyBits: 0 }, HMAC_SHA2_256_128, NO_ESN],
  },
} as const satisfies Record<string, EspSuite>;

export type EspSuiteName = keyof typeof espSuites;
export const ESP_SUITES = Object.keys(espSuites) as [EspSuiteName, ...EspSuiteName[]];

/** SPI and sequence number; pad length and next header; integrity check value, of each suite alike (RFC 4303 section 2). */
export const ESP_HEADER = 8;
export const ESP_TRAILER = 2;
export const ICV = 16;

/** Bytes of padding for a packet of that size. */
export function paddingFor({ block }: EspSuite, size: number): number {
  return -(size + ESP_TRAILER) & (block - 1);
}

/** Bytes of ESP, from SPI to ICV, around a packet of that size. */
export function espBytes(suite: EspSuite, size: number): number {
  return ESP_HEADER + suite.iv + size + paddingFor(suite, size) + ESP_TRAILER + ICV;
}

/** The largest packet for which ESP has at most so many bytes. */
export function mostInEsp(suite: EspSuite, bytes: number): number {
  return ((bytes - ESP_HEADER - suite.iv - ICV) & -suite.block) - ESP_TRAILER;
}
