import { bytesOf, textOf } from '../core/byte-text';
import { Malformed } from '../core/malformed';
import { sipText } from '../sip/encode';
import type { SipMessage } from '../sip/message';
import { parseSip } from '../sip/parse';
import { type NamedEnd, rewriteSession, rewriteSignalling, translated } from './rewrite';

/** How gateways rewrite what passes them; all but the first two are mistakes that have been built and sold. */
export const ALG_KINDS = {
  none: 'does not read what passes',
  right: 'translates Via, Contact and SDP, opens the ports that SDP names, and counts the length anew',
  'contact-only': 'translates the signalling, and leaves SDP as it is',
  'no-pinhole': 'writes its own address into SDP, and opens no port for it',
  'wrong-length': 'as right, and leaves Content-Length as it was',
  text: 'replaces the address wherever its digits stand, in words of users, too, and no port',
} as const;
export type AlgKind = keyof typeof ALG_KINDS;

/** What a gateway knows of the translator that it is part of. Hosts are dotted addresses. */
export interface AlgHost {
  /** The public end of the signalling of an inside end; null for who is not inside. */
  publicSignalling(end: NamedEnd): { readonly host: string; readonly port: number } | null;
  /** Opens a public end for an inside end that receives a session; null for who is not inside. */
  open(end: NamedEnd): { readonly host: string; readonly port: number } | null;
  /** The inside end that a public one stands for; null if it stands for none. */
  inside(end: NamedEnd): { readonly host: string; readonly port: number } | null;
}

/** An application level gateway for SIP in a translator (RFC 2663 section 2.9): reads what passes, and rewrites it. */
export class SipAlg {
  /** Messages that went on with other bytes, and datagrams that could not be read. */
  rewritten = 0;
  unread = 0;

  constructor(
    private readonly kind: Exclude<AlgKind, 'none'>,
    private readonly host: AlgHost,
  ) {}

  /** What becomes of a datagram from inside; `from` is the inside host. Null: it goes on as it is. */
  outbound(datagram: Uint8Array, from: string): Uint8Array | null {
    const { kind, host } = this;
    if (kind === 'text') return this.replace(datagram, from, host.publicSignalling(signallingAt(from))?.host ?? from);
    return this.rewrite(datagram, (message) => {
      const signalling = rewriteSignalling(message, (end) => host.publicSignalling(end));
      if (kind === 'contact-only') return signalling;
      if (kind !== 'no-pinhole') return rewriteSession(signalling, (end) => host.open(end));
      return rewriteSession(signalling, (end) => {
        const found = host.publicSignalling(signallingAt(end.host));
        return found === null ? null : { host: found.host, port: end.port };
      });
    });
  }

  /** The same for one from outside, to the inside host `to` under the public address `by`. */
  inbound(datagram: Uint8Array, to: string, by: string): Uint8Array | null {
    if (this.kind === 'text') return this.replace(datagram, by, to);
    return this.rewrite(datagram, (message) => {
      const back = (end: NamedEnd) => this.host.inside(end);
      if (message.kind === 'request') return { ...message, uri: translated(message.uri, back) };
      const [top, ...rest] = message.vias;
      const { contacts } = message;
      return {
        ...message,
        vias: [translated(top!, back), ...rest],
        // of a registrar: bindings that it was given from inside
        contacts: contacts === '*' ? contacts : contacts.map((one) => ({ ...one, uri: translated(one.uri, back) })),
      };
    });
  }

  private rewrite(datagram: Uint8Array, change: (message: SipMessage) => SipMessage): Uint8Array | null {
    let message: SipMessage;
    try {
      message = parseSip(datagram);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.unread++;
      return null;
    }
    const before = sipText(message);
    const changed = change(message);
    let text = sipText(changed);
    if (text === before) return null;
    this.rewritten++;
    if (this.kind === 'wrong-length') {
      text = text.replace(`\r\nContent-Length: ${changed.body.length}\r\n`, `\r\nContent-Length: ${message.body.length}\r\n`); // prettier-ignore
    }
    return bytesOf(text);
  }

  /** Search and replace in the bytes, and the length that belongs to it. */
  private replace(datagram: Uint8Array, what: string, by: string): Uint8Array | null {
    const text = textOf(datagram);
    const changed = text.split(what).join(by);
    if (changed === text) return null;
    this.rewritten++;
    const body = changed.length - changed.indexOf('\r\n\r\n') - 4;
    return bytesOf(changed.replace(/\r\nContent-Length: \d+\r\n/, `\r\nContent-Length: ${body}\r\n`));
  }
}

function signallingAt(host: string): NamedEnd {
  return { host, port: 5060, protocol: 'udp' };
}
