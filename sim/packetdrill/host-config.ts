import { type AnyPlugin, bind } from '../core/plugin';
import * as z from 'zod';
import { congestionControls } from '../tcp/cc';
import type { CongestionControl, FlowInfo } from '../tcp/cc/congestion-control';
import { type LossRecovery, type TcpConfig, tcpParams } from '../tcp/config';
import type { TcpOptions } from '../tcp/stack';
import type { Settings } from './settings';

/** A configuration that socket options may still change. */
export type MutableConfig = { -readonly [K in keyof TcpConfig]: TcpConfig[K] };

const NO_LIMIT = 1e6;
const UNLIMITED = 2 ** 40;
const IPV4_AND_TCP_HEADERS = 40;
/** What scripts call some of our congestion controls. */
const ALIASES: Readonly<Record<string, string>> = { newreno: 'reno', bbr: 'bbr1', westwood: 'westwood-plus' };
const CONTROLS: Readonly<Record<string, AnyPlugin<FlowInfo, CongestionControl>>> = congestionControls;

/** The parameters of a socket made now. `active`: it will connect, not listen. */
export function configOf(settings: Settings, active: boolean): MutableConfig {
  const config: MutableConfig = { ...z.strictObject(tcpParams).parse({}) };
  config.mss = settings.mtu - IPV4_AND_TCP_HEADERS;
  config.initialWindow = settings.initialWindow;
  // what a socket takes is decided by its SendBuffer
  config.sendBuffer = UNLIMITED;
  config.receiveBuffer = settings.receiveBufferMax;
  if (settings.isFreeBsd) {
    config.receiveBuffer = settings.receiveBuffer;
    config.windowScale = shiftFor(settings.maxSocketBuffer);
  }
  config.timestamps = settings.timestamps;
  config.windowScaling = settings.windowScaling;
  config.sack = settings.sack;
  config.ecn = usesEcn(settings, active) ? (settings.congestionControl === 'dctcp' ? 'dctcp' : 'classic') : 'off';
  config.lossRecovery = lossRecovery(settings);
  config.reducedFrom = settings.isFreeBsd || settings.reducesFlight ? 'flight-size' : 'cwnd';
  config.frto = settings.frto;
  config.minshall = !settings.isFreeBsd;
  config.idle = settings.validatesWindow ? 'validate' : settings.slowStartAfterIdle ? 'restart' : 'keep';
  config.quickAcks = settings.quickAcks;
  config.delayedAckTimeout = settings.delayedAck;
  config.minRto = settings.minRto;
  config.maxRto = settings.maxRto;
  config.initialRto = settings.initialRto;
  config.synRetries = active ? settings.synRetries : settings.synAckRetries;
  config.dataRetries = settings.dataRetries;
  config.timeWait = 2 * settings.msl;
  config.finWait2Timeout = settings.finTimeout;
  config.keepAliveInterval = settings.keepAliveInterval;
  config.keepAliveProbes = settings.keepAliveProbes;
  return config;
}

/** The options of a socket; null if there is no such congestion control. */
export function optionsOf(config: MutableConfig, settings: Settings, congestionControl: string): TcpOptions | null {
  const name = congestionControlName(congestionControl);
  if (name === null) return null;
  const params = name === 'cubic' ? { renoRegains: settings.isFreeBsd, ...hystartOf(settings.hystart) } : {};
  return { config, congestionControl: bind(CONTROLS[name]!, params) };
}

/** hystart_detect of tcp_cubic: bit 0 for trains of ACKs, bit 1 for the delay; -1 stands for HyStart++ (RFC 9406). */
function hystartOf(detect: number): object {
  if (detect < 0) return { hystart: 'hystart++', hystartLimit: NO_LIMIT };
  return detect === 0
    ? { hystart: 'off' }
    : { hystart: 'hystart', hystartTrains: (detect & 1) === 1, hystartDelay: detect > 1 };
}

/** The simulated congestion control that a script's name means, or null. */
export function congestionControlName(name: string): string | null {
  if (name in CONTROLS) return name;
  const alias = ALIASES[name];
  return alias !== undefined && alias in CONTROLS ? alias : null;
}

/** 0 never, 1 asks and answers, 2 only answers. DCTCP asks for it in any case. */
function usesEcn(settings: Settings, active: boolean): boolean {
  if (settings.congestionControl === 'dctcp') return true;
  return settings.ecn === 1 || (settings.ecn >= 2 && !active);
}

function shiftFor(buffer: number): number {
  let shift = 0;
  while (shift < 14 && Math.floor(buffer / 2 ** shift) > 65535) shift++;
  return shift;
}

/** A buffer of whole segments. */
export function roundedUp(buffer: number, mss: number): number {
  return mss * Math.ceil(buffer / mss);
}

function lossRecovery(settings: Settings): LossRecovery {
  return settings.rack ? 'rack-tlp' : 'sack';
}
