import type { Nanos } from '../core/event-queue';

/**
 * What a script can set about the host under test, by sysctl, route or module parameter. Names and defaults are those of
 * the operating system whose scripts these are; `settings-to-config` turns them into parameters of the simulated TCP.
 */
export interface Settings {
  /** The script is for FreeBSD: its defaults, and its ways with buffers and delayed ACKs. */
  isFreeBsd: boolean;
  /** FreeBSD's kern.ipc.maxsockbuf, which decides the window shift. */
  maxSocketBuffer: number;
  congestionControl: string;
  sack: boolean;
  dsack: boolean;
  timestamps: boolean;
  windowScaling: boolean;
  /** 0 never, 1 asks and answers, 2 answers only. */
  ecn: number;
  /** RACK: bit 0 of tcp_recovery. */
  rack: boolean;
  /** Tail loss probes: tcp_early_retrans 3 or 4. */
  tlp: boolean;
  frto: boolean;
  slowStartAfterIdle: boolean;
  /** Duplicate ACK threshold. */
  reordering: number;
  synRetries: number;
  synAckRetries: number;
  dataRetries: number;
  finTimeout: Nanos;
  /** Maximum segment lifetime: half of TIME-WAIT. */
  msl: Nanos;
  keepAliveTime: Nanos;
  keepAliveInterval: Nanos;
  keepAliveProbes: number;
  /** Default and largest buffers, bytes. */
  receiveBuffer: number;
  receiveBufferMax: number;
  sendBuffer: number;
  sendBufferMax: number;
  /** Bytes not sent up to which a socket takes more, or Infinity. */
  notSentLowWater: number;
  /** Fraction of the receive buffer that is not window: 2^-adv_win_scale, or none when 0 or negative. */
  advWinScale: number;
  /** Segments acknowledged at once when a connection begins, and the longest delay of an ACK. */
  quickAcks: number;
  delayedAck: Nanos;
  initialWindow: number;
  initialReceiveWindow: number;
  minRto: Nanos;
  maxRto: Nanos;
  initialRto: Nanos;
  mtu: number;
  /** tcp_cubic's hystart_detect: bits for trains of ACKs and for delay; 0 is off, -1 is HyStart++ (RFC 9406). */
  hystart: number;
  /** What a loss reduces: cwnd, or the flight as RFC 5681 equation 4 has it. */
  reducesFlight: boolean;
  /** TCP Fast Open: bit 0 for clients, bit 1 for servers, and those that need no cookie or no option. */
  fastOpen: number;
  fastOpenKey: string;
  /** RFC 7661 instead of slow start after idling. */
  validatesWindow: boolean;
}

const SECOND = 1e9;

/** What an unconfigured host does. */
export function defaultSettings(): Settings {
  return {
    isFreeBsd: false,
    maxSocketBuffer: 2 * 1048576,
    congestionControl: 'cubic',
    sack: true,
    dsack: true,
    timestamps: true,
    windowScaling: true,
    ecn: 2,
    rack: true,
    tlp: true,
    frto: true,
    slowStartAfterIdle: true,
    reordering: 3,
    synRetries: 6,
    synAckRetries: 5,
    dataRetries: 15,
    finTimeout: 60 * SECOND,
    msl: 30 * SECOND,
    keepAliveTime: 7200 * SECOND,
    keepAliveInterval: 75 * SECOND,
    keepAliveProbes: 9,
    receiveBuffer: 131072,
    receiveBufferMax: 6 * 1048576,
    sendBuffer: 16384,
    sendBufferMax: 4 * 1048576,
    notSentLowWater: Infinity,
    advWinScale: 1,
    quickAcks: 16,
    delayedAck: 0.04 * SECOND,
    initialWindow: 10,
    initialReceiveWindow: 0,
    minRto: 0.2 * SECOND,
    maxRto: 120 * SECOND,
    initialRto: SECOND,
    mtu: 1500,
    hystart: 3,
    reducesFlight: false,
    fastOpen: 1,
    fastOpenKey: '',
    validatesWindow: false,
  };
}

/** What the `defaults.sh` of the public script collections sets: the usual prologue of a script. */
export function applyCollectionDefaults(settings: Settings, path: string): void {
  settings.receiveBuffer = 540000;
  settings.receiveBufferMax = 15 * 1048576;
  settings.sendBuffer = 262144;
  settings.sendBufferMax = 4194304;
  settings.timestamps = true;
  settings.synRetries = 5;
  settings.synAckRetries = 5;
  settings.frto = true;
  settings.sack = true;
  settings.dsack = true;
  settings.reordering = 3;
  settings.congestionControl = 'cubic';
  settings.slowStartAfterIdle = false;
  settings.tlp = true;
  settings.rack = true;
  settings.ecn = 0;
  // the one of the tool's own collection also lets listeners take data that did not ask for it
  settings.fastOpen = path.includes('common/') ? 0x403 : 3;
  settings.fastOpenKey = 'a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4';
}
