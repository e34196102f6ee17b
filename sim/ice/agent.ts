import { type Nanos, Timer } from '../core/event-queue';
import type { Packet } from '../core/packet';
import type { RandomStream } from '../core/random';
import { randomToken } from '../core/token';
import type { Node } from '../net/node';
import { Attribute, readU32, readXorAddress, textValue, u32Value, xorAddressValue } from '../stun/attributes';
import { attributeOf, Class, decode, encode, hasIntegrity, Method, type StunMessage } from '../stun/message';
import { bytesIn, isSame, meant, sendBytes, sourceOf, type TransportAddress, written } from '../stun/packet';
import { ClientTransaction, RETRANSMISSION } from '../stun/transaction';
import { TurnClient } from '../turn/client';
import { RelayedData, unwrap } from '../turn/data';
import type { Credentials } from '../turn/credentials';
import type { UdpDelegate, UdpSocket } from '../udp/socket';
import { UdpStack } from '../udp/stack';
import {
  type Base,
  CandidatePair,
  candidatePriority,
  type CandidateType,
  type Description,
  PairState,
  type WrittenCandidate,
} from './candidate';

export interface IceOptions {
  /** STUN and TURN server; null: only host candidates. */
  readonly server: TransportAddress | null;
  readonly credentials: Credentials;
  /** Whether to ask for a relayed candidate. */
  readonly useRelay: boolean;
  /** Time between two checks (RFC 8445 section 14.2). */
  readonly pacing: Nanos;
  /** How long a pair without relay is waited for once a relayed one is valid. */
  readonly patience: Nanos;
  /** Idle time after which a keep-alive is sent (section 11); 0: never. */
  readonly keepAlive: Nanos;
}

/** One end of a session that finds its way through translators (RFC 8445): one component, full implementation. */
export class IceAgent implements UdpDelegate {
  readonly socket: UdpSocket;
  selected: CandidatePair | null = null;
  onSelected: (pair: CandidatePair) => void = () => undefined;
  /** STUN messages sent in checks. */
  checks = 0;
  private readonly candidates: WrittenCandidate[] = [];
  private readonly pairs: CandidatePair[] = [];
  private readonly triggered: CandidatePair[] = [];
  /** Checks that came before the description of the other agent. */
  private readonly early: { readonly base: Base; readonly from: TransportAddress; readonly priority: number }[] = [];
  private readonly open = new Map<ClientTransaction, Base>();
  private readonly turn: TurnClient | null;
  private remote: Description | null = null;
  /** Datagrams sent when the keep-alive timer was set. */
  private sentBefore = -1;
  private readonly pace: Timer;
  private readonly decision: Timer;
  private readonly keepAlive: Timer;
  private readonly ufrag: string;
  private readonly password: string;

  constructor(
    private readonly node: Node,
    readonly isControlling: boolean,
    private readonly options: IceOptions,
    private readonly random: RandomStream,
    private readonly delegate: UdpDelegate,
    flow: number,
  ) {
    const { events } = node.simulation;
    this.socket = UdpStack.of(node).bind(this, flow);
    const { server, credentials, useRelay } = options;
    this.turn = server !== null && useRelay ? new TurnClient(node, this.socket, server, credentials, random) : null;
    this.ufrag = randomToken(random, 4, ICE_CHARS);
    this.password = randomToken(random, 22, ICE_CHARS);
    this.pace = new Timer(events, () => this.checkNext());
    this.decision = new Timer(events, () => this.nominate());
    this.keepAlive = new Timer(events, () => this.keep());
  }

  get description(): Description {
    return { ufrag: this.ufrag, password: this.password, candidates: this.candidates };
  }

  /** RFC 8445 section 5.1.1: host, server-reflexive and relayed candidates. */
  gather(onEnd: () => void): void {
    const local = { address: this.node.address, port: this.socket.port };
    this.addCandidate('host', local);
    const { server } = this.options;
    if (server === null) return onEnd();
    this.bind(server, (mapped) => {
      if (mapped !== null && !isSame(mapped, local)) this.addCandidate('srflx', mapped);
      if (this.turn === null) return onEnd();
      this.turn.allocate((relayed) => {
        if (relayed !== null) this.addCandidate('relay', relayed);
        onEnd();
      });
    });
  }

  /** Section 6.1.2: forms the pairs and begins with the checks. */
  start(remote: Description): void {
    this.remote = remote;
    const bases: Base[] = this.turn?.relayed ? ['host', 'relay'] : ['host'];
    for (const { type, address, priority } of remote.candidates) {
      const end = meant(this.node, address);
      this.turn?.permit(end);
      for (const base of bases) this.addPair(base, end, type, priority);
    }
    for (const { base, from, priority } of this.early.splice(0))
      this.trigger(this.addPair(base, from, 'prflx', priority));
    this.checkNext();
  }

  onDatagram(p: Packet): void {
    const { payload } = p;
    if (payload instanceof RelayedData) {
      unwrap(p, payload);
      this.receive(p, 'relay', payload.peer);
    } else this.receive(p, 'host', sourceOf(p));
  }

  private receive(p: Packet, base: Base, from: TransportAddress): void {
    const bytes = bytesIn(p);
    const message = bytes === null ? null : decode(bytes);
    if (message === null) this.delegate.onDatagram(p);
    else if (message.class === Class.request) this.onRequest(message, bytes!, base, from);
    else if (message.class !== Class.indication) this.onAnswer(message, bytes!);
  }

  private onAnswer(message: StunMessage, bytes: Uint8Array): void {
    for (const transaction of this.open.keys()) if (transaction.receive(message, bytes)) return;
    this.turn?.receive(message, bytes);
  }

  private addCandidate(type: CandidateType, end: TransportAddress): void {
    this.candidates.push({ type, address: written(this.node, end), priority: candidatePriority(type) });
  }

  private addPair(base: Base, remote: TransportAddress, type: CandidateType, priority: number): CandidatePair {
    const known = this.pairs.find((pair) => pair.base === base && isSame(pair.remote, remote));
    if (known !== undefined) return known;
    const local = candidatePriority(base);
    const pair = new CandidatePair(base, local, remote, type, priority, this.isControlling);
    this.pairs.push(pair);
    this.pairs.sort((a, b) => b.isBefore(a));
    return pair;
  }

  /** Section 6.1.4.2: one check each `pacing`, triggered ones first. */
  private checkNext(): void {
    if (this.selected !== null) return;
    const pair = this.triggered.shift() ?? this.pairs.find(({ state }) => state === PairState.waiting);
    if (pair !== undefined) this.check(pair);
    if (this.triggered.length > 0 || this.pairs.some(({ state }) => state === PairState.waiting)) this.wake();
  }

  private wake(): void {
    if (!this.pace.isArmed) this.pace.arm(this.node.simulation.events.now + this.options.pacing);
  }

  /** Section 7.2.4. */
  private check(pair: CandidatePair): void {
    const remote = this.remote!;
    if (pair.state !== PairState.succeeded) pair.state = PairState.inProgress;
    const attributes = [
      { type: Attribute.username, value: textValue(`${remote.ufrag}:${this.ufrag}`) },
      { type: Attribute.priority, value: u32Value(candidatePriority('prflx')) },
      { type: this.isControlling ? Attribute.iceControlling : Attribute.iceControlled, value: new Uint8Array(8) },
      ...(this.isControlling && pair.isNominated ? [{ type: Attribute.useCandidate, value: new Uint8Array(0) }] : []),
    ];
    const active = this.pairs.filter(({ state }) => state === PairState.waiting || state === PairState.inProgress);
    // section 14.3
    const rto = Math.max(RETRANSMISSION.rto, this.options.pacing * active.length);
    const transaction = new ClientTransaction(
      this.node.simulation.events,
      this.random,
      { method: Method.binding, attributes, key: textValue(remote.password), fingerprint: true },
      (bytes) => {
        this.checks++;
        this.send(bytes, pair.base, pair.remote);
      },
      (answer) => {
        this.open.delete(transaction);
        if (answer?.class === Class.success) this.onValid(pair);
        else if (pair.state !== PairState.succeeded) pair.state = PairState.failed;
      },
      { ...RETRANSMISSION, rto },
    );
    this.open.set(transaction, pair.base);
  }

  private send(bytes: Uint8Array, base: Base, to: TransportAddress): void {
    if (base === 'relay') this.turn!.send(bytes, to);
    else sendBytes(this.socket, bytes, to);
  }

  private onValid(pair: CandidatePair): void {
    pair.state = PairState.succeeded;
    if (pair.isNominated) {
      this.select(pair);
      return;
    }
    if (!this.isControlling) return;
    const at = this.node.simulation.events.now + (pair.isRelayed ? this.options.patience : 0);
    if (at < this.decision.deadline) this.decision.arm(at);
  }

  /** Section 8.1.1: the controlling agent asks again for the best valid pair, with USE-CANDIDATE. */
  private nominate(): void {
    if (this.selected !== null) return;
    const best = this.pairs.find(({ state }) => state === PairState.succeeded);
    if (best === undefined) return;
    best.isNominated = true;
    this.check(best);
  }

  /** Section 7.3: a check of the other agent. */
  private onRequest(message: StunMessage, bytes: Uint8Array, base: Base, from: TransportAddress): void {
    if (message.method !== Method.binding || !hasIntegrity(bytes, textValue(this.password))) return;
    const answer: StunMessage = {
      method: Method.binding,
      class: Class.success,
      transaction: message.transaction,
      attributes: [{ type: Attribute.xorMappedAddress, value: xorAddressValue(written(this.node, from)) }],
    };
    if (base === 'relay') this.turn!.permit(from);
    this.send(encode(answer, { key: textValue(this.password), fingerprint: true }), base, from);
    const priority = readU32(attributeOf(message, Attribute.priority) ?? NONE) ?? 0;
    // it may come before the answer that it belongs to
    if (this.remote === null) {
      this.early.push({ base, from, priority });
      return;
    }
    const pair = this.addPair(base, from, 'prflx', priority);
    if (!this.isControlling && attributeOf(message, Attribute.useCandidate) !== undefined) pair.isNominated = true;
    if (pair.state !== PairState.succeeded) this.trigger(pair);
    else if (pair.isNominated && !this.isControlling) this.select(pair);
  }

  /** Section 7.3.1.4. */
  private trigger(pair: CandidatePair): void {
    if (this.selected !== null || this.triggered.includes(pair)) return;
    pair.state = PairState.waiting;
    this.triggered.push(pair);
    this.wake();
  }

  private select(pair: CandidatePair): void {
    if (this.selected !== null) return;
    this.selected = pair;
    this.decision.disarm();
    for (const transaction of this.open.keys()) transaction.cancel();
    this.open.clear();
    if (pair.base === 'host') this.use(pair, pair.remote);
    else this.turn!.bindChannel(pair.remote, () => this.use(pair, this.turn!.server));
  }

  /** From now on the socket's datagrams go to the peer, or to the TURN server for it. */
  private use(pair: CandidatePair, to: TransportAddress): void {
    this.socket.connect(to.address, to.port);
    if (pair.base === 'relay') this.socket.outgoing = (p) => this.turn!.wrap(p, pair.remote);
    if (pair.base === 'host') this.turn?.close();
    this.sentBefore = -1;
    this.keep();
    this.onSelected(pair);
  }

  private keep(): void {
    const { keepAlive } = this.options;
    if (keepAlive === 0) return;
    const { now } = this.node.simulation.events;
    if (this.socket.sent === this.sentBefore) {
      const bytes = encode(
        { method: Method.binding, class: Class.indication, transaction: new Uint8Array(12), attributes: [] },
        { fingerprint: true },
      );
      this.send(bytes, this.selected!.base, this.selected!.remote);
    }
    this.sentBefore = this.socket.sent;
    this.keepAlive.arm(now + keepAlive);
  }

  /** Asks the server where it sees this socket. */
  private bind(server: TransportAddress, onEnd: (mapped: TransportAddress | null) => void): void {
    const transaction = new ClientTransaction(
      this.node.simulation.events,
      this.random,
      { method: Method.binding, attributes: [], fingerprint: true },
      (bytes) => sendBytes(this.socket, bytes, server),
      (answer) => {
        this.open.delete(transaction);
        const mapped = answer && readXorAddress(attributeOf(answer, Attribute.xorMappedAddress) ?? NONE);
        onEnd(mapped ? meant(this.node, mapped) : null);
      },
    );
    this.open.set(transaction, 'host');
  }
}

const NONE = new Uint8Array(0);
/** RFC 8839 section 5.4. */
const ICE_CHARS = '+/';
