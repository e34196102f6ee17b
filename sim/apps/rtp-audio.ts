import { type Nanos, Timer } from '../core/event-queue';
import { duration } from '../core/params';
import type { ParamsOf } from '../core/plugin';
import { sendingRate } from '../udp/params';
import { type App, type AppHost, type AppMetric, defineApp } from './app';
import { rtpParams, RtpStream } from './rtp-stream';

/** RFC 3551 section 6. */
const PCMU = { payloadType: 0, clockRate: 8000 };

const audioParams = {
  rate: sendingRate('of the codec, without headers', '64 kbit/s'),
  frame: duration('speech in one packet', '20 ms').refine((t) => t > 0, 'expected more than 0 s'),
  talk: duration('mean length of a talkspurt; exponential', '1 s'),
  silence: duration('mean pause between talkspurts, in which nothing is sent; 0 s = none', '0 s'),
  ...rtpParams,
};

/** A voice: packets of equal size at equal intervals, with pauses if the codec suppresses silence. */
class RtpAudio implements App {
  private readonly stream: RtpStream;
  private readonly timer: Timer;
  private readonly bytes: number;
  private talkUntil: Nanos = 0;

  constructor(
    private readonly host: AppHost,
    private readonly params: ParamsOf<typeof audioParams>,
  ) {
    this.bytes = Math.max(1, Math.round((params.rate * params.frame) / 8e9));
    this.stream = new RtpStream(host, params, params.rate, 1e9 / params.frame, PCMU);
    this.timer = new Timer(host.events, () => this.send());
  }

  get received(): number {
    return this.stream.received;
  }

  start(): void {
    this.stream.start();
    this.talk();
  }

  stop(): void {
    this.timer.disarm();
    this.stream.stop();
  }

  metrics(): AppMetric[] {
    return this.stream.metrics();
  }

  private talk(): void {
    const { talk, silence } = this.params;
    this.talkUntil = silence === 0 ? Infinity : this.host.events.now + this.host.random.exponential(talk);
    this.send();
  }

  private send(): void {
    const { now } = this.host.events;
    this.stream.beginFrame(1);
    this.stream.send(this.bytes);
    let next = now + this.params.frame;
    if (next >= this.talkUntil) {
      next += Math.round(this.host.random.exponential(this.params.silence));
      this.talkUntil = next + this.host.random.exponential(this.params.talk);
    }
    this.timer.arm(next);
  }
}

export const rtpAudio = defineApp({
  summary: 'a voice over RTP with RTCP, at the rate of its codec whatever is lost',
  reference: 'RFC 3550, RFC 3551; ITU-T G.114 for the playout delay',
  transports: ['datagram'],
  params: audioParams,
  create: (chosen, host) => new RtpAudio(host, chosen),
});
