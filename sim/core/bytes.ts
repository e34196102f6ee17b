/** Bytes as the content of a packet, for captures and parsers. */
export class Bytes {
  constructor(readonly bytes: Uint8Array) {}

  encode(): Uint8Array {
    return this.bytes;
  }
}
