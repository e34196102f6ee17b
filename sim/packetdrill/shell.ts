import { parseDuration, UnitError } from '../core/units';
import { CodeError } from './code';
import { parseCode } from './code-parser';
import { evaluate } from './evaluate';
import { applyCollectionDefaults, type Settings } from './settings';
import { applySysctl } from './sysctl';

/** Commands that prepare or clean up a real machine and mean nothing here. */
const HARMLESS =
  /^(ethtool|tc|sleep|true|sync|kldload|kldunload|modprobe|mount|mkdir|chmod|ulimit|nstat|ss|cat|set|export|rm|touch|head|grep|dd|sockstat|netstat|nc|kill|ping|ip6?tables|nft|test|\[|exit|source|ifconfig)$|sysctl_restore|\.(sh|py)$/;

/**
 * Applies a shell command to the settings as far as it concerns TCP: sysctls, `defaults.sh`, `set_sysctls.py`, `echo x >
 * /proc/sys/...`, `ip route ... initcwnd`, MTU. Returns what could not be done, one sentence each.
 */
export function applyCommand(settings: Settings, text: string): string[] {
  const problems: string[] = [];
  for (const line of splitCommands(text)) {
    try {
      applyOne(settings, words(line), problems);
    } catch (error) {
      if (!(error instanceof CodeError || error instanceof UnitError)) throw error;
      problems.push(`${line}: ${error.message}`);
    }
  }
  return problems;
}

function splitCommands(text: string): string[] {
  return text
    .replace(/\\\n/g, ' ')
    .split(/\n|;|&&|\|\|/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}

/** Splits at blanks outside quotes and `$(( ))`, evaluating the latter. */
function words(line: string): string[] {
  const computed = line.replace(/\$\(\((.*?)\)\)/g, (_, sum: string) => String(arithmetic(sum)));
  const found = computed.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? [];
  return found.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, (_, a?: string, b?: string) => a ?? b ?? ''));
}

function arithmetic(sum: string): number {
  const [statement] = parseCode(sum);
  if (statement?.kind !== 'expression') throw new CodeError(`cannot compute ${sum}`);
  const scope = { get: () => undefined, set: () => undefined, print: () => undefined };
  return Number(evaluate(statement.value, scope));
}

function applyOne(settings: Settings, [command = '', ...args]: readonly string[], problems: string[]): void {
  const name = command.split('/').pop()!;
  if (name === 'sysctl' || name === 'set_sysctls.py') applyAssignments(settings, args, problems);
  else if (name === 'defaults.sh') applyCollectionDefaults(settings, command);
  else if (name === 'echo') applyEcho(settings, args, problems);
  else if (name === 'ip') applyIp(settings, args);
  else if (name === 'ifconfig') applyMtu(settings, args);
  else if (!HARMLESS.test(name)) problems.push(`command ${name} is not understood`);
}

function applyAssignments(settings: Settings, args: readonly string[], problems: string[]): void {
  for (const arg of args) {
    const at = arg.indexOf('=');
    if (at > 0) applyNamed(settings, arg.slice(0, at), arg.slice(at + 1), problems);
  }
}

/** echo 3 > /sys/module/tcp_cubic/parameters/hystart_detect */
function applyEcho(settings: Settings, args: readonly string[], problems: string[]): void {
  const joined = args.filter((arg) => !/^-[neE]+$/.test(arg)).join(' ');
  const match = /^(.*?)\s*>\s*(\S+)/.exec(joined);
  if (match) applyNamed(settings, match[2]!, match[1]!, problems);
}

function applyNamed(settings: Settings, name: string, value: string, problems: string[]): void {
  if (name === '/dev/null') return;
  if (applySysctl(settings, name, value) === 'unknown') problems.push(`sysctl ${name} is not known`);
}

/** ip route change 192.0.2.0/24 dev tun0 initcwnd 4 rto_min 1000ms; ip link set dev tun0 mtu 1000 */
function applyIp(settings: Settings, args: readonly string[]): void {
  const value = (key: string): string | undefined => {
    const at = args.indexOf(key);
    return at < 0 ? undefined : args[at + 1] === 'lock' ? args[at + 2] : args[at + 1];
  };
  if (args.includes('link')) return applyMtu(settings, args);
  const initialWindow = value('initcwnd');
  if (initialWindow !== undefined) settings.initialWindow = Number(initialWindow);
  const initialReceiveWindow = value('initrwnd');
  if (initialReceiveWindow !== undefined) settings.initialReceiveWindow = Number(initialReceiveWindow);
  const minRto = value('rto_min');
  if (minRto !== undefined) settings.minRto = parseDuration(minRto);
  const congestionControl = value('congctl');
  if (congestionControl !== undefined) settings.congestionControl = congestionControl;
}

function applyMtu(settings: Settings, args: readonly string[]): void {
  const at = args.indexOf('mtu');
  if (at >= 0) settings.mtu = Number(args[at + 1]);
}
