import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '../..');

/** A page of the documentation, by its path in the repository. */
export function pageOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The first TypeScript example of a page, evaluated as if it were the file of that path. */
export function exampleOf(page: string, path: string): unknown {
  const source = /```ts\n([\s\S]*?)```/.exec(pageOf(page))![1]!;
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const exported = {};
  new Function('exports', 'require', outputText)(exported, Module.createRequire(join(root, path)));
  return exported;
}
