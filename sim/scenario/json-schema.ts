import * as z from 'zod';
import { alternativesOf } from '../core/by-shape';
import { fields, type Registry, registryOf } from '../core/choice';

type Json = Record<string, unknown>;

/** The JSON Schema of a scenario file, for editors: completion, hints, and most of the checks. */
export function jsonSchemaOf(schema: z.ZodType): Json {
  const definitions = new Definitions();
  const json = definitions.convert(schema);
  return { ...json, $defs: definitions.all };
}

/** What is chosen from a registry is described once, however many fields choose from it. */
class Definitions {
  readonly all: Record<string, Json> = {};
  private readonly names = new Map<Registry, string>();

  convert(schema: z.ZodType): Json {
    return z.toJSONSchema(schema, {
      io: 'input',
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema, path }) => {
        const node = jsonSchema as Json;
        const registry = registryOf(zodSchema as unknown as z.ZodType);
        const alternatives = alternativesOf(zodSchema as unknown as z.ZodType);
        if (registry !== undefined) node['$ref'] = `#/$defs/${this.nameOf(registry, fieldIn(path))}`;
        else if (alternatives !== undefined) node['anyOf'] = alternatives.map((one) => this.part(one));
        delete node['quantity'];
        delete node['kind'];
      },
    }) as Json;
  }

  /** A registry is known by the first field that chooses from it. */
  private nameOf(registry: Registry, field: string): string {
    const known = this.names.get(registry);
    if (known !== undefined) return known;
    const name = field in this.all ? `${field}${this.names.size}` : field;
    this.names.set(registry, name);
    // Named before it is described: a plugin may choose from its own registry.
    const definition: Json = (this.all[name] = {});
    definition['anyOf'] = this.forms(registry);
    return name;
  }

  private forms(registry: Registry): Json[] {
    const bare = Object.entries(registry).filter(([, { params }]) => fields(params).safeParse({}).success);
    const forms = Object.entries(registry).map(([name, { summary, params }]) => ({
      type: 'object',
      description: summary,
      properties: { [name]: this.part(fields(params)) },
      required: [name],
      additionalProperties: false,
    }));
    return bare.length === 0 ? forms : [{ enum: bare.map(([name]) => name) }, ...forms];
  }

  private part(schema: z.ZodType): Json {
    const json = this.convert(schema);
    delete json['$schema'];
    return json;
  }
}

/** The field that a path through a schema leads to. */
function fieldIn(path: readonly (string | number)[]): string {
  return String(path.filter((step) => step !== 'items').at(-1) ?? 'choice');
}
