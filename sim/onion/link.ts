import type { ByteStream, StreamDelegate } from '../transport/byte-stream';
import { Cell, type Command } from './cells';

/** Cells on the stream between two neighbours of a circuit. */
export class CellLink {
  stream: ByteStream | null = null;

  constructor(
    /** The circuit on this link; 0: as the other end says. */
    private circuit: number,
    private readonly on: {
      cell(cell: Cell): void;
      opened?(): void;
      writable?(): void;
      closed(): void;
    },
  ) {}

  readonly delegate: StreamDelegate = {
    onEstablished: (stream) => {
      this.stream = stream;
      this.on.opened?.();
    },
    onReadable: (stream) => {
      this.stream = stream;
      stream.read(Infinity);
      for (let cell = stream.takeMessage(); cell !== null; cell = stream.takeMessage()) {
        if (this.circuit === 0) this.circuit = (cell as Cell).circuit;
        this.on.cell(cell as Cell);
      }
    },
    onWritable: () => this.on.writable?.(),
    onRemoteClosed: (stream) => stream.close(),
    onClosed: () => {
      this.stream = null;
      this.on.closed();
    },
  };

  /** Bytes that the stream has not sent; Infinity while there is none. */
  get unsent(): number {
    const { stream } = this;
    return stream === null ? Infinity : (stream.unsent ?? stream.unacknowledged);
  }

  send(command: Command, content: Cell['content']): void {
    if (this.stream?.isOpen === true) this.stream.writeMessage(new Cell(this.circuit, command, content));
  }

  close(): void {
    this.stream?.close();
  }
}
