import { bytesOf } from '../core/byte-text';
import { type EventQueue, type Nanos, Timer } from '../core/event-queue';
import type { ByteStream, StreamDelegate, StreamMessage } from '../transport/byte-stream';
import { MessageServer } from '../transport/message-server';
import type { Realm } from './realm';

/** HTTP, by which certificates are asked for (RFC 4387 section 2). */
export const DIRECTORY_PORT = 80;

/** Time before a host that got no answer asks again. */
const AGAIN: Nanos = 1e9;

/** Asks for the certificates of `subject`, those that stand behind its own included. */
class KeyRequest {
  private readonly text: string;

  constructor(
    readonly subject: string,
    /** Whose certificates they are: those of one size are issued apart from others. */
    readonly realm: Realm,
    directory: string,
  ) {
    this.text = `GET /search.cgi?name=${subject} HTTP/1.1\r\nHost: ${directory}\r\n\r\n`;
  }

  get size(): number {
    return this.text.length;
  }

  encode(): Uint8Array {
    return bytesOf(this.text);
  }
}

class KeyResponse {
  private readonly bytes: Uint8Array;

  constructor(
    readonly subject: string,
    chain: Uint8Array,
  ) {
    const head = `HTTP/1.1 200 OK\r\nContent-Type: application/pkix-pkipath\r\nContent-Length: ${chain.length}\r\n\r\n`;
    this.bytes = new Uint8Array([...bytesOf(head), ...chain]);
  }

  get size(): number {
    return this.bytes.length;
  }

  encode(): Uint8Array {
    return this.bytes;
  }
}

/** Gives everybody the certificates of everybody, whose keys are for signing and for reading. */
export class KeyDirectory extends MessageServer {
  protected serve(asked: StreamMessage, stream: ByteStream): void {
    if (!(asked instanceof KeyRequest)) return;
    const { chain } = asked.realm.root.identityOf(asked.subject);
    const bytes = chain.flatMap((certificate) => [...certificate.bytes]);
    stream.writeMessage(new KeyResponse(asked.subject, new Uint8Array(bytes)));
  }
}

/** What asking for keys costs. */
export interface KeyObserver {
  /** `bytes` of HTTP in both directions; `time` from the first attempt to the answer. */
  onFetched(bytes: number, time: Nanos): void;
}

/** Who asks: it is told, and opens the stream to the directory. */
export interface Asker {
  readonly realm: Realm;
  readonly observer: KeyObserver;
  open(delegate: StreamDelegate): ByteStream;
}

/** Somebody who waits for keys. */
interface Waiting {
  readonly subjects: readonly string[];
  readonly then: () => void;
}

/** The certificates that one host has, and how it gets others: from a directory, each once. */
export class KeyRing {
  private readonly known = new Set<string>();
  private readonly asked = new Set<string>();
  private waiting: Waiting[] = [];

  constructor(
    private readonly events: EventQueue,
    /** As its host is called in requests. */
    private readonly directory: string,
  ) {}

  /** Calls `then` when the certificates of all `subjects` are there: at once where they are. */
  obtain(subjects: readonly string[], asker: Asker, then: () => void): void {
    if (this.hasAll(subjects)) {
      then();
      return;
    }
    this.waiting.push({ subjects, then });
    for (const subject of subjects) {
      if (this.known.has(subject) || this.asked.has(subject)) continue;
      this.asked.add(subject);
      this.fetch(subject, asker, this.events.now);
    }
  }

  private hasAll(subjects: readonly string[]): boolean {
    return subjects.every((subject) => this.known.has(subject));
  }

  private fetch(subject: string, asker: Asker, since: Nanos): void {
    const request = new KeyRequest(subject, asker.realm, this.directory);
    asker.open({
      onEstablished: (stream) => stream.writeMessage(request),
      onReadable: (stream) => {
        stream.read(Infinity);
        const answer = stream.takeMessage();
        if (!(answer instanceof KeyResponse)) return;
        asker.observer.onFetched(request.size + answer.size, this.events.now - since);
        stream.close();
        this.got(subject);
      },
      onRemoteClosed: (stream) => stream.close(),
      onClosed: () => {
        if (this.known.has(subject)) return;
        const again = new Timer(this.events, () => {
          again.release();
          this.fetch(subject, asker, since);
        });
        again.arm(this.events.now + AGAIN);
      },
    });
  }

  private got(subject: string): void {
    this.known.add(subject);
    const ready = this.waiting.filter(({ subjects }) => this.hasAll(subjects));
    this.waiting = this.waiting.filter(({ subjects }) => !this.hasAll(subjects));
    for (const { then } of ready) then();
  }
}
