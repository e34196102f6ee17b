import { type Address, Flag, NO_OPTION } from '../core/packet';
import type { FastOpenClient, FastOpenServer } from '../tcp/fast-open';
import type { TcpOption, TcpSegment } from './script';
import type { Settings } from './settings';
import type { TcpSocket } from './socket';

/** Bits of the sysctl tcp_fastopen. */
const Bit = { client: 1, server: 2, dataWithoutCookie: 4, cookieNotRequired: 0x200, everyListener: 0x400 } as const;
/** Room that a SYN keeps for options: the most that a TCP header has. */
const OPTION_ROOM = 40;
const DEFAULT_MSS = 536;
const SYN_ACK = Flag.syn | Flag.ack;

/** FO, or FOEXP before the option had a number of its own. */
export function isFastOpen(option: TcpOption): option is Extract<TcpOption, { kind: 'other' }> {
  return option.kind === 'other' && (option.name === 'FO' || option.name === 'FOEXP');
}

/**
 * Fast Open cookies of a script. A real server computes its cookie from the client's address and its key; here the
 * script's cookies are it, as initial sequence numbers are the script's, too: those that it expects in a SYN-ACK, or if
 * it expects none the first that it sends, belong to the keys in force.
 */
export class Cookies {
  private readonly texts = new Map<number, string>();
  private readonly numbers = new Map<string, number>();
  private readonly keys = new Map<string, number>();
  private next = 1;
  private readonly expected = new Set<string>();

  /** The script expects the host to give this cookie. */
  expect(text: string): void {
    this.expected.add(text);
  }

  /** The server's cookie under `key`. */
  ofKey(key: string): number {
    const known = this.keys.get(key);
    if (known !== undefined) return known;
    this.keys.set(key, this.next);
    return this.next++;
  }

  /** The number of a cookie as written; 0 for an empty one. If it is new, it is `candidate`, unless that has a text. */
  number(text: string, candidate: number | null): number {
    if (text === '') return 0;
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    const isRight = this.expected.size === 0 || this.expected.has(text);
    const n = isRight && candidate !== null && !this.texts.has(candidate) ? candidate : this.next++;
    this.texts.set(n, text);
    this.numbers.set(text, n);
    return n;
  }

  text(n: number): string {
    return n === 0 ? '' : (this.texts.get(n) ?? '(cookie)');
  }
}

/** Fast Open as the host under test has it set up (RFC 7413 section 4.1.3): its cookies, those it was given, its rules. */
export class FastOpenHost {
  readonly cookies = new Cookies();
  /** What the script's server gave: its cookie, or 0, and its MSS. */
  private cached = { cookie: 0, mss: DEFAULT_MSS };

  constructor(private readonly settings: Settings) {}

  /** The script expects this segment of the host. */
  prepare({ flags, options }: TcpSegment): void {
    if ((flags & SYN_ACK) !== SYN_ACK) return;
    for (const option of options ?? []) if (isFastOpen(option) && option.text !== '') this.cookies.expect(option.text);
  }

  get isClient(): boolean {
    return (this.settings.fastOpen & Bit.client) !== 0;
  }

  /** A SYN may carry data now. */
  maySendData(socket: TcpSocket): boolean {
    return this.cached.cookie > 0 || this.needsNoCookie(socket);
  }

  /** For a connection that asks for a cookie or sends up to `bytes` in its SYN. */
  client(socket: TcpSocket, bytes: number): FastOpenClient {
    const { cached } = this;
    const room = Math.min(socket.config.mss, cached.mss) - OPTION_ROOM;
    const withoutCookie = cached.cookie === 0 && this.needsNoCookie(socket);
    return {
      cookie: withoutCookie ? NO_OPTION : cached.cookie,
      bytes: this.maySendData(socket) ? Math.min(bytes, room) : 0,
      onSynAck: (cookie, mss) => {
        if (mss !== NO_OPTION) cached.mss = mss;
        if (cookie > 0) cached.cookie = cookie;
      },
    };
  }

  /** The cookie that `listener` gives. */
  cookieOf(listener: TcpSocket): number {
    return this.cookies.ofKey(String(listener.options.get('TCP_FASTOPEN_KEY') ?? this.settings.fastOpenKey));
  }

  server(listener: TcpSocket): FastOpenServer {
    return {
      accepts: (_client: Address, cookie: number) => {
        if (!this.isServer(listener)) return false;
        if (cookie === this.cookieOf(listener)) return true;
        return this.requiresNoCookie(listener);
      },
      grant: (_client: Address, cookie: number) =>
        this.isServer(listener) && cookie !== NO_OPTION ? this.cookieOf(listener) : NO_OPTION,
    };
  }

  private isServer(listener: TcpSocket): boolean {
    const bits = this.settings.fastOpen;
    if ((bits & Bit.server) === 0) return false;
    return (bits & Bit.everyListener) !== 0 || Number(listener.options.get('TCP_FASTOPEN') ?? 0) > 0;
  }

  private requiresNoCookie(listener: TcpSocket): boolean {
    return (this.settings.fastOpen & Bit.cookieNotRequired) !== 0 || needsNone(listener);
  }

  private needsNoCookie(socket: TcpSocket): boolean {
    return (this.settings.fastOpen & Bit.dataWithoutCookie) !== 0 || needsNone(socket);
  }
}

function needsNone(socket: TcpSocket): boolean {
  return Number(socket.options.get('TCP_FASTOPEN_NO_COOKIE') ?? 0) > 0;
}
