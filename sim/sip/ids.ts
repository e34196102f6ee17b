import type { RandomStream } from '../core/random';
import { MAGIC_COOKIE } from './via';

/** Makes the identifiers of one element: unlike others in time and space (RFC 3261 sections 8.1.1.4, 8.1.1.7, 19.3). */
export class Ids {
  private made = 0;

  constructor(private readonly random: RandomStream) {}

  branch(): string {
    return `${MAGIC_COOKIE}${this.word()}${(this.made++).toString(36)}`;
  }

  /** 32 random bits, as RFC 3261 section 19.3 asks for. */
  tag(): string {
    return this.word();
  }

  callId(host: string): string {
    return `${this.word()}${this.word()}@${host}`;
  }

  /** Seven characters. */
  private word(): string {
    return (this.random.word() >>> 0).toString(36).padStart(7, '0');
  }
}
