import type { ByteStream, StreamDelegate, StreamMessage } from './byte-stream';

/** A server whose clients send it messages over streams of their own; who closes is answered by closing. */
export abstract class MessageServer {
  private readonly streams = new Set<ByteStream>();

  accept(stream: ByteStream): StreamDelegate {
    this.streams.add(stream);
    return {
      onReadable: () => this.read(stream),
      onRemoteClosed: () => stream.close(),
      onClosed: () => void this.streams.delete(stream),
    };
  }

  /** The process dies: every stream is aborted. */
  crash(): void {
    for (const stream of [...this.streams]) stream.abort();
    this.streams.clear();
  }

  /** Does what `asked` asks for, and answers on `stream`. */
  protected abstract serve(asked: StreamMessage, stream: ByteStream): void;

  /** Its client is still there. */
  protected isServed(stream: ByteStream): boolean {
    return this.streams.has(stream);
  }

  private read(stream: ByteStream): void {
    stream.read(Infinity);
    for (let asked = stream.takeMessage(); asked !== null; asked = stream.takeMessage()) this.serve(asked, stream);
  }
}
