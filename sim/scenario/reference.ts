import type * as z from 'zod';
import type { Registry } from '../core/choice';
import { type Field, outline, outlineOf } from './outline';

/** The reference of scenario files as Markdown: every field, every choice, every parameter. */
export function referenceOf(schema: z.ZodObject): string {
  const fields = outline(schema);
  const registries = new Map<string, Registry>();
  const sections = [
    '# Scenario files',
    '',
    'Every field of a scenario. This page is made from the schema by `npm run reference`; do not edit it.',
    '',
    'Quantities carry their unit: times `ns us ms s min h d`, sizes `B kB MB GB KiB MiB GiB`, rates',
    '`bit/s kbit/s Mbit/s Gbit/s B/s kB/s MB/s`, buffer limits `packets`, a size, a time, or `BDP`.',
    '',
    'What is chosen by name is written `name`, or `{ name: { parameter: value } }`.',
    '',
    '## The whole',
    '',
    ...table(fields),
    ...sectionsBelow('', fields, registries),
  ];
  // Choices may themselves have choices among their parameters.
  for (const [title, registry] of registries) sections.push(...registrySections(title, registry, registries));
  return `${sections.join('\n')}\n`;
}

function sectionsBelow(path: string, fields: readonly Field[], registries: Map<string, Registry>): string[] {
  return fields.flatMap((field) => {
    if (field.registry !== undefined) registries.set(field.name, field.registry);
    if (field.children.length === 0 || field.text.startsWith('as ')) return [];
    const here = path === '' ? field.name : `${path}.${field.name}`;
    const lines = ['', `## ${here}`, '', sentence(field.text), '', ...table(field.children)];
    return [...lines, ...sectionsBelow(here, field.children, registries)];
  });
}

function registrySections(title: string, registry: Registry, registries: Map<string, Registry>): string[] {
  return Object.entries(registry).flatMap(([name, { summary, reference, params }]) => {
    const fields = outlineOf(params);
    for (const field of fields) if (field.registry !== undefined) registries.set(field.name, field.registry);
    const about = reference === '' ? sentence(summary) : `${sentence(summary)} ${sentence(reference)}`;
    const heading = ['', `## ${title}: ${name}`, '', about, ''];
    return [...heading, ...(fields.length === 0 ? ['No parameters.'] : table(fields)), ...nestedSections('', fields)];
  });
}

/** Mappings within the parameters of a plugin. */
function nestedSections(path: string, fields: readonly Field[]): string[] {
  return fields.flatMap(({ name, children }) => {
    if (children.length === 0) return [];
    const here = path === '' ? name : `${path}.${name}`;
    return ['', `Fields of \`${here}\`:`, '', ...table(children), ...nestedSections(here, children)];
  });
}

function table(fields: readonly Field[]): string[] {
  const rows = fields.map(({ name, text, kind, byDefault, required }) => {
    const fallback = required ? 'required' : byDefault === undefined ? '' : `\`${asWritten(byDefault)}\``;
    return `| \`${name}\` | ${escaped(text)} | ${escaped(kind)} | ${fallback} |`;
  });
  return ['| field | meaning | value | default |', '| --- | --- | --- | --- |', ...rows];
}

/** A value in YAML's flow style. */
function asWritten(value: unknown): string {
  if (typeof value === 'string') return value === '' ? "''" : value;
  if (Array.isArray(value)) return `[${value.map(asWritten).join(', ')}]`;
  return JSON.stringify(value);
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(begun) ? begun : `${begun}.`;
}
