import type { Nanos } from '../core/event-queue';
import { Flag, type Packet, Protocol } from '../core/packet';
import { compareSegments, compareTimes, type Field } from './compare';
import { type Flow, offset } from './flow';
import type { Host, Sent } from './host';
import type { RunOptions } from './options';
import { printTime } from './print';
import { Failure } from './report';
import type { Place, TcpSegment, UdpDatagram, When } from './script';

/** How long a `*` waits. */
const PATIENCE = 3600e9;

interface Window {
  readonly from: Nanos;
  readonly to: Nanos;
  readonly tolerance: Nanos;
}

/** Waits for the segments of the host under test and compares them with the script's. */
export class Expectations {
  constructor(
    private readonly host: Host,
    private readonly options: RunOptions,
    /** Simulates up to a time, or until a segment is sent or a system call returns. */
    private readonly advance: (until: Nanos) => void,
  ) {}

  /** Takes the next segment of `flow`, or several that make up the expected one. Throws `Failure`. */
  expect(expected: TcpSegment, flow: Flow, when: When, place: Place): void {
    const window = this.windowOf(when);
    flow.onExpected(expected);
    const first = this.next(flow, window, place, expected);
    flow.matchTimestamps(expected, first.packet);
    const actual = this.gather(flow.observe(first.packet), expected, flow, window, place);
    const fields = compareSegments(expected, actual, {
      push: this.decidesPush(expected, flow),
      timestampTolerance:
        this.options.timestampTick === null ? null : this.options.tolerance / this.options.timestampTick,
    });
    const isTimely = when.kind === 'any' || compareTimes(window.from, window.to, first.at, window.tolerance);
    if (isTimely && fields.every((field) => field.agrees)) return;
    const what = fields.filter((field) => !field.agrees).map((field) => field.name);
    const message =
      what.length > 0 ? `the segment differs: ${what.join(', ')}` : 'the segment was sent at another time';
    throw new Failure(message, place, [timeField(window, first.at, isTimely), ...fields]);
  }

  private windowOf(when: When): Window {
    const { now } = this.host;
    if (when.kind === 'any' || when.kind === 'untimed') return { from: now, to: now + PATIENCE, tolerance: 0 };
    const base = when.kind === 'relative' ? now : 0;
    const tolerance = Math.max(
      this.options.tolerance,
      (this.options.tolerancePercent / 100) * (base + when.from - now),
    );
    return { from: base + when.from, to: base + when.to, tolerance };
  }

  /** The next segment of this connection; those of earlier ones are passed over. */
  private next(flow: Flow, window: Window, place: Place, expected: TcpSegment): Sent {
    const limit = window.to + window.tolerance;
    const sent = this.take((p) => belongs(p, flow), limit);
    if (sent !== null) return sent;
    const fields = compareSegments(expected, NOTHING, { push: true, timestampTolerance: null });
    throw new Failure(
      `no segment was sent by ${printTime(limit)} s`,
      place,
      fields.map(({ name, expected: text }) => ({ name, expected: text, actual: '', agrees: false })),
    );
  }

  /** The next UDP datagram. Throws `Failure`. */
  expectDatagram({ ports, length }: UdpDatagram, when: When, place: Place): void {
    const window = this.windowOf(when);
    const limit = window.to + window.tolerance;
    const sent = this.take((p) => p.protocol === Protocol.udp, limit);
    if (sent === null) throw new Failure(`no datagram was sent by ${printTime(limit)} s`, place);
    const { packet, at } = sent;
    const isTimely = when.kind === 'any' || compareTimes(window.from, window.to, at, window.tolerance);
    const fields: Field[] = [
      timeField(window, at, isTimely),
      numberField('length', length, packet.length),
      ...(ports === null
        ? []
        : [
            numberField('from port', ports.source, packet.srcPort),
            numberField('to port', ports.destination, packet.dstPort),
          ]),
    ];
    const wrong = fields.filter((field) => !field.agrees);
    if (wrong.length > 0)
      throw new Failure(`the datagram differs: ${wrong.map(({ name }) => name).join(', ')}`, place, fields);
  }

  /** The next packet sent that `is` accepts, others are passed over; null if there is none by `limit`. */
  private take(is: (p: Packet) => boolean, limit: Nanos): Sent | null {
    const { host } = this;
    for (;;) {
      for (let sent = host.sent.shift(); sent !== undefined; sent = host.sent.shift()) if (is(sent.packet)) return sent;
      if (host.now >= limit) return null;
      this.advance(limit);
      if (host.sent.length === 0 && host.now >= limit) return null;
    }
  }

  /**
   * A sender with segmentation offload hands down what the simulated TCP sends as several segments; as in the tool,
   * consecutive ones with equal headers, all but the last of one size, make up the expected segment.
   */
  private gather(first: TcpSegment, expected: TcpSegment, flow: Flow, window: Window, place: Place): TcpSegment {
    let whole = first;
    while (!this.options.strictSegments && first.length > 0 && whole.length < expected.length) {
      if (!this.continues(whole, first, flow)) {
        this.advance(Math.max(window.to + window.tolerance, this.host.now));
        if (!this.continues(whole, first, flow)) break;
      }
      const { packet } = this.next(flow, window, place, expected);
      whole = { ...whole, length: whole.length + packet.length, flags: whole.flags | (packet.flags & MERGED) };
    }
    return whole;
  }

  private continues(whole: TcpSegment, first: TcpSegment, flow: Flow): boolean {
    const next = this.host.sent[0];
    if (next === undefined) return false;
    const segment = flow.observe(next.packet);
    if (!belongs(next.packet, flow)) return false;
    return segment.seq === whole.seq + whole.length && segment.ack === whole.ack && segment.length <= first.length;
  }

  /** PSH is certain only where a segment carries the last byte written so far. */
  private decidesPush(expected: TcpSegment, flow: Flow): boolean {
    const sender = flow.connection?.sender;
    if (!sender || expected.length === 0) return expected.length === 0;
    return offset(expected.seq, 0) + expected.length === sender.end;
  }
}

function belongs({ protocol, srcPort, dstPort }: Packet, flow: Flow): boolean {
  return protocol === Protocol.tcp && srcPort === flow.localPort && dstPort === flow.remotePort;
}

function numberField(name: string, expected: number, actual: number): Field {
  return { name, expected: String(expected), actual: String(actual), agrees: expected === actual };
}

const MERGED = Flag.psh | Flag.fin;

const NOTHING: TcpSegment = {
  kind: 'tcp',
  ecn: 'any',
  ports: null,
  flags: 0,
  ace: false,
  seq: 0,
  length: 0,
  ack: null,
  window: null,
  urgent: 0,
  options: [],
};

function timeField({ from, to }: Window, actual: Nanos, agrees: boolean): Field {
  const expected = from === to ? printTime(from) : `${printTime(from)}~${printTime(to)}`;
  return { name: 'time', expected, actual: printTime(actual), agrees };
}
