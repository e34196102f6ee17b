import type { Nanos } from '../core/event-queue';
import { Flag, NO_OPTION, type Packet } from '../core/packet';
import type { TcpConnection } from './connection';
import { agreesToEcn, asksForEcn, ecnFlags, EcnState } from './ecn';
import type { FastOpenClient, FastOpenServer } from './fast-open';
import { IdleSender } from './idle-sender';
import { setSize, TIMESTAMPS_LENGTH } from './segment';
import { State, type SynOptions } from './states';

/** Opening a connection: RFC 9293 section 3.5 with the options of RFC 7323, 2018 and 3168 (section 6.1.1). */
export class Handshake {
  private sentAt: Nanos = 0;
  private retries = 0;
  private peer: SynOptions | null = null;
  private peerWantsEcn = false;
  private fastOpen: FastOpenClient | null = null;
  /** Cookie for the SYN-ACK. */
  private granted = NO_OPTION;

  constructor(private readonly connection: TcpConnection) {}

  /** The window shift that we offer: as configured, or enough for the receive buffer. */
  get windowShift(): number {
    const { windowScale, receiveBuffer } = this.connection.config;
    if (windowScale >= 0) return windowScale;
    let shift = 0;
    while (shift < 14 && receiveBuffer >>> shift > 65535) shift++;
    return shift;
  }

  sendSyn(fastOpen: FastOpenClient | null): void {
    this.fastOpen = fastOpen;
    this.connection.state = State.synSent;
    this.send();
  }

  /** LISTEN: a SYN has arrived. */
  onListenSyn(p: Packet, fastOpen: FastOpenServer | null): void {
    const { connection } = this;
    this.remember(p);
    connection.state = State.synReceived;
    if (fastOpen?.accepts(p.src, p.cookie) === true) {
      this.openEarly(p);
      return;
    }
    if (fastOpen !== null) this.granted = fastOpen.grant(p.src, p.cookie);
    this.send();
  }

  /** RFC 7413 section 4.2.2: the application reads the data of the SYN, and may write, before the handshake is complete. */
  private openEarly(syn: Packet): void {
    const { connection } = this;
    this.negotiate(syn.window, syn.seq, 1, -1, false);
    connection.takeSynText(syn);
    connection.synDataTaken = syn.length > 0;
    this.send();
    connection.establishedAt = connection.now;
    connection.stack.onEstablished(connection);
    connection.delegate.onEstablished?.(connection);
    connection.tellSynText();
  }

  /** A segment before ESTABLISHED. True if the connection is established and the segment is to be processed further. */
  onSegment(p: Packet): boolean {
    return this.connection.state === State.synSent ? this.inSynSent(p) : this.inSynReceived(p);
  }

  onTimer(): void {
    const { connection } = this;
    if (this.retries >= connection.config.synRetries) {
      connection.finish('timeout');
      return;
    }
    this.retries++;
    this.send();
  }

  /** RFC 9293 section 3.10.7.3. */
  private inSynSent(p: Packet): boolean {
    const { connection } = this;
    const hasAck = (p.flags & Flag.ack) !== 0;
    const { fastOpen } = this;
    const sent = fastOpen?.bytes ?? 0;
    if (hasAck && (p.ack < 1 || p.ack > 1 + sent)) {
      connection.stack.reset(p);
      return false;
    }
    if (p.flags & Flag.rst) {
      if (hasAck) connection.finish('refused');
      return false;
    }
    if ((p.flags & Flag.syn) === 0) return false;
    this.remember(p);
    if (!hasAck) {
      // simultaneous open
      connection.state = State.synReceived;
      this.send();
      return false;
    }
    this.establish(p);
    fastOpen?.onSynAck(p.cookie, p.mss);
    connection.synDataTaken = sent > 0 && p.ack === 1 + sent;
    connection.takeSynText(p);
    // data that follows at once carries the ACK
    if (fastOpen === null || connection.unsentEarly === 0) connection.sendAck();
    connection.enterEstablished();
    connection.tellSynText();
    return false;
  }

  private inSynReceived(p: Packet): boolean {
    const { connection } = this;
    if (p.flags & Flag.rst) {
      if (p.seq === connection.receiver.nxt) connection.finish(connection.sender === null ? 'refused' : 'reset');
      return false;
    }
    if (p.flags & Flag.syn && (p.flags & Flag.ack) === 0) {
      // our SYN-ACK was lost
      this.send();
      return false;
    }
    if ((p.flags & Flag.ack) === 0) return false;
    const sent = this.fastOpen?.bytes ?? 0;
    if (p.ack < 1 || p.ack > (connection.sender?.nxt ?? 1 + sent)) {
      connection.stack.reset(p);
      return false;
    }
    if (p.flags & Flag.syn) {
      // simultaneous open: the peer's SYN-ACK
      this.establish(p);
      connection.synDataTaken = sent > 0 && p.ack === 1 + sent;
      connection.sendAck();
      connection.enterEstablished();
      return false;
    }
    this.establish(p);
    connection.enterEstablished();
    return connection.state >= State.established;
  }

  private establish(p: Packet): void {
    const { connection } = this;
    connection.dropState();
    const rtt = this.retries === 0 ? connection.now - this.sentAt : -1;
    const peer = this.peer!;
    // the window of a SYN is not scaled (RFC 7323 section 2.2)
    const shift =
      p.flags & Flag.syn || peer.windowScale === NO_OPTION || !connection.config.windowScaling ? 0 : peer.windowScale;
    const window = p.window * (1 << shift);
    const { sender } = connection;
    if (sender === null) {
      this.negotiate(window, p.seq, p.ack, rtt, this.retries > 0);
      return;
    }
    // open since the SYN (RFC 7413)
    sender.setInitialWindow(window, p.seq, p.ack);
    if (rtt >= 0) sender.rtt.sample(rtt);
  }

  /** What both ends have offered holds from now on. `rtt` is -1 if the SYN was retransmitted. */
  private negotiate(window: number, seq: number, ack: number, rtt: Nanos, synLost: boolean): void {
    const { connection } = this;
    const { config, receiver } = connection;
    const peer = this.peer!;
    connection.timestampsOk = config.timestamps && peer.timestamps;
    connection.tsRecent = peer.tsVal;
    const scaling = config.windowScaling && peer.windowScale !== NO_OPTION;
    receiver.sackOk = config.sack && peer.sack;
    receiver.maxBlocks = connection.timestampsOk ? 3 : 4;
    receiver.windowShift = scaling ? this.windowShift : 0;
    const mss = Math.min(peer.mss === NO_OPTION ? 536 : peer.mss, config.mss);
    connection.mss = mss - (connection.timestampsOk ? TIMESTAMPS_LENGTH : 0);
    // RFC 6928 section 2: one segment after a lost SYN
    connection.initialWindow = (synLost ? 1 : config.initialWindow) * connection.mss;
    const idle = new IdleSender(rtt, synLost);
    idle.windowShift = scaling ? peer.windowScale : 0;
    idle.setInitialWindow(window, seq, ack);
    connection.beginSending(idle, ack);
  }

  private remember(p: Packet): void {
    this.peer = {
      mss: p.mss,
      windowScale: p.windowScale,
      sack: p.sackPermitted,
      timestamps: p.tsVal !== NO_OPTION,
      tsVal: p.tsVal === NO_OPTION ? 0 : p.tsVal,
    };
    const { connection } = this;
    const { config } = connection;
    if (config.ecn === 'off') return;
    let agreed: boolean;
    if (connection.state === State.synSent && p.flags & Flag.ack) agreed = agreesToEcn(p);
    else agreed = this.peerWantsEcn = asksForEcn(p);
    connection.ecn = agreed ? new EcnState(config) : null;
  }

  private send(): void {
    const { connection } = this;
    const { config } = connection;
    const answering = connection.state === State.synReceived;
    const p = connection.segment(answering ? Flag.syn | Flag.ack : Flag.syn, 0, 0);
    if (!answering) p.ack = 0;
    p.mss = config.mss;
    p.window = Math.min(config.receiveBuffer, 65535);
    p.sackCount = 0;
    const peer = this.peer;
    if (config.windowScaling && (peer === null || peer.windowScale !== NO_OPTION)) p.windowScale = this.windowShift;
    this.addFastOpen(p, answering);
    p.sackPermitted = config.sack && (peer === null || peer.sack);
    if (config.timestamps && (peer === null || peer.timestamps)) {
      p.tsVal = Math.floor(connection.now / 1e6);
      p.tsEcr = peer === null ? 0 : peer.tsVal;
    } else p.tsVal = NO_OPTION;
    if (config.ecn !== 'off') p.flags |= ecnFlags(answering, this.peerWantsEcn);
    this.sentAt = connection.now;
    setSize(p);
    connection.emit(p);
    let timeout = config.initialRto;
    for (let i = 0; i < this.retries && timeout < config.maxRto; i++) timeout *= 2;
    connection.armState(connection.now + Math.min(timeout, config.maxRto));
  }

  /** RFC 7413 section 4.1; a SYN that is sent again is an ordinary one (section 4.1.3). */
  private addFastOpen(p: Packet, answering: boolean): void {
    if (answering) p.cookie = this.granted;
    else if (this.fastOpen !== null && this.retries === 0) {
      p.cookie = this.fastOpen.cookie;
      p.length = this.fastOpen.bytes;
    }
  }
}
