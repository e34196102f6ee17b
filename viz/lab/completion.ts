/** As much of JSON Schema as the schema of scenarios uses. */
export interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema | boolean;
  readonly prefixItems?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
}

export interface Suggestion {
  readonly label: string;
  readonly detail: string;
  /** A name is followed by a colon. */
  readonly kind: 'name' | 'value';
}

/** What could stand at `offset` of a YAML text in block style, and where the word begun there starts. */
export function suggest(
  text: string,
  offset: number,
  schema: Schema,
): { readonly from: number; readonly suggestions: readonly Suggestion[] } {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const line = text.slice(lineStart, offset);
  const word = /[\w-]*$/.exec(line)![0];
  const before = line.slice(0, line.length - word.length);
  const root = new Resolver(schema);
  const value = /^(\s*(?:- +)*)([\w-]+): +$/.exec(before);
  if (value !== null) {
    const path = [...pathAbove(text.slice(0, lineStart), indentOf(value[1]!)), value[2]!];
    return { from: offset - word.length, suggestions: root.values(root.follow(path)) };
  }
  if (!/^\s*(- +)*$/.test(before)) return { from: offset, suggestions: [] };
  const path = pathAbove(text.slice(0, lineStart), indentOf(before), before.includes('-'));
  return { from: offset - word.length, suggestions: root.names(root.follow(path)) };
}

/** What can be chosen for the field at a path. */
export function namesAt(schema: Schema, path: readonly string[]): string[] {
  const root = new Resolver(schema);
  return root.values(root.follow(path)).map(({ label }) => label);
}

/** Where a field stands: dashes count as room. */
function indentOf(text: string): number {
  return text.length;
}

/** Names of the fields that enclose a field with this indent; '-' for an entry of a list. */
function pathAbove(above: string, indent: number, isEntry = false): string[] {
  const path: string[] = [];
  let limit = indent;
  if (isEntry) path.unshift('-');
  let entered = isEntry;
  for (const line of above.split('\n').reverse()) {
    const parts = /^(\s*)((?:- +)*)([\w-]+):/.exec(line);
    if (parts === null) continue;
    const [, room, dashes, name] = parts as unknown as [string, string, string, string];
    const column = room.length + dashes.length;
    if (dashes !== '' && column === limit && !entered) {
      path.unshift('-');
      entered = true;
      limit = room.length;
      continue;
    }
    const closes = column < limit || (entered && column === limit && dashes === '' && path[0] === '-');
    if (!closes) continue;
    path.unshift(name);
    entered = false;
    limit = column;
    if (dashes !== '') {
      path.unshift('-');
      entered = true;
      limit = room.length;
    }
    if (limit === 0 && !entered) break;
  }
  return path;
}

/** Follows paths through a schema with references and alternatives. */
class Resolver {
  constructor(private readonly root: Schema) {}

  follow(path: readonly string[]): Schema[] {
    return path.reduce<Schema[]>((at, step) => at.flatMap((one) => this.into(one, step)), this.alternatives(this.root));
  }

  names(schemas: readonly Schema[]): Suggestion[] {
    const found = new Map<string, Suggestion>();
    for (const { properties } of schemas) {
      for (const [label, field] of Object.entries(properties ?? {})) {
        found.set(label, { label, detail: this.describe(field), kind: 'name' });
      }
    }
    return [...found.values()];
  }

  values(schemas: readonly Schema[]): Suggestion[] {
    const words = schemas.flatMap((one): readonly unknown[] =>
      one.const !== undefined ? [one.const] : (one.enum ?? []),
    );
    const detail = schemas.map((one) => one.description ?? '').find((one) => one !== '') ?? '';
    const names = this.names(schemas);
    const plain = [...new Set(words.map(String))].map((label): Suggestion => ({ label, detail, kind: 'value' }));
    return plain.length > 0 ? plain : names.map((one): Suggestion => ({ ...one, kind: 'value' }));
  }

  private into(schema: Schema, step: string): Schema[] {
    if (step === '-') return typeof schema.items === 'object' ? this.alternatives(schema.items) : [];
    const field = schema.properties?.[step];
    if (field !== undefined) return this.alternatives(field);
    return typeof schema.additionalProperties === 'object' ? this.alternatives(schema.additionalProperties) : [];
  }

  private alternatives(schema: Schema): Schema[] {
    const { $ref, anyOf = [], oneOf = [], allOf = [] } = schema;
    const referred = $ref === undefined ? [] : this.alternatives(this.definition($ref));
    return [schema, ...referred, ...[...anyOf, ...oneOf, ...allOf].flatMap((one) => this.alternatives(one))];
  }

  private definition(reference: string): Schema {
    return this.root.$defs?.[reference.replace('#/$defs/', '')] ?? {};
  }

  private describe(schema: Schema): string {
    return (
      this.alternatives(schema)
        .map(({ description }) => description ?? '')
        .find((text) => text !== '') ?? ''
    );
  }
}
