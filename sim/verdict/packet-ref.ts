import type { Nanos } from '../core/event-queue';

/** A packet of a run that can be found again in a capture of it. */
export interface PacketRef {
  /** Its number in a capture of all links, from 1, as `hopwise check --pcap` writes it; 0: no link delivered it. */
  frame: number;
  /** The first link that it came over, as `hopwise run --pcap` takes it. */
  readonly link: string;
  /** Its number in a capture of that link alone, from 1; 0: it was lost there. */
  nth: number;
  /** When it arrived at the far end of that link; before, when it was sent. */
  at: Nanos;
}

/** As reports write it: `frame 12 (a>b #3, 0.123 s)`. */
export function packetText({ frame, link, nth, at }: PacketRef): string {
  const when = `${(at / 1e9).toFixed(6)} s`;
  return frame === 0 ? `lost on ${link}, sent at ${when}` : `frame ${frame} (${link} #${nth}, ${when})`;
}
