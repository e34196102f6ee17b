import { bytesOf } from '../core/byte-text';
import { type Nanos, Timer } from '../core/event-queue';
import { type Finding, NOTHING } from '../probe/finding';
import { compareNotes, type SeenSyn } from '../probe/syn-watch';
import type { ByteStream, StreamDelegate, StreamMessage } from '../transport/byte-stream';
import type { AppHost, AppMetric } from './app';
import type { Look } from './look';

/** What one end tells the other of how the connection came to it; null: it has seen none. */
class Note implements StreamMessage {
  private readonly bytes: Uint8Array;

  constructor(readonly seen: SeenSyn | null) {
    this.bytes = bytesOf(JSON.stringify(seen));
  }

  get size(): number {
    return this.bytes.length;
  }

  encode(): Uint8Array {
    return this.bytes;
  }
}

/** Opens a connection as the session does, asks the other end what it has seen of it, and compares. */
export class NotesLook implements Look {
  private readonly watched: ReturnType<NonNullable<AppHost['watched']>>;

  constructor(
    private readonly host: AppHost,
    private readonly wait: Nanos,
  ) {
    if (host.watched === undefined) throw new Error('this path has no connection to compare notes of');
    this.watched = host.watched();
  }

  start(done: (finding: Finding) => void): void {
    const { events } = this.host;
    let isOver = false;
    const end = (finding: Finding): void => {
      timer.disarm();
      if (!isOver) done(finding);
      isOver = true;
    };
    const timer = new Timer(events, () => end(NOTHING));
    timer.arm(events.now + this.wait);
    let establishedAt = -1;
    this.host.open({
      onEstablished: (stream) => {
        establishedAt = events.now;
        stream.writeMessage(new Note(this.watched.client.first));
      },
      onReadable: (stream) => {
        const note = noteFrom(stream);
        if (note === null) return;
        stream.close();
        const { client, textOf } = this.watched;
        const [sent, seen] = [client.first, note.seen];
        end(sent === null || seen === null ? NOTHING : compareNotes(sent, seen, establishedAt, textOf));
      },
      onClosed: () => end(NOTHING),
    });
  }

  accept(): StreamDelegate {
    return {
      onReadable: (stream) => {
        if (noteFrom(stream) !== null) stream.writeMessage(new Note(this.watched.server.first));
      },
      onRemoteClosed: (stream) => stream.close(),
    };
  }

  metrics(): AppMetric[] {
    return [];
  }
}

function noteFrom(stream: ByteStream): Note | null {
  stream.read(Infinity);
  const message = stream.takeMessage();
  return message instanceof Note ? message : null;
}
