import { initialSequence } from '../capture/formats/tcp';
import { Flag, NO_OPTION, type Packet } from '../core/packet';
import type { Nanos } from '../core/event-queue';
import { formatIpv4 } from '../net/addressing';
import type { Simulation } from '../net/simulation';
import type { TcpConnection } from '../tcp/connection';
import { newTcpLogging } from '../tcp/stack';
import type { ConnectionLog } from '../transport/connection-log';
import { traceName } from './ends';
import type { OpenSink, SessionOf, TextSink } from './sink';

/** How tcptrace paints what. */
const COLOUR = {
  data: 'white',
  again: 'red',
  synFin: 'orange',
  ack: 'green',
  window: 'yellow',
  sack: 'purple',
} as const;

/**
 * Draws what one end of a TCP connection sends, as tcptrace (option -S) draws it from a capture at that end: a line for each
 * segment from its first to past its last sequence number, R where data is sent again, below it the cumulative ACKs, above
 * it the edge of the peer's window, between them what SACK blocks report, 3 at the third duplicate ACK. For xplot.
 */
export class TimeSequence implements ConnectionLog {
  private sink: TextSink | null = null;
  private colour = '';
  private isn = 0;
  /** Past the highest sequence number sent. */
  private nxt = 0;
  /** The last ACK: when it came, what it acknowledged, the edge of the window that it offered; none yet: -1. */
  private ackAt: Nanos = -1;
  private ack = 0;
  private edge = 0;
  private duplicates = 0;
  /** Window shifts that the SYNs offered (RFC 7323 section 2.2). */
  private ownShift = NO_OPTION;
  private peerShift = NO_OPTION;

  constructor(
    private readonly connection: TcpConnection,
    private readonly open: OpenSink,
    private readonly sessionOf: SessionOf,
  ) {}

  sent(p: Packet): void {
    this.begin(true);
    const isSyn = (p.flags & Flag.syn) !== 0;
    const isFin = (p.flags & Flag.fin) !== 0;
    if (isSyn) this.ownShift = p.windowScale;
    const start = p.seq;
    const end = start + p.length + (isSyn ? 1 : 0) + (isFin ? 1 : 0);
    const isAgain = end > start && start < this.nxt;
    if (isAgain) this.text(COLOUR.again, end, 'R');
    const colour = isAgain ? COLOUR.again : COLOUR.data;
    if (isSyn) this.draw(COLOUR.synFin, 'diamond', start);
    else this.draw(isFin && p.length === 0 ? COLOUR.synFin : colour, 'darrow', start);
    if (p.length > 0) this.span(colour, start, start + p.length);
    if (isSyn || isFin) {
      this.draw(COLOUR.synFin, isSyn ? 'uarrow' : 'box', end);
      this.text(COLOUR.synFin, end, isSyn ? 'SYN' : 'FIN');
      this.span(COLOUR.synFin, end - 1, end);
    } else this.draw(colour, 'uarrow', end);
    if (end > this.nxt) this.nxt = end;
  }

  received(p: Packet): void {
    this.begin((p.flags & (Flag.syn | Flag.ack)) !== Flag.syn);
    if (p.flags & Flag.syn) this.peerShift = p.windowScale;
    if ((p.flags & Flag.ack) === 0 || p.flags & Flag.rst) return;
    const scaled = (p.flags & Flag.syn) === 0 && this.ownShift !== NO_OPTION && this.peerShift !== NO_OPTION;
    const edge = p.ack + p.window * (scaled ? 2 ** this.peerShift : 1);
    if (this.ackAt >= 0) {
      this.step(COLOUR.ack, this.ack, p.ack, 'dtick');
      const isDuplicate = p.ack === this.ack && p.length === 0 && edge === this.edge && this.nxt > p.ack;
      this.duplicates = isDuplicate ? this.duplicates + 1 : 0;
      if (this.duplicates === 3) this.text(COLOUR.ack, p.ack, '3');
      this.step(COLOUR.window, this.edge, edge, 'utick');
    }
    this.ackAt = this.connection.now;
    this.ack = p.ack;
    this.edge = edge;
    this.blocks(p);
  }

  lost(): void {
    // a loss is what the sender believes: no capture shows it
  }

  settled(): void {
    // only packets are drawn
  }

  closed(): void {
    this.sink?.write('go\n');
    this.sink?.close();
    this.sink = null;
  }

  private blocks({ sack, sackCount }: Packet): void {
    let highest = 0;
    for (let i = 0; i < sackCount; i++) {
      const right = sack[2 * i + 1]!;
      if (right > highest) highest = right;
      this.span(COLOUR.sack, sack[2 * i]!, right);
      this.draw(COLOUR.sack, 'htick', sack[2 * i]!);
      this.draw(COLOUR.sack, 'htick', right);
      if (sackCount > 1) this.text(COLOUR.sack, right, String(i + 1), 'rtext');
    }
    if (sackCount > 0) this.text(COLOUR.sack, highest, 'S');
  }

  /** A staircase from the last ACK to now; a tick where it stays level. */
  private step(colour: string, before: number, now: number, tick: string): void {
    this.paint(colour);
    this.sink!.write(`line ${this.point(before, this.ackAt)} ${this.point(before)}\n`);
    if (before === now) this.draw(colour, tick, now);
    else this.span(colour, before, now);
  }

  private span(colour: string, from: number, to: number): void {
    this.paint(colour);
    this.sink!.write(`line ${this.point(from)} ${this.point(to)}\n`);
  }

  private draw(colour: string, shape: string, at: number): void {
    this.paint(colour);
    this.sink!.write(`${shape} ${this.point(at)}\n`);
  }

  private text(colour: string, at: number, text: string, place = 'atext'): void {
    this.draw(colour, place, at);
    this.sink!.write(`${text}\n`);
  }

  /** Seconds, and the sequence number as captures have it, save that it does not wrap. */
  private point(seq: number, at: Nanos = this.connection.now): string {
    return `${(at / 1e9).toFixed(9)} ${this.isn + seq}`;
  }

  private paint(colour: string): void {
    if (colour !== this.colour) this.sink!.write(`${colour}\n`);
    this.colour = colour;
  }

  private begin(isClient: boolean): void {
    if (this.sink !== null) return;
    const { connection } = this;
    const { stack, flow } = connection;
    const { simulation } = stack.node;
    this.isn = initialSequence(flow);
    this.sink = this.open(traceName(this.sessionOf(flow), simulation, connection, isClient));
    const at = (address: number, port: number) => `${formatIpv4(simulation.addressing.ipv4(address))}:${port}`;
    const local = at(connection.localAddress, connection.localPort);
    const remote = at(connection.remoteAddress, connection.remotePort);
    const title = `${local}_==>_${remote} (time sequence graph)`;
    this.sink.write(`timeval double\ntitle\n${title}\nxlabel\ntime\nylabel\nsequence number\n`);
  }
}

/** Draws what each end of each TCP connection sends that comes to be in `simulation` from now on. */
export function drawTimeSequences(simulation: Simulation, open: OpenSink, sessionOf: SessionOf): void {
  simulation.single(newTcpLogging).add((connection) => new TimeSequence(connection, open, sessionOf));
}
