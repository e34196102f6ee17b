import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { sync as writeFileAtomicSync } from 'write-file-atomic';
import { jsonSchemaOf } from '../../scenario/json-schema';
import { referenceOf } from '../../scenario/reference';
import { scenarioSchema } from '../../scenario/schema';
import { charts } from '../../../viz/charts';
import { Exit } from '../exit';
import { print, type Terminal } from '../terminal';

/** The files of docs/reference, by name. */
export function referenceFiles(): Record<string, string> {
  const schema = scenarioSchema(charts);
  return {
    'scenario.md': referenceOf(schema),
    'scenario.schema.json': `${JSON.stringify(jsonSchemaOf(schema), null, 2)}\n`,
  };
}

/** Prints the reference of scenario files, or writes it and the editor's JSON Schema to a folder. */
export function reference(folder: string | undefined, { out }: Terminal): Exit {
  const files = referenceFiles();
  if (folder === undefined) {
    out.write(files['scenario.md']!);
    return Exit.ok;
  }
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    writeFileAtomicSync(join(folder, name), text);
    print(out, join(folder, name));
  }
  return Exit.ok;
}
