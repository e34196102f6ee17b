/** A field of a scenario that can be turned without writing, and values to choose from. */
export interface Field {
  /** What it is a field of, such as a link; '' for the scenario as a whole. */
  readonly of: string;
  readonly label: string;
  /** Dotted, as `--set` of the command line takes it. */
  readonly path: string;
  readonly values: readonly string[];
  /** What holds where the scenario says nothing; '' if that depends. */
  readonly otherwise: string;
}

/** A field with what the scenario says, as text, which is among its values. */
export interface Knob extends Omit<Field, 'otherwise'> {
  readonly now: string;
}

/** A part of a scenario as YAML gives it. */
export type Tree = Readonly<Record<string, unknown>>;

/** An empty one for what is no mapping. */
export function treeOf(value: unknown): Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {};
}

export function listOf(value: unknown): readonly Tree[] {
  return Array.isArray(value) ? value.map(treeOf) : [];
}

/** What is chosen by its bare name, or with parameters. */
export function nameIn(choice: unknown): string | undefined {
  return typeof choice === 'string' ? choice : Object.keys(treeOf(choice))[0];
}
