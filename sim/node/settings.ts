import { InvalidArgumentError } from 'commander';
import type { Setting } from '../scenario/parse';

/** Options that change a scenario, as commander hands them over. */
export interface SettingOptions {
  readonly set?: readonly Setting[];
  readonly sweep?: readonly Setting[];
  readonly zip?: readonly Setting[];
  readonly when?: readonly Setting[];
  readonly exclude?: readonly Setting[];
  readonly seed?: number;
  readonly replications?: number;
  readonly precision?: Setting;
}

/** Commander's parser of a repeatable `path=value`. */
export const collectSetting = settingsCollector('--set');

/** The same for another option than --set. */
export function settingsCollector(option: string) {
  return (text: string, before: readonly Setting[] | undefined): readonly Setting[] => {
    const equals = text.indexOf('=');
    if (equals < 1) throw new InvalidArgumentError('expected path=value, such as network.chain.segments=4');
    const setting = { path: text.slice(0, equals).trim(), value: text.slice(equals + 1), option: `${option} ${text}` };
    return [...(before ?? []), setting];
  };
}

/**
 * Commander's parser of a repeatable `name=path:values`: a factor of the sweep. Values are `1, 2, 4`, a range such as
 * `10 ms..100 ms step 10 ms` or `1..1000 count 4 log`, or a list or mapping in the brackets of YAML.
 */
export function collectFactor(text: string, before: readonly Setting[] | undefined): readonly Setting[] {
  const match = /^([\w-]+)=([^:]+):(.+)$/s.exec(text);
  if (match === null)
    throw new InvalidArgumentError('expected name=path:values, such as rtt=network.chain.rtt:10 ms, 40 ms');
  const [, name, path, given] = match as unknown as [string, string, string, string];
  const values = rangeOf(given) ?? (/^\s*[[{]/.test(given) ? given : `[${given}]`);
  const value = `{ set: ${JSON.stringify(path.trim())}, values: ${values} }`;
  return [...(before ?? []), { path: `sweep.${name}`, value, option: `--sweep ${text}` }];
}

/** `from..to step s` and `from..to count n`, either with `log` at the end, as the scenario file has it. */
function rangeOf(text: string): string | undefined {
  const match = /^\s*([^[{,]+?)\s*\.\.\s*([^,]+?)\s+(step|count)\s+([^,]+?)(\s+log)?\s*$/.exec(text);
  if (match === null) return undefined;
  const [, from, to, by, size, log] = match;
  return `{ from: ${from!}, to: ${to!}, ${by!}: ${size!}${log === undefined ? '' : ', scale: log'} }`;
}

/** Commander's parser of a repeatable `name=leader`: the factor moves value by value with the leader. */
export function collectZip(text: string, before: readonly Setting[] | undefined): readonly Setting[] {
  const match = /^([\w-]+)=([\w-]+)$/.exec(text.trim());
  if (match === null) throw new InvalidArgumentError('expected name=factor, such as rtt=rate');
  return [...(before ?? []), { path: `sweep.${match[1]!}.with`, value: match[2]!, option: `--zip ${text}` }];
}

/** Commander's parser of a repeatable `name=factor:values`: the factor varies only where another has these values. */
export function collectWhen(text: string, before: readonly Setting[] | undefined): readonly Setting[] {
  const match = /^([\w-]+)=([\w-]+):(.+)$/s.exec(text);
  if (match === null) throw new InvalidArgumentError('expected name=factor:values, such as buffer=path:relayed');
  const [, name, factor, values] = match as unknown as [string, string, string, string];
  const value = `{ ${factor}: [${values}] }`;
  return [...(before ?? []), { path: `sweep.${name}.when`, value, option: `--when ${text}` }];
}

/** Commander's parser of a repeatable `factor=value, factor=value`: combinations that are left out. */
export function collectExclusion(text: string, before: readonly Setting[] | undefined): readonly Setting[] {
  const parts = text.split(',').map((part) => /^\s*([\w-]+)\s*=\s*(.+?)\s*$/.exec(part));
  if (parts.includes(null)) {
    throw new InvalidArgumentError('expected factor=value, factor=value, such as path=relayed, segments=1');
  }
  const value = `{ ${parts.map((part) => `${part![1]!}: ${part![2]!}`).join(', ')} }`;
  return [...(before ?? []), { path: 'exclude.+', value, option: `--exclude ${text}` }];
}

/** Commander's parser of `2 %`, `100 kbit/s`, or `completionTime of A: 5 %`: the half-width that is wanted. */
export function precisionFrom(text: string): Setting {
  const match = /^\s*([\w-]+)(?:\s+of\s+([^:]+?))?\s*:\s*(.+)$/.exec(text);
  const option = `--precision ${text}`;
  if (match === null) return { path: 'run.precision', value: text, option };
  const [, metric, flow, halfWidth] = match;
  const of = flow === undefined ? '' : `, flow: [${flow}]`;
  return { path: 'run.precision', value: `{ halfWidth: ${halfWidth!}, metric: ${metric!}${of} }`, option };
}

export type Values = Readonly<Record<string, readonly string[]>>;

/** Commander's parser of a repeatable `name=value`. */
export function collectValue(text: string, before: Values | undefined): Values {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('expected name=value, such as segments=4');
  const name = text.slice(0, equals).trim();
  return { ...before, [name]: [...(before?.[name] ?? []), text.slice(equals + 1).trim()] };
}

/** Commander's parser of a repeatable text. */
export function collectText(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}

/** Commander's parser of an integer of at least `least`. */
export function integerFrom(least: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || !Number.isSafeInteger(value)) {
      throw new InvalidArgumentError(`expected an integer of at least ${least}`);
    }
    return value;
  };
}

/** Commander's parser of a probability between 0 and 1, ends excluded; `95 %` is 0.95. */
export function probabilityFrom(text: string): number {
  const percent = /^(.*)%$/.exec(text.trim());
  const value = percent === null ? Number(text) : Number(percent[1]) / 100;
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('expected a number between 0 and 1, such as 0.95');
  return value;
}

/** All changes that the options make to a scenario. */
export function settingsOf(options: SettingOptions): Setting[] {
  const { set = [], sweep = [], zip = [], when = [], exclude = [], seed, replications, precision } = options;
  const settings = [...set, ...sweep, ...zip, ...when, ...exclude];
  if (seed !== undefined) settings.push({ path: 'run.seed', value: String(seed), option: `--seed ${seed}` });
  if (replications !== undefined) {
    const option = `--replications ${replications}`;
    settings.push({ path: 'run.replications', value: String(replications), option });
  }
  if (precision !== undefined) settings.push(precision);
  return settings;
}

/** Commander's parser of `--pcap`: names with commas between; repeatable. */
export function collectPlaces(text: string, before: readonly string[] | undefined): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  return [...(before ?? []), ...names.filter((name) => name !== '')];
}
