/** One line `type=value` that nobody here reads: i, u, e, p, b, r, z, k. */
export interface Line {
  readonly type: string;
  readonly value: string;
}

/** `a=name:value`, or `a=name` (value null). */
export interface Attribute {
  readonly name: string;
  readonly value: string | null;
}

/** `c=IN IP4 address` (RFC 8866 section 5.7). */
export interface Connection {
  /** IP4 or IP6. */
  readonly type: string;
  readonly address: string;
}

/** `m=kind port protocol formats` and what follows it (RFC 8866 section 5.14). */
export interface Media {
  readonly kind: string;
  /** 0: refused (RFC 3264 section 6). */
  readonly port: number;
  /** How many ports; 1 unless written. */
  readonly ports: number;
  /** Such as TCP/MSRP (RFC 4975 section 8.2) or RTP/AVP. */
  readonly protocol: string;
  readonly formats: readonly string[];
  readonly connection: Connection | null;
  readonly attributes: readonly Attribute[];
  readonly more: readonly Line[];
}

/** A session description (RFC 8866), as plain data. */
export interface SessionDescription {
  readonly origin: {
    readonly user: string;
    readonly session: string;
    readonly version: string;
    readonly connection: Connection;
  };
  readonly name: string;
  readonly connection: Connection | null;
  /** Values of the t lines. */
  readonly times: readonly string[];
  readonly attributes: readonly Attribute[];
  readonly more: readonly Line[];
  readonly media: readonly Media[];
}

/** The value of the first attribute of this name: null if it has none, undefined if it is not there. */
export function attributeOf({ attributes }: Pick<Media, 'attributes'>, name: string): string | null | undefined {
  return attributes.find((attribute) => attribute.name === name)?.value;
}

/** Where a stream is received: its own connection, or that of the session (RFC 8866 section 5.7). */
export function connectionOf(description: SessionDescription, media: Media): Connection | null {
  return media.connection ?? description.connection;
}

/** The description on the wire, one character per byte, lines in the order of RFC 8866 section 9. */
export function sdpText(description: SessionDescription): string {
  const { origin, name, connection, times, attributes, more, media } = description;
  const { user, session, version } = origin;
  let text = `v=0\r\no=${user} ${session} ${version} ${connectionText(origin.connection)}\r\ns=${name}\r\n`;
  text += linesOf(more, 'iuep') + connectionLine(connection) + linesOf(more, 'b');
  for (const time of times) text += `t=${time}\r\n`;
  text += linesOf(more, 'rzk') + attributesText(attributes);
  for (const one of media) text += mediaText(one);
  return text;
}

function mediaText({ kind, port, ports, protocol, formats, connection, attributes, more }: Media): string {
  const range = ports === 1 ? `${port}` : `${port}/${ports}`;
  const line = `m=${kind} ${range} ${protocol} ${formats.join(' ')}\r\n`;
  return line + linesOf(more, 'i') + connectionLine(connection) + linesOf(more, 'bk') + attributesText(attributes);
}

function attributesText(attributes: readonly Attribute[]): string {
  let text = '';
  for (const { name, value } of attributes) text += value === null ? `a=${name}\r\n` : `a=${name}:${value}\r\n`;
  return text;
}

function connectionText({ type, address }: Connection): string {
  return `IN ${type} ${address}`;
}

function connectionLine(connection: Connection | null): string {
  return connection === null ? '' : `c=${connectionText(connection)}\r\n`;
}

function linesOf(lines: readonly Line[], types: string): string {
  let text = '';
  for (const { type, value } of lines) if (types.includes(type)) text += `${type}=${value}\r\n`;
  return text;
}
