import { md5 } from '@noble/hashes/legacy';
import { textValue } from '../stun/attributes';

/** Long-term credentials (RFC 8489 section 9.2). */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Section 9.2.2: MD5 of username, realm and password. */
export function longTermKey({ username, password }: Credentials, realm: string): Uint8Array {
  return md5(textValue(`${username}:${realm}:${password}`));
}
