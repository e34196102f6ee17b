import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { referenceFiles } from '../../sim/node/commands/reference';
import { packageFolder } from '../../sim/node/package';
import { scenarioFiles, loadStudy } from '../../sim/node/scenario-files';

const folder = join(packageFolder(), 'docs/reference');

describe('docs/reference', () => {
  for (const [name, text] of Object.entries(referenceFiles())) {
    it(`has ${name} as the schema has it now (npm run reference)`, () => {
      assert.equal(readFileSync(join(folder, name), 'utf8'), text);
    });
  }

  it('explains every field: none is without a meaning', () => {
    const page = referenceFiles()['scenario.md']!;
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    assert.ok(rows.length > 60);
    const unexplained = rows.filter((row) => /^\| `[^`]+` \| +\|/.test(row));
    assert.deepEqual(unexplained, []);
  });
});

describe('the JSON Schema for editors', () => {
  const schema = JSON.parse(referenceFiles()['scenario.schema.json']!) as Json;

  it('refuses unknown fields and asks for those that are required', () => {
    assert.equal(schema['additionalProperties'], false);
    assert.deepEqual(schema['required'], ['title', 'network', 'sessions', 'run']);
  });

  it('lists the plugins that can be chosen, bare only where every parameter has a default', () => {
    const { network } = schema['$defs'] as Record<string, { readonly anyOf: Json[] }>;
    const [bare, ...forms] = network!.anyOf;
    assert.deepEqual(bare, { enum: ['chain', 'dumbbell', 'parking-lot'] });
    assert.deepEqual(
      forms.map((form) => form['required']),
      [['chain'], ['dumbbell'], ['file'], ['graph'], ['parking-lot']],
    );
  });

  it('knows every field that a scenario of ours uses', () => {
    for (const file of scenarioFiles())
      assertKnown(parse(readFileSync(file, 'utf8'), { merge: true }), schema, file, schema['$defs'] as never);
  });
});

describe('scenarios/', () => {
  for (const file of scenarioFiles()) {
    it(`${file.split('/').at(-1)!} is valid`, () => {
      assert.ok(loadStudy(file).points.length > 0);
    });
  }
});

type Json = Readonly<Record<string, unknown>>;

/** Follows data through the schema: every field must be declared there. */
function assertKnown(data: unknown, schema: Json, where: string, definitions: Readonly<Record<string, Json>>): void {
  // what a sweep sets is anything: the scenario is checked with it
  if (Object.keys(schema).every((key) => key === 'description')) return;
  if (Array.isArray(data)) {
    for (const item of data) assertKnown(item, (schema['items'] ?? {}) as Json, `${where}[]`, definitions);
    return;
  }
  if (typeof data !== 'object' || data === null) return;
  const referred = definitions[String(schema['$ref']).replace('#/$defs/', '')] ?? schema;
  const forms = [schema, ...((referred['anyOf'] ?? []) as Json[])];
  for (const [key, value] of Object.entries(data)) {
    const declared = forms
      .map((form) => (form['properties'] as Json | undefined)?.[key] ?? form['additionalProperties'])
      .find((declaration) => typeof declaration === 'object');
    assert.ok(declared, `${where}: ${key} is not in the schema`);
    assertKnown(value, declared as Json, `${where}.${key}`, definitions);
  }
}
