import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { packageFolder, version } from '../../../sim/node/package';
import { engineVersion, modulesBelow } from '../../../sim/node/store/engine';

describe('the version of the engine', () => {
  it('is that of the package and a hash of what a run loads', () => {
    assert.match(engineVersion(), new RegExp(`^${version().replaceAll('.', '\\.')}\\+[0-9a-f]{10}$`));
  });

  it('counts every module of the simulator that a run loads, and none of charts and files', () => {
    const sim = join(packageFolder(), 'sim');
    const modules = modulesBelow(join(sim, 'run'), ['run', 'seed']).map((file) => relative(sim, file));
    for (const module of [
      'run/run',
      'core/event-queue',
      'tcp/cc/cubic',
      'net/queues/codel',
      'apps/bulk',
      'core/units',
    ]) {
      assert.ok(modules.includes(`${module}.ts`), module);
    }
    assert.deepEqual(
      modules.filter((module) => /^(node|\.\.)/.test(module)),
      [],
    );
  });

  it('follows imports of sources, over several lines too, but not types', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hopwise-modules-'));
    try {
      mkdirSync(join(folder, 'd'));
      writeFileSync(
        join(folder, 'a.ts'),
        "import { b } from './b';\nimport type { T } from './t';\nimport {\n  d,\n} from './d';\n",
      );
      writeFileSync(join(folder, 'b.ts'), "export { c } from './c';\nimport z from 'zod';\n");
      writeFileSync(join(folder, 'c.ts'), '');
      writeFileSync(join(folder, 't.ts'), '');
      writeFileSync(join(folder, 'd/index.ts'), '');
      const found = modulesBelow(folder, ['a']).map((file) => relative(folder, file));
      assert.deepEqual(found, ['a.ts', 'b.ts', 'c.ts', 'd/index.ts']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
