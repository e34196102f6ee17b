import type { Settings } from './settings';

const SECOND = 1e9;

type Setter = (settings: Settings, value: string) => void;

const flag =
  (
    name:
      | 'sack'
      | 'dsack'
      | 'timestamps'
      | 'windowScaling'
      | 'frto'
      | 'slowStartAfterIdle'
      | 'rack'
      | 'reducesFlight'
      | 'validatesWindow',
  ): Setter =>
  (settings, value) => {
    settings[name] = Number(value) !== 0;
  };
const number =
  (name: NumberSetting, factor = 1): Setter =>
  (settings, value) => {
    settings[name] = Number(value) * factor;
  };

type NumberSetting = {
  [K in keyof Settings]: Settings[K] extends number ? K : never;
}[keyof Settings];

/** By the last part of the name: `net.ipv4.tcp_sack` and `/proc/sys/net/ipv4/tcp_sack` are one. */
const SETTERS: Readonly<Record<string, Setter>> = {
  tcp_sack: flag('sack'),
  tcp_dsack: flag('dsack'),
  tcp_timestamps: flag('timestamps'),
  tcp_window_scaling: flag('windowScaling'),
  tcp_frto: flag('frto'),
  tcp_slow_start_after_idle: flag('slowStartAfterIdle'),
  tcp_recovery: (settings, value) => {
    settings.rack = (Number(value) & 1) !== 0;
  },
  tcp_early_retrans: (settings, value) => {
    settings.tlp = Number(value) >= 3;
  },
  tcp_ecn: number('ecn'),
  tcp_fastopen: number('fastOpen'),
  tcp_fastopen_key: (settings, value) => {
    settings.fastOpenKey = value;
  },
  tcp_reordering: number('reordering'),
  tcp_syn_retries: number('synRetries'),
  tcp_synack_retries: number('synAckRetries'),
  tcp_retries2: number('dataRetries'),
  tcp_fin_timeout: number('finTimeout', SECOND),
  tcp_keepalive_time: number('keepAliveTime', SECOND),
  tcp_keepalive_intvl: number('keepAliveInterval', SECOND),
  tcp_keepalive_probes: number('keepAliveProbes'),
  tcp_rto_min_us: number('minRto', 1000),
  tcp_rto_max_ms: number('maxRto', 1e6),
  tcp_adv_win_scale: number('advWinScale'),
  tcp_congestion_control: congestionControl,
  tcp_rmem: (settings, value) => {
    const [, usual, most] = numbers(value);
    if (usual !== undefined) settings.receiveBuffer = usual;
    if (most !== undefined) settings.receiveBufferMax = most;
  },
  tcp_wmem: (settings, value) => {
    const [, usual, most] = numbers(value);
    if (usual !== undefined) settings.sendBuffer = usual;
    if (most !== undefined) settings.sendBufferMax = most;
  },
  tcp_notsent_lowat: number('notSentLowWater'),
  hystart: number('hystart'),
  hystart_detect: number('hystart'),
  // as RFCs have it where the system differs for which scripts are written
  'hopwise.hystart_plus_plus': (settings, value) => {
    if (Number(value) !== 0) settings.hystart = -1;
  },
  'hopwise.reduces_flight': flag('reducesFlight'),
  'hopwise.window_validation': flag('validatesWindow'),
  // FreeBSD's names
  'net.inet.tcp.cc.algorithm': congestionControl,
  'net.inet.tcp.sack.enable': flag('sack'),
  'net.inet.tcp.rfc1323': (settings, value) => {
    settings.timestamps = (Number(value) & 1) !== 0;
    settings.windowScaling = Number(value) === 1 || (Number(value) & 2) !== 0;
  },
  'net.inet.tcp.initcwnd_segments': number('initialWindow'),
  'net.inet.tcp.ecn.enable': number('ecn'),
  'net.inet.tcp.sendspace': number('sendBuffer'),
  'net.inet.tcp.recvspace': number('receiveBuffer'),
  'net.inet.tcp.rexmit_min': number('minRto', 1e6),
  'net.inet.tcp.rexmit_initial': number('initialRto', 1e6),
  'net.inet.tcp.delacktime': number('delayedAck', 1e6),
  'net.inet.tcp.msl': number('msl', 1e6),
  'net.inet.tcp.keepidle': number('keepAliveTime', 1e6),
  'net.inet.tcp.keepintvl': number('keepAliveInterval', 1e6),
  'net.inet.tcp.keepcnt': number('keepAliveProbes'),
  'kern.ipc.maxsockbuf': number('maxSocketBuffer'),
};

/** Known not to matter to the simulated TCP. */
const HARMLESS =
  /^(net\.(core|ipv6|unix)\.|kern\.|net\.inet6?\.|net\.ipv4\.(conf|route|ip_|neigh|ping))|^tcp_(no_metrics_save|min_tso_segs|tso_\w+|limit_output_bytes|fack|fastopen_blackhole\w*|pacing_\w+|syncookies|mtu_prob\w*|base_mss|autocorking|comp_sack_\w+|shrink_window|thin_\w+|invalid_ratelimit|challenge_ack_limit|abort_on_overflow|app_win|moderate_rcvbuf|probe_\w+|min_rtt_wlen|min_snd_mss|max_\w+|mem|orphan_retries|retries1|retrans_collapse|rfc1337|stdurg|tw_\w+|workaround_\w+|l3mdev_accept|available\w*|allowed\w*|low_latency|migrate_req|reflect_tos|backlog_\w+|ao_\w+|ecn_fallback|ecn_option\w*|plb_\w+|child_\w+|md5\w*|rcvbuf\w*|pingpong_thresh|syn_linear_timeouts|fwmark_accept|max_syn_backlog|hystart\w*)$|^hystart_\w+$|^(somaxconn|rmem_max|wmem_max|fast_convergence|beta|initial_ssthresh|bic_scale|tcp_friendliness)$/;

/** What became of a name: `unknown` means that the script may not get what it asks for. */
export type SysctlResult = 'set' | 'ignored' | 'unknown';

/** Sets one sysctl or module parameter, named with dots or as a path. */
export function applySysctl(settings: Settings, name: string, value: string): SysctlResult {
  const dotted = name.replace(/^\/(proc\/sys|sys\/module\/tcp_\w+\/parameters)\//, '').replace(/\//g, '.');
  const last = dotted.split('.').pop()!;
  const setter = SETTERS[dotted] ?? SETTERS[last];
  if (/^(net\.inet6?|kern\.ipc)\./.test(dotted)) becomeFreeBsd(settings);
  if (setter) {
    setter(settings, value.trim());
    return 'set';
  }
  return HARMLESS.test(dotted) || HARMLESS.test(last) ? 'ignored' : 'unknown';
}

/** The script is for FreeBSD, which has no quick ACKs. */
function becomeFreeBsd(settings: Settings): void {
  if (settings.isFreeBsd) return;
  settings.isFreeBsd = true;
  settings.receiveBuffer = 65536;
  settings.sendBuffer = 32768;
  settings.congestionControl = 'cubic';
  settings.quickAcks = 0;
  settings.delayedAck = 0.1 * SECOND;
}

function congestionControl(settings: Settings, value: string): void {
  settings.congestionControl = value;
}

function numbers(value: string): number[] {
  return value.split(/\s+/).map(Number);
}
