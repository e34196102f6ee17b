import { parse } from 'yaml';
import type { Schema } from './completion';
import { textElement } from './dom';
import { type Knob, knobsOf } from './knobs';
import { nameIn } from './knobs/knob';
import type { Loaded } from './protocol';

/** What is chosen for one variant: changes by knobs, and a point of the sweep. */
export interface Choice {
  settings: Record<string, string>;
  point: number;
}

/** A scenario that can be turned. */
export interface Turnable {
  readonly text: string;
  readonly schema: Schema;
  readonly loaded: Loaded;
}

type Values = Loaded['points'][number];

/** What has been turned, in the words of the knobs. */
export function describe({ settings }: Choice, { text, schema, loaded }: Turnable): string {
  const knobs = knobsOf({ text, schema, sessions: loaded.sessions, settings });
  return Object.entries(settings)
    .map(([path, value]) => {
      const knob = knobs.find((one) => one.path === path);
      if (knob === undefined) return `${path.split('.').at(-1)!} ${nameIn(parse(value)) ?? value}`;
      return `${knob.of === '' ? '' : `${knob.of}: `}${knob.label} ${value}`;
    })
    .join(', ');
}

/** The knobs of one variant: those of its sweep first, then fields of the scenario. */
export function knobPanel(
  legend: string,
  choice: Choice,
  { text, schema, loaded }: Turnable,
  onChange: () => void,
): HTMLElement {
  const group = document.createElement('fieldset');
  const knobsAt = (settings: Choice['settings']) => knobsOf({ text, schema, sessions: loaded.sessions, settings });
  const knobs = knobsAt(choice.settings);
  const set = (path: string, value: string): void => {
    const others = Object.entries(choice.settings).filter(([other]) => other !== path);
    const settings = Object.fromEntries(value === '' ? others : [...others, [path, value]]);
    // what was a knob and is none any more holds for something that has been turned away
    const left = new Set(knobsAt(settings).map((knob) => knob.path));
    const gone = new Set(knobs.map((knob) => knob.path).filter((one) => !left.has(one)));
    choice.settings = Object.fromEntries(Object.entries(settings).filter(([one]) => !gone.has(one)));
    onChange();
  };
  group.append(
    textElement('legend', legend),
    ...loaded.factors.map((factor) => factorSelect(factor, choice, loaded.points, onChange)),
    ...grouped(knobs).flatMap(([of, members]) => {
      const selects = members.map((knob) => knobSelect(knob, choice, set));
      return of === '' ? selects : [subgroup(of, selects)];
    }),
  );
  return group;
}

/** Knobs by what they are of, in the order in which that first comes; those of the scenario as a whole first. */
function grouped(knobs: readonly Knob[]): [string, readonly Knob[]][] {
  const groups = new Map<string, Knob[]>([['', []]]);
  for (const knob of knobs) groups.set(knob.of, [...(groups.get(knob.of) ?? []), knob]);
  return [...groups];
}

function subgroup(legend: string, members: readonly HTMLElement[]): HTMLElement {
  const group = document.createElement('fieldset');
  group.append(textElement('legend', legend), ...members);
  return group;
}

function factorSelect(
  { name, values }: Loaded['factors'][number],
  choice: Choice,
  points: Loaded['points'],
  onChange: () => void,
): HTMLElement {
  const select = document.createElement('select');
  const now = points[choice.point]?.[name];
  // a factor that does not apply to this point has none of its values
  if (!values.some((value) => value === now)) select.add(new Option(String(now), String(now)));
  for (const value of values) select.add(new Option(String(value), String(value)));
  select.value = String(now);
  select.addEventListener('change', () => {
    choice.point = pointWith(points, choice.point, name, select.value);
    onChange();
  });
  return labelled(name, select);
}

/** The point nearest to one, of those where a factor has a value: most others are as they were. */
export function pointWith(points: readonly Values[], from: number, factor: string, value: string): number {
  const before = points[from] ?? {};
  let best = from;
  let most = -1;
  for (const [index, values] of points.entries()) {
    if (String(values[factor]) !== value) continue;
    const alike = Object.keys(before).filter((name) => values[name] === before[name]).length;
    if (alike <= most) continue;
    most = alike;
    best = index;
  }
  return best;
}

function knobSelect(
  { label, path, values, now }: Knob,
  { settings }: Choice,
  set: (path: string, value: string) => void,
): HTMLElement {
  const select = document.createElement('select');
  select.add(new Option(now === '' ? 'as it is' : now, ''));
  for (const value of values) if (value !== now) select.add(new Option(value, value));
  const chosen = settings[path] ?? '';
  select.value = chosen;
  if (select.selectedIndex < 0) {
    select.add(new Option(chosen, chosen));
    select.value = chosen;
  }
  select.addEventListener('change', () => set(path, select.value));
  const row = labelled(label, select);
  row.classList.toggle('changed', path in settings);
  return row;
}

function labelled(text: string, control: HTMLElement): HTMLElement {
  const label = document.createElement('label');
  label.append(text, ' ', control);
  return label;
}
