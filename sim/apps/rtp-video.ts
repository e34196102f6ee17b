import { Timer } from '../core/event-queue';
import { exp } from '../core/maths';
import { integer, number } from '../core/params';
import type { ParamsOf } from '../core/plugin';
import { datagramSize, sendingRate } from '../udp/params';
import { type App, type AppHost, type AppMetric, defineApp } from './app';
import { rtpParams, RtpStream } from './rtp-stream';

/** A dynamic payload type, at the clock rate of all video (RFC 3551 section 5). */
const VIDEO = { payloadType: 96, clockRate: 90_000 };

const videoParams = {
  rate: sendingRate('of the codec, without headers', '2 Mbit/s'),
  framesPerSecond: number('frames per second', 30, 1, 240),
  keyEvery: integer('frames from one key frame to the next; 0 = only the first', 60, 0),
  keySize: number('size of a key frame, in sizes of another', 5, 1, 100),
  variation: number('standard deviation of the logarithm of frame sizes', 0.2, 0, 2),
  payload: datagramSize('largest payload of a packet', '1200 B'),
  spread: number(
    'part of the frame interval over which the packets of a frame are spread; 0 = sent at once',
    0.5,
    0,
    1,
  ),
  ...rtpParams,
};

/** Moving pictures: frames at equal intervals, each split over packets; key frames are larger, sizes log-normal. */
class RtpVideo implements App {
  private readonly stream: RtpStream;
  private readonly frames: Timer;
  private readonly packets: Timer;
  private readonly interval: number;
  /** Median size of a frame that is not a key frame, so that the mean rate is the one asked for. */
  private readonly median: number;
  private due = 0;
  private left = 0;
  private gap = 0;

  constructor(
    private readonly host: AppHost,
    private readonly params: ParamsOf<typeof videoParams>,
  ) {
    const { rate, framesPerSecond, keyEvery, keySize, variation, payload } = params;
    this.interval = 1e9 / framesPerSecond;
    const weight = keyEvery === 0 ? 1 : (keySize + keyEvery - 1) / keyEvery;
    this.median = rate / 8 / framesPerSecond / weight / exp((variation * variation) / 2);
    const packets = Math.max(framesPerSecond, rate / 8 / payload);
    this.stream = new RtpStream(host, params, rate, packets, VIDEO);
    this.frames = new Timer(host.events, () => this.take());
    this.packets = new Timer(host.events, () => this.send());
  }

  get received(): number {
    return this.stream.received;
  }

  start(): void {
    this.stream.start();
    this.due = this.host.events.now;
    this.take();
  }

  stop(): void {
    this.frames.disarm();
    this.packets.disarm();
    this.stream.stop();
  }

  metrics(): AppMetric[] {
    return this.stream.metrics();
  }

  /** A frame: what is left of the one before goes out first. */
  private take(): void {
    const { payload, spread } = this.params;
    while (this.left > 0) this.send();
    this.left = this.nextSize();
    const packets = Math.ceil(this.left / payload);
    this.gap = (this.interval * spread) / packets;
    this.stream.beginFrame(packets);
    this.send();
    this.due += this.interval;
    this.frames.arm(Math.round(this.due));
  }

  private nextSize(): number {
    const { keyEvery, keySize, variation } = this.params;
    const { frame } = this.stream;
    const isKey = keyEvery === 0 ? frame === 0 : frame % keyEvery === 0;
    return Math.max(1, Math.round(this.host.random.logNormal(this.median, variation) * (isKey ? keySize : 1)));
  }

  private send(): void {
    const { payload } = this.params;
    do {
      const bytes = this.left < payload ? this.left : payload;
      this.left -= bytes;
      this.stream.send(bytes);
    } while (this.gap === 0 && this.left > 0);
    if (this.left > 0) this.packets.arm(this.host.events.now + Math.max(1, Math.floor(this.gap)));
    else this.packets.disarm();
  }
}

export const rtpVideo = defineApp({
  summary: 'moving pictures over RTP with RTCP, at the rate of the codec whatever is lost',
  reference: 'RFC 3550; Krunz and Tripathi 1997 (frame sizes)',
  transports: ['datagram'],
  params: videoParams,
  create: (chosen, host) => new RtpVideo(host, chosen),
});
