import type { Nanos } from '../core/event-queue';
import type { RandomStream } from '../core/random';

/** Tmin of RFC 3550 section 6.2. */
const LEAST: Nanos = 5e9;
/** Share of the RTCP bandwidth that is for senders while they are few (RFC 3550 section 6.2). */
const FOR_SENDERS = 0.25;
/** e - 3/2: makes up for timer reconsideration, which lets intervals come out longer (RFC 3550 section 6.3.1). */
const COMPENSATION = 1.21828;
/** Probable size of the first packet, headers included (RFC 3550 appendix A.7 leaves it to the application). */
const FIRST_SIZE = 128;
const SIZE_GAIN = 1 / 16;

/** When a participant of an RTP session sends its next RTCP packet (RFC 3550 section 6.3 and appendix A.7). */
export class RtcpInterval {
  members = 1;
  senders = 0;
  isSender = false;
  /** Nothing has been sent yet. */
  initial = true;
  /** Mean size of RTCP packets, IP and UDP headers included, bytes. */
  averageSize = FIRST_SIZE;

  constructor(
    /** For all RTCP of the session, bytes per second. */
    private readonly bandwidth: number,
    private readonly random: RandomStream,
  ) {}

  /** An RTCP packet of this size was sent or received (RFC 3550 section 6.3.3). */
  onPacket(size: number): void {
    this.averageSize += (size - this.averageSize) * SIZE_GAIN;
  }

  /** The calculated interval Td, before it is randomised. */
  get calculated(): Nanos {
    const { members, senders, bandwidth, averageSize, isSender } = this;
    let n = members;
    let share = bandwidth;
    if (senders <= members * FOR_SENDERS) {
      share *= isSender ? FOR_SENDERS : 1 - FOR_SENDERS;
      n = isSender ? senders : members - senders;
    }
    return Math.max(this.initial ? LEAST / 2 : LEAST, (n * averageSize * 1e9) / share);
  }

  /** T: between half and one and a half times Td, over e - 3/2. */
  draw(): Nanos {
    return Math.round((this.calculated * (0.5 + this.random.uniform())) / COMPENSATION);
  }
}
