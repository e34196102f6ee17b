import * as z from 'zod';
import { type Nanos, Timer } from '../core/event-queue';
import { choice, duration, flag, integer, size } from '../core/params';
import type { ParamsOf } from '../core/plugin';
import type { MsrpConnection } from '../msrp/connection';
import { MsrpSession } from '../msrp/session';
import { MSRP_PORT } from '../msrp/uri';
import type { SessionDescription } from '../sdp/description';
import {
  endUri,
  MESSAGE_TRANSPORTS,
  messageAnswer,
  type MessageEnd,
  messageOffer,
  type MessageTransport,
  NO_CONGESTION_CONTROL,
} from '../sdp/offer-answer';
import type { CallHandler } from '../sip/call';
import type { IncomingCall } from '../sip/incoming-call';
import type { OutgoingCall } from '../sip/outgoing-call';
import { warning } from '../sip/warning';
import type { ByteStream, StreamDelegate } from '../transport/byte-stream';
import { type App, type AppHost, type AppMetric, defineApp, type MessageGuards } from './app';
import { chosenFrom, Descriptions, nameIn, throughOwn } from './im-descriptions';
import { CONSENT, type End, ImMedia, type Media, type SessionWatch } from './im-media';
import { ImMeter } from './im-meter';
import { arrivalParams, PoissonArrivals, Population, populationParams, type UserPair } from './population';

const transportList = z.array(z.enum(MESSAGE_TRANSPORTS));

const imSessionParams = {
  ...populationParams,
  ...arrivalParams,
  carrier: choice(
    'what carries the messages of a session: MSRP over the transport of the session, or SIP itself',
    ['msrp', 'sip'],
    'msrp',
  ),
  messages: integer('messages in a session, from caller to callee', 10, 0, 1_000_000_000),
  replies: integer(
    'the callee answers each so manieth message with one of its own, over MSRP, which are lost if they come after the goodbye; 0 = none',
    0,
    0,
    1_000_000_000,
  ),
  size: size('bytes of content in a message', '100 B'),
  gap: duration('mean time between the messages of a session', '1 s'),
  gaps: choice('how the gaps vary', ['fixed', 'exponential'], 'exponential'),
  file: size('bytes of a file that goes before the messages, in the same session; 0 B = none', '0 B'),
  chunk: size('most bytes of content in one piece of a message; 0 B = no bound', '2048 B'),
  connection: choice('a connection for each session, or one for all', ['own', 'shared'], 'own'),
  receipts: flag('asks for a report of every message that has arrived', false),
  offers: transportList
    .default([])
    .describe('transports that callers offer, the preferred one first; none = that of the session'),
  accepts: transportList.default(['tcp', 'sctp', 'quic']).describe('transports that callees have'),
  ring: duration('time that the callee rings before it answers', '0 s'),
  hold: duration('time from the last message to the goodbye', '0 s'),
  patience: duration('a session that is not there after this time does not count as good', '10 s'),
  reconnect: duration('time before a lost connection is made again', '1 s'),
  consent: choice(
    'what callers answer to an intermediary that announces itself; one that is refused goes, and the session goes around it',
    CONSENT,
    'none',
  ),
  calleeConsent: choice('what callees answer; who is called cannot choose another way', CONSENT, 'none'),
};

type Params = ParamsOf<typeof imSessionParams>;

/** Sessions of instant messages: found and agreed on through SIP, carried beside it. */
export class ImSessions implements App {
  private readonly population: Population;
  private readonly media: ImMedia;
  private readonly meter: ImMeter;
  private readonly arrivals: PoissonArrivals | null = null;
  /** By name, which the offer has: back-to-back user agents leave it. */
  private readonly underWay = new Map<string, ImSession>();
  private readonly open = new Set<ImSession>();
  private readonly descriptions: Descriptions;
  private nextPair = 0;

  constructor(
    private readonly host: AppHost,
    private readonly params: Params,
    private readonly watch: SessionWatch = {},
  ) {
    this.descriptions = new Descriptions(host.descriptions ?? null);
    this.population = new Population(host, params, () => ({ onInvite: (call) => this.answer(call) }));
    const consent = { caller: params.consent, callee: params.calleeConsent };
    this.media = new ImMedia(host, {
      chunk: params.chunk,
      isShared: params.connection === 'shared',
      patience: params.reconnect,
      consent,
      watch,
      at: {
        caller: { host: this.population.callerHost, port: MSRP_PORT },
        callee: { host: this.population.calleeHost, port: host.port ?? MSRP_PORT },
      },
    });
    this.meter = new ImMeter(host.events, host.warmup, params.patience);
    if (params.rate > 0) this.arrivals = new PoissonArrivals(host, params.rate, () => this.beginNext());
  }

  get received(): number {
    return this.meter.receivedBytes;
  }

  start(): void {
    if (this.arrivals !== null) {
      this.population.start(() => undefined);
      this.arrivals.start();
    } else this.population.start((pair) => this.begin(pair));
  }

  stop(): void {
    this.population.stop();
    this.arrivals?.stop();
    for (const session of [...this.open]) session.end();
  }

  accept(stream: ByteStream): StreamDelegate {
    return this.media.accept(stream);
  }

  metrics(): AppMetric[] {
    const { bytes, reconnects, notices } = this.media;
    const rows = this.meter.metrics(this.population.sipBytes, bytes, reconnects);
    return notices === 0 ? rows : [...rows, { metric: 'notices', unit: '', value: notices }];
  }

  private beginNext(): void {
    const { pairs } = this.population;
    this.begin(pairs[this.nextPair++ % pairs.length]!);
  }

  private begin(pair: UserPair): void {
    const { caller } = pair;
    const name = caller.ids.tag() + caller.ids.tag();
    const tools = { transports: this.media, meter: this.meter, descriptions: this.descriptions, watch: this.watch };
    const session = new ImSession(name, this.host, this.params, tools, () => {
      this.open.delete(session);
      this.underWay.delete(session.name);
    });
    this.open.add(session);
    this.underWay.set(session.name, session);
    session.invite(pair);
  }

  private answer(call: IncomingCall): CallHandler {
    const offer = this.descriptions.read('callee', call.request.body);
    if (typeof offer === 'number') {
      call.reject(offer);
      return {};
    }
    const session = this.underWay.get(nameIn(offer));
    if (session === undefined) {
      call.reject(481);
      return {};
    }
    return session.answer(call, offer);
  }
}

/** What sessions share. */
interface Tools {
  readonly transports: ImMedia;
  readonly meter: ImMeter;
  readonly descriptions: Descriptions;
  readonly watch: SessionWatch;
}

/** One session, both ends of it. */
class ImSession {
  private call: OutgoingCall | null = null;
  private media: Media | null = null;
  private sender: MsrpSession | null = null;
  /** By which the callee has answered last. */
  private repliesBy: MsrpConnection | null = null;
  private sent = 0;
  /** When each message was written, by its number. */
  private readonly writtenAt: Nanos[] = [];
  private readonly timer: Timer;
  private begunAt: Nanos = 0;
  private isPending = false;
  private isOver = false;
  private delivered = 0;
  private isHeard = false;
  private readonly guards: MessageGuards | null;
  private readonly transports: ImMedia;
  private readonly meter: ImMeter;
  private readonly descriptions: Descriptions;
  private readonly watch: SessionWatch;

  constructor(
    readonly name: string,
    private readonly host: AppHost,
    private readonly params: Params,
    tools: Tools,
    private readonly onOver: () => void,
  ) {
    ({ transports: this.transports, meter: this.meter, descriptions: this.descriptions, watch: this.watch } = tools);
    this.timer = new Timer(host.events, () => this.onTimer());
    this.guards = host.guards?.() ?? null;
    if (this.guards === null) return;
    this.meter.watchGuard(this.guards.callee);
    if (params.replies > 0) this.meter.watchGuard(this.guards.caller);
  }

  /** The caller's side begins. */
  invite({ caller, callee }: UserPair): void {
    const { offers } = this.params;
    this.begunAt = this.host.events.now;
    this.meter.begun(this.begunAt);
    this.watch.begun?.();
    const offered = offers.length > 0 ? offers : [this.host.protocol as MessageTransport];
    this.reach('caller', this.name, (end) => {
      const { body: text, contentType } = this.descriptions.write('caller', messageOffer(end, offered));
      this.call = caller.invite(callee.address, text, contentType, {
        onRinging: () => this.meter.ringing(this.begunAt),
        onAnswer: (body) => this.onAnswer(body, end),
        onFailure: (status, _, agent) => this.fail(status, agent),
        onEnd: () => this.over(),
      });
    });
  }

  /** The callee's side. */
  answer(call: IncomingCall, offer: SessionDescription): CallHandler {
    const { accepts, ring, carrier } = this.params;
    this.reach('callee', `b${this.name}`, (end) => {
      const answer = messageAnswer(offer, end, accepts);
      if (answer.transport === null) {
        this.meter.refused(answer.reason === NO_CONGESTION_CONTROL);
        // RFC 3261 section 20.43: 302 incompatible transport protocol
        call.reject(488, { others: [warning(302, end.host, answer.reason)] });
        return;
      }
      call.ring();
      const { body: text, contentType } = this.descriptions.write('callee', answer.description);
      const accept = () => call.accept(text, contentType);
      if (ring === 0) accept();
      else new Timer(this.host.events, accept).arm(this.host.events.now + ring);
      if (carrier !== 'msrp') return;
      const identity = {
        localPath: endUri(end, answer.transport),
        remotePath: throughOwn(end, answer.path),
        session: end.session,
      };
      const session = new MsrpSession(identity, this.transports.isRelayed, {
        onMessage: ({ sequence, content }, connection) => {
          this.onDelivered(sequence, content);
          if (this.params.replies > 0) this.reply(session, sequence, connection);
        },
      }, this.guards?.callee); // prettier-ignore
      this.meter.watch(session);
      this.transports.addCallee(end.session, session);
    });
    return {
      onAcknowledged: () => {
        this.meter.established(this.begunAt);
        this.watch.established?.();
      },
      onMessage: ({ body }) => this.onDelivered(++this.delivered, body),
    };
  }

  /** Lets one end be reached, and says how: through its relay where it has one. */
  private reach(at: End, session: string, then: (end: MessageEnd) => void): void {
    const { transports } = this;
    const ready = (relay: string) => this.isOver || then({ ...transports.at(at), session, relay });
    transports.reach(at, session, ready, () => this.end());
  }

  /** The session ends early. */
  end(): void {
    this.timer.disarm();
    this.call?.cancel();
    this.over();
  }

  private onAnswer(body: string, end: MessageEnd): void {
    const { carrier, messages, file } = this.params;
    const answeredAt = this.host.events.now;
    this.meter.answered(this.begunAt);
    const answer = this.descriptions.read('caller', body);
    const chosen = typeof answer === 'number' ? null : chosenFrom(answer);
    if (chosen === null || (carrier === 'msrp' && chosen.transport !== this.host.protocol)) {
      this.meter.unusable();
      this.watch.trouble?.('refusal', '');
      this.end();
      return;
    }
    if (messages === 0 && file === 0) this.finish();
    else if (carrier === 'sip') this.write();
    else {
      const remotePath = throughOwn(end, chosen.path);
      const identity = { localPath: endUri(end, chosen.transport), remotePath, session: this.name };
      const wantsReceipts = this.params.receipts || this.transports.isRelayed;
      this.sender = new MsrpSession(identity, wantsReceipts, {
        onMessage: ({ sequence, content }) => this.onReply(sequence, content),
        onReceipt: () => {
          this.meter.receipt();
          this.watch.receipt?.();
        },
        onLost: () => this.meter.lost(),
      }, this.guards?.caller); // prettier-ignore
      this.media = this.transports.open(this.name, this.sender, chosen.at, () => {
        this.meter.connected(answeredAt);
        // a connection that is there already answers before it is returned
        new Timer(this.host.events, () => this.write()).arm(this.host.events.now);
      });
    }
  }

  private onTimer(): void {
    if (this.sent < this.total) this.write();
    else this.bye();
  }

  private get total(): number {
    return this.params.messages + (this.params.file > 0 ? 1 : 0);
  }

  private write(): void {
    if (this.isOver) return;
    const { file, gap, gaps, carrier } = this.params;
    const { now } = this.host.events;
    const isFile = file > 0 && this.sent === 0;
    this.sent++;
    this.writtenAt[this.sent] = isFile ? -1 : now;
    const body = this.contentOf(this.sent);
    this.meter.written();
    if (carrier === 'msrp') this.sender!.send(this.media!.connection, body);
    else this.sendBySip(body);
    if (this.sent === this.total) this.finish();
    else if (carrier === 'msrp' || !this.isPending) {
      this.timer.arm(now + (gaps === 'fixed' ? gap : Math.round(this.host.random.exponential(gap))));
    }
  }

  /** RFC 3428 section 8: the next only when this one is answered. */
  private sendBySip(body: string): void {
    const { gap, gaps } = this.params;
    const { events, random } = this.host;
    const due = events.now + (gaps === 'fixed' ? gap : Math.round(random.exponential(gap)));
    this.isPending = true;
    this.call!.message(body, () => {
      this.isPending = false;
      if (this.sent < this.total) this.timer.arm(Math.max(events.now, due));
      else if (!this.isOver) this.finish();
    });
  }

  private finish(): void {
    if (this.isPending) return;
    this.timer.arm(this.host.events.now + this.params.hold);
  }

  /** Waits for what is under way: a connection closes after all that was written. */
  private bye(): void {
    if (this.params.carrier === 'msrp' && this.sender !== null && this.sender.unconfirmedCount > 0 && !this.isOver) {
      this.timer.arm(this.host.events.now + LINGER);
      return;
    }
    this.media?.close();
    this.call!.bye();
  }

  /** Unlike those of other messages: so it is known whether it is this one that has come. */
  private contentOf(sequence: number): string {
    const { size, file } = this.params;
    const bytes = file > 0 && sequence === 1 ? file : size;
    return `${sequence} of ${this.name} `.slice(0, bytes).padEnd(bytes, 'x');
  }

  /** A callee tells by the messages that come that there is a new connection in place of a lost one. */
  private reply(session: MsrpSession, sequence: number, connection: MsrpConnection): void {
    if (this.repliesBy !== null && this.repliesBy !== connection) session.resume(connection);
    this.repliesBy = connection;
    const number = sequence / this.params.replies;
    if (Number.isInteger(number)) session.send(connection, this.replyOf(number));
  }

  private replyOf(sequence: number): string {
    const { size } = this.params;
    return `reply ${sequence} of ${this.name} `.slice(0, size).padEnd(size, 'x');
  }

  private onReply(sequence: number, content: string): void {
    if (content !== this.replyOf(sequence)) this.meter.forged();
    this.meter.replied(content.length);
  }

  private onDelivered(sequence: number, content: string): void {
    const bytes = content.length;
    const writtenAt = this.writtenAt[sequence] ?? -1;
    if (this.writtenAt[sequence] === undefined || content !== this.contentOf(sequence)) this.meter.forged();
    if (!this.isHeard) this.meter.first(this.begunAt);
    this.isHeard = true;
    this.meter.delivered(writtenAt, bytes);
  }

  private fail(status: number, agent: string): void {
    this.meter.failed(status);
    this.watch.trouble?.('refusal', agent);
    this.over();
  }

  private over(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.timer.disarm();
    this.media?.close();
    this.transports.forget(this.name);
    this.onOver();
  }
}

/** How often a session that wants to end looks whether all was confirmed. */
const LINGER: Nanos = 100e6;

export const imSession = defineApp({
  summary: 'sessions of instant messages: set up through the signalling servers, carried by MSRP or by SIP',
  reference: 'draft-mankin-im-session-guide-00 sections 2.1, 3; RFC 4975',
  transports: ['stream'],
  params: imSessionParams,
  create: (chosen, host) => new ImSessions(host, chosen),
});
