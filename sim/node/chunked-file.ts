import { closeSync, openSync, writeSync } from 'node:fs';

const CHUNK = 1 << 18;

/** A file that is written in large parts, whatever the size of those that it gets. */
export class ChunkedFile {
  private readonly descriptor: number;
  private readonly chunk = Buffer.alloc(CHUNK);
  private filled = 0;
  private open = true;

  /** Replaces what is there. Throws as `node:fs` does. */
  constructor(readonly path: string) {
    this.descriptor = openSync(path, 'w');
  }

  write(part: Uint8Array): void {
    if (this.filled + part.length > CHUNK) this.flush();
    if (part.length > CHUNK) writeSync(this.descriptor, part);
    else {
      this.chunk.set(part, this.filled);
      this.filled += part.length;
    }
  }

  /** Writes what is left. Closing twice does nothing more. */
  close(): void {
    if (!this.open) return;
    this.open = false;
    this.flush();
    closeSync(this.descriptor);
  }

  private flush(): void {
    writeSync(this.descriptor, this.chunk, 0, this.filled);
    this.filled = 0;
  }
}
