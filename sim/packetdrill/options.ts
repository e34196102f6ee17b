import type { Nanos } from '../core/event-queue';
import type { ScriptOption } from './script';
import { applyCollectionDefaults, type Settings } from './settings';

/** What `--name=value` lines and command line options change about the running of a script. */
export interface RunOptions {
  /** How far from its time an event may happen, and the same as a share of the time since the event before it. */
  tolerance: Nanos;
  tolerancePercent: number;
  /** Length of a timestamp tick, or null: timestamp values are not compared. */
  timestampTick: Nanos | null;
  /** Expected segments are not pieced together from smaller ones. */
  strictSegments: boolean;
  /** Payload of the segments that make up a larger one of the script, or Infinity. */
  segmentSize: number;
}

/** The tool's own defaults. */
export function defaultRunOptions(): RunOptions {
  return { tolerance: 4e6, tolerancePercent: 1, timestampTick: null, strictSegments: false, segmentSize: Infinity };
}

const MICROSECOND = 1e3;
const IPV6_EXTRA = 20;
/** They concern the machine, the addresses or the output. */
const IGNORED =
  /^(ip_version|bind_port|code_command|code_format|code_sockopt|connect_port|remote_ip|local_ip|local_ipv4|local_ipv6|gateway_ip|netmask_ip|so_filename|so_flags|speed|tcp_ts_ecr_scaled|non_fatal|send_omit_free|wire_\w+|persistent_tun_dev|tun_dev|dry_run|verbose|debug|define|help|fm_\w+|is_anyip|any_ip|check_\w+|udp_\w+|stop_\w+|use_expect)$/;

/** Applies the options in order. Returns what is not known, one sentence each. */
export function applyOptions(options: readonly ScriptOption[], run: RunOptions, settings: Settings): string[] {
  const problems: string[] = [];
  let isIpv6 = false;
  for (const { name, value } of options) {
    switch (name) {
      case 'tolerance_usecs':
        run.tolerance = Number(value) * MICROSECOND;
        break;
      case 'tolerance_percent':
        run.tolerancePercent = Number(value);
        break;
      case 'tcp_ts_tick_usecs':
        run.timestampTick = Number(value) > 0 ? Number(value) * MICROSECOND : null;
        break;
      case 'strict_segments':
        run.strictSegments = value !== '0';
        break;
      case 'mss':
        run.segmentSize = Number(value);
        break;
      case 'mtu':
        settings.mtu = Number(value);
        break;
      case 'init_scripts':
        if (value.includes('defaults.sh')) applyCollectionDefaults(settings, value);
        else problems.push(`the initial script ${value} is not run`);
        break;
      default:
        if (!IGNORED.test(name)) problems.push(`option --${name} is not known`);
    }
    if (name === 'ip_version') isIpv6 = value === 'ipv6';
  }
  // the larger header takes its share of the MTU
  if (isIpv6) settings.mtu -= IPV6_EXTRA;
  return problems;
}
