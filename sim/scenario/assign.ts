import { suggestion } from '../core/did-you-mean';
import { isMapping, type Path } from './path';

/** A value for one field of a scenario, from a sweep or from the command line. */
export interface Assignment {
  readonly path: Path;
  readonly value: unknown;
}

/** A step of a dotted path that leads behind the last element of a list, which may be missing yet. */
const APPEND = '+';

/** Thrown for a dotted path that cannot lead to a field of any scenario; says why. */
export class PathError extends Error {}

/**
 * Finds `network.chain.segments` or `sessions.A.app` in `data`: list elements go by name or index, `+`
 * adds one. The rest of the path need not exist yet. Throws `PathError`.
 */
export function resolvePath(data: unknown, dotted: string): Path {
  const path: (string | number)[] = [];
  let value: unknown = data;
  for (const step of dotted.split('.')) {
    if (step === '') throw new PathError(`expected a dotted path such as network.chain.segments`);
    if (step === APPEND) {
      path.push(Array.isArray(value) ? value.length : 0);
      value = undefined;
    } else if (Array.isArray(value)) {
      const index = indexOf(value, step);
      path.push(index);
      value = value[index];
    } else {
      path.push(step);
      value = isMapping(value) ? value[step] : undefined;
    }
  }
  return path;
}

/** A copy of `data` with the value at `path` replaced; what lies beside the path is shared. Missing mappings are made. */
export function assign(data: unknown, { path, value }: Assignment): unknown {
  if (path.length === 0) return value;
  const [key, ...rest] = path as [string | number, ...(string | number)[]];
  if (Array.isArray(data) || (data === undefined && typeof key === 'number')) {
    const copy = [...((data ?? []) as unknown[])];
    copy[key as number] = assign(copy[key as number], { path: rest, value });
    return copy;
  }
  // A plugin chosen by its bare name is as good as one without parameters.
  const mapping = isMapping(data) ? data : data === key ? { [key]: {} } : {};
  return { ...mapping, [key]: assign(mapping[key], { path: rest, value }) };
}

function indexOf(list: readonly unknown[], step: string): number {
  const names = list.map((item) => (isMapping(item) && typeof item['name'] === 'string' ? item['name'] : ''));
  const byName = names.indexOf(step);
  if (byName >= 0) return byName;
  const index = Number(step);
  if (/^\d+$/.test(step) && index < list.length) return index;
  const known = names.filter((name) => name !== '');
  throw new PathError(
    `no element is called ${step}; expected ${known.length > 0 ? `one of ${known.join(', ')}, or ` : ''}an index from 0 to ${list.length - 1}${suggestion(step, known)}`,
  );
}
