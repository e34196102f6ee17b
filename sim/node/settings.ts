import { InvalidArgumentError } from 'commander';
import type { Setting } from '../scenario/parse';

/** Options that change a scenario, as commander hands them over. */
export interface SettingOptions {
  readonly set?: readonly Setting[];
  readonly sweep?: readonly Setting[];
  readonly seed?: number;
  readonly replications?: number;
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
 * Commander's parser of a repeatable `name=path:values`: a factor of the sweep. Values are `1, 2, 4`, or a list, range or
 * anything else that YAML has in brackets.
 */
export function collectFactor(text: string, before: readonly Setting[] | undefined): readonly Setting[] {
  const match = /^([\w-]+)=([^:]+):(.+)$/s.exec(text);
  if (match === null)
    throw new InvalidArgumentError('expected name=path:values, such as rtt=network.chain.rtt:10 ms, 40 ms');
  const [, name, path, given] = match as unknown as [string, string, string, string];
  const values = /^\s*[[{]/.test(given) ? given : `[${given}]`;
  const value = `{ set: ${JSON.stringify(path.trim())}, values: ${values} }`;
  return [...(before ?? []), { path: `sweep.${name}`, value, option: `--sweep ${text}` }];
}

type Values = Readonly<Record<string, readonly string[]>>;

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
export function settingsOf({ set = [], sweep = [], seed, replications }: SettingOptions): Setting[] {
  const settings = [...set, ...sweep];
  if (seed !== undefined) settings.push({ path: 'run.seed', value: String(seed), option: `--seed ${seed}` });
  if (replications !== undefined) {
    const option = `--replications ${replications}`;
    settings.push({ path: 'run.replications', value: String(replications), option });
  }
  return settings;
}
