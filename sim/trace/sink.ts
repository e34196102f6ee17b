/** Where the text of one trace goes. */
export interface TextSink {
  write(text: string): void;
  /** Nothing follows. */
  close(): void;
}

/** Makes the place for a trace with this name. */
export type OpenSink = (name: string) => TextSink;

/** Names the session of a flow. */
export type SessionOf = (flow: number) => string;
