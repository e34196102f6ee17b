import { responseTo } from '../msrp/connection';
import { MsrpWire } from '../msrp/message';
import type { Editor } from '../relay/channel';
import type { ReadingKeys } from '../security/messages';
import type { StreamMessage } from '../transport/byte-stream';
import { canRead, isContent, requestIn } from './content';

/** RFC 4975 section 10.5: "the media type ... is not understood". */
const NOT_UNDERSTOOD = 415;

export interface InspectorOptions {
  /** Tells the writer of a message that it goes no further; else nobody is told. */
  readonly tells: boolean;
  /** The node of the relay, and its URI in what it tells. */
  readonly name: string;
  readonly uri: string;
  readonly keys: ReadingKeys;
}

/** A relay whose work is with the content of messages: one that it cannot read goes no further (draft section 4.2). */
export class ContentInspector implements Editor {
  /** Messages that it could read, and that it has kept back. */
  contentsRead = 0;
  contentsRefused = 0;

  constructor(private readonly options: InspectorOptions) {}

  pass(
    message: StreamMessage,
    _isForward: boolean,
    answer: (message: StreamMessage) => void,
  ): readonly StreamMessage[] {
    const { tells, name, uri, keys } = this.options;
    if (!isContent(message)) return [message];
    if (canRead(message, name, keys)) {
      this.contentsRead++;
      return [message];
    }
    this.contentsRefused++;
    // within TLS that it does not end it cannot say anything
    if (tells && message instanceof MsrpWire) {
      const refusal = responseTo(requestIn(message), NOT_UNDERSTOOD, 'Unsupported Media Type');
      answer(new MsrpWire({ ...refusal, fromPath: [uri] }));
    }
    return [];
  }
}
