import { parse } from 'yaml';
import { assign, resolvePath } from '../../../sim/scenario/assign';
import type { Schema } from '../completion';
import type { LabSession } from '../protocol';
import { type Field, type Knob, nameIn, type Tree, treeOf } from './knob';
import { networkFields } from './network';
import { nodeFields } from './nodes';
import { sessionFields } from './sessions';

export type { Knob } from './knob';

/** Which scenario is turned, and how far it has been. */
export interface Turned {
  readonly text: string;
  /** Knows what can be chosen. */
  readonly schema: Schema;
  readonly sessions: readonly LabSession[];
  /** By path. */
  readonly settings: Readonly<Record<string, string>>;
}

/** The knobs of a scenario as it is turned, without those that its sweep turns. None when the text is not YAML. */
export function knobsOf({ text, schema, sessions, settings }: Turned): Knob[] {
  let scenario: Tree;
  try {
    scenario = treeOf(parse(text));
  } catch {
    return [];
  }
  const turned = Object.entries(settings).reduce(turn, scenario);
  const swept = pathsIn(JSON.stringify(scenario['sweep'] ?? {}));
  const fields = [...networkFields(turned, schema), ...nodeFields(turned, schema), ...sessionFields(turned, schema, sessions)]; // prettier-ignore
  return fields
    .filter(({ path }) => !swept.some((other) => holds(path, other) || holds(other, path)))
    .map((field) => knobOf(field, scenario));
}

function turn(scenario: Tree, [path, value]: readonly [string, string]): Tree {
  return treeOf(assign(scenario, { path: resolvePath(scenario, path), value: parse(value) as unknown }));
}

function knobOf({ of, label, path, values, otherwise }: Field, scenario: Tree): Knob {
  const said = resolvePath(scenario, path).reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[step] : undefined),
    scenario,
  );
  const now = said === undefined ? otherwise : typeof said === 'object' ? (nameIn(said) ?? '') : String(said);
  return { of, label, path, values: now === '' || values.includes(now) ? values : [now, ...values], now };
}

/** Whatever in a sweep could be the path of a field. */
function pathsIn(text: string): string[] {
  return [...text.matchAll(/"([\w+-]+(?:\.[\w+-]+)+)"/g)].map(([, path]) => path!);
}

/** The field `inner` is `outer`, or a part of it. */
function holds(outer: string, inner: string): boolean {
  return inner === outer || inner.startsWith(`${outer}.`);
}
