import { Malformed } from '../core/malformed';
import { parseMsrpUri } from '../msrp/uri';
import { sdpText, type SessionDescription } from '../sdp/description';
import { chosenIn, type MessageEnd } from '../sdp/offer-answer';
import { parseSdp } from '../sdp/parse';
import type { DescriptionGuard, StreamTarget } from './app';
import type { End } from './im-media';

/** How offers and answers stand in the signalling: in the clear, or sealed for the other end. */
export class Descriptions {
  constructor(private readonly guard: DescriptionGuard | null) {}

  write(from: End, description: SessionDescription): { readonly contentType: string; readonly body: string } {
    const text = sdpText(description);
    return this.guard?.seal(from, text) ?? { contentType: 'application/sdp', body: text };
  }

  /** As one end reads it; or the status code with which it refuses it (RFC 3261 sections 21.4.1 and 21.4.29). */
  read(at: End, body: string): SessionDescription | 400 | 493 {
    const text = this.guard === null ? body : this.guard.open(at, body);
    if (text === null) return 493;
    try {
      return parseSdp(text);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      return 400;
    }
  }
}

/** The session that an offer is for: every path of it ends in the caller's name for it. */
export function nameIn({ media }: SessionDescription): string {
  const path = media[0]?.attributes.find(({ name }) => name === 'path')?.value ?? '';
  return path.slice(path.lastIndexOf('/') + 1, path.lastIndexOf(';'));
}

/** What an answer has chosen, and where its path begins; null where it cannot be read, or has chosen nothing. */
export function chosenFrom(
  answer: SessionDescription,
): (NonNullable<ReturnType<typeof chosenIn>> & { readonly at: StreamTarget }) | null {
  try {
    const chosen = chosenIn(answer);
    return chosen === null ? null : { ...chosen, at: parseMsrpUri(chosen.path.split(' ')[0]!) };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return null;
  }
}

/** The way to the other end begins with an end's own relay. */
export function throughOwn({ relay }: MessageEnd, path: string): string {
  return relay ? `${relay} ${path}` : path;
}
