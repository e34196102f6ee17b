import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';

/*
 * docs/architecture.md says what may import what; this holds the code to it.
 */

const ROOT = join(__dirname, '..');
const LONGEST_FILE = 450;

/** What each part of sim/ may import, apart from itself. */
const BELOW: Readonly<Record<string, readonly string[]>> = {
  core: [],
  stats: ['core'],
  net: ['core', 'stats'],
  transport: ['core', 'net'],
  tcp: ['core', 'net', 'transport'],
  udp: ['core', 'net'],
  multistream: ['core', 'net', 'transport', 'tcp'],
  sctp: ['core', 'net', 'transport', 'tcp', 'multistream'],
  quic: ['core', 'net', 'transport', 'tcp', 'udp', 'multistream'],
  sdp: ['core'],
  sip: ['core', 'net', 'tcp', 'udp', 'sdp'],
  msrp: ['core', 'net', 'transport', 'tcp'],
  probe: ['core', 'net', 'tcp', 'sip'],
  signalling: ['core', 'stats', 'net', 'transport', 'tcp', 'udp', 'sdp', 'sip', 'alg', 'midcom'],
  tfrc: ['core', 'net', 'udp'],
  rtp: ['core', 'net', 'udp'],
  alg: ['core', 'sdp', 'sip', 'msrp'],
  midcom: ['core', 'transport'],
  middlebox: ['core', 'net', 'transport', 'tcp', 'udp', 'alg', 'midcom'],
  stun: ['core', 'net', 'udp', 'middlebox'],
  turn: ['core', 'net', 'udp', 'stun'],
  ice: ['core', 'net', 'udp', 'stun', 'turn'],
  punch: ['core', 'net', 'transport', 'tcp', 'stun'],
  tunnel: ['core', 'net', 'transport', 'tcp', 'udp', 'security', 'capture'],
  security: ['core', 'net', 'transport'],
  attack: ['core', 'net', 'transport', 'msrp', 'relay', 'security'],
  relay: ['core', 'net', 'transport', 'tcp', 'udp'],
  circuit: ['core', 'net', 'transport'],
  onion: ['core', 'net', 'transport', 'security'],
  apps: ['core', 'stats', 'net', 'transport', 'tcp', 'udp', 'tfrc', 'rtp', 'sdp', 'sip', 'msrp', 'signalling', 'probe'],
  capture: ['core', 'net', 'transport', 'tcp', 'udp'],
  trace: ['core', 'net', 'transport', 'tcp', 'quic', 'capture'],
  packetdrill: ['core', 'net', 'transport', 'tcp', 'udp', 'capture'],
  scenario: [
    'core',
    'stats',
    'net',
    'transport',
    'tcp',
    'udp',
    'sctp',
    'quic',
    'tfrc',
    'rtp',
    'security',
    'attack',
    'relay',
    'middlebox',
    'tunnel',
    'circuit',
    'onion',
    'stun',
    'turn',
    'ice',
    'punch',
    'apps',
    'capture',
    'sdp',
    'probe',
    'sip',
    'msrp',
    'signalling',
  ],
  run: [
    'core',
    'stats',
    'net',
    'transport',
    'tcp',
    'udp',
    'sctp',
    'quic',
    'tfrc',
    'rtp',
    'relay',
    'middlebox',
    'circuit',
    'apps',
    'capture',
    'scenario',
    'sip',
    'signalling',
  ],
  verdict: [
    'core',
    'stats',
    'net',
    'transport',
    'probe',
    'tunnel',
    'circuit',
    'onion',
    'sdp',
    'sip',
    'msrp',
    'security',
    'scenario',
    'run',
  ],
  node: ['*'],
};

/** Upwards, and only for types: expectations are written in scenarios and judged on the tables that a run found. */
const EXCEPTIONS = new Set(['sim/scenario/expect.ts imports sim/run/messages']);

/** Parts in which a trajectory is computed. Statistics may differ in the last bit of a square. */
const PHYSICS = [
  'core',
  'net',
  'transport',
  'tcp',
  'udp',
  'multistream',
  'sctp',
  'quic',
  'tfrc',
  'rtp',
  'middlebox',
  'probe',
  'tunnel',
  'security',
  'attack',
  'relay',
  'circuit',
  'onion',
  'stun',
  'turn',
  'ice',
  'apps',
];

/** Packages that the parts which run anywhere may use. */
const PACKAGES = new Set([
  'zod',
  'yaml',
  'fastest-levenshtein',
  'seedrandom',
  'jstat',
  'saxes',
  'csv-stringify/sync',
  '@noble/hashes/hkdf',
  '@noble/hashes/hmac',
  '@noble/hashes/legacy',
  '@noble/hashes/sha2',
  '@noble/hashes/utils',
]);

/** Results of these differ between engines (ECMAScript leaves their precision open), or between runs. */
const BANNED_MATH = new Set(
  'random log log2 log10 log1p exp expm1 pow cbrt sin cos tan asin acos atan atan2 sinh cosh tanh hypot'.split(' '),
);
const BANNED_GLOBALS = new Set([
  'Date',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'console',
  'globalThis',
]);

interface Source {
  /** From the root, with '/'. */
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

function sourcesUnder(folder: string): Source[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => {
      const file = join(ROOT, folder, name);
      const text = readFileSync(file, 'utf8');
      const path = relative(ROOT, file).split(sep).join('/');
      return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true) };
    });
}

/** Paths of files (from the root, without extension) and names of packages that a file imports, types included. */
function importsOf({ path, tree }: Source): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
      found.push((node.moduleSpecifier as ts.StringLiteral).text);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      found.push((node.argument.literal as ts.StringLiteral).text);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      found.push((node.arguments[0] as ts.StringLiteral).text);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found.map((name) =>
    name.startsWith('.')
      ? relative(ROOT, resolve(ROOT, dirname(path), name))
          .split(sep)
          .join('/')
      : name,
  );
}

/** Uses of `Math.x` and of globals that no simulation may use. */
function bannedIn({ path, tree }: Source): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isPropertyAccessExpression(node) &&
      node.expression.getText() === 'Math' &&
      BANNED_MATH.has(node.name.text)
    ) {
      found.push(`${path}: Math.${node.name.text}`);
    } else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.AsteriskAsteriskToken) {
      // 2 ** 31 is exact everywhere; a computed power is Math.pow
      const isConstant = ts.isNumericLiteral(node.left) && ts.isNumericLiteral(node.right);
      if (!isConstant && PHYSICS.includes(path.split('/')[1]!)) found.push(`${path}: ${node.getText()}`);
    } else if (ts.isIdentifier(node) && BANNED_GLOBALS.has(node.text) && isUse(node)) {
      found.push(`${path}: ${node.text}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** Not the name of a property or of a declaration. */
function isUse(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  return !(ts.isPropertyAssignment(parent) && parent.name === node) && !ts.isPropertySignature(parent);
}

/** The parts of sim/ that are not tied to Node.js. */
function portable(): Source[] {
  return sourcesUnder('sim').filter(({ path }) => !path.startsWith('sim/node/'));
}

describe('the architecture', () => {
  it('knows every part of sim/', () => {
    const parts = new Set(sourcesUnder('sim').map(({ path }) => path.split('/')[1]!));
    for (const part of parts) assert.ok(part in BELOW, `sim/${part}: say in this test what it may import`);
    assert.ok(parts.size >= 10);
  });

  it('has imports that go downwards only', () => {
    const wrong: string[] = [];
    let seen = 0;
    for (const source of sourcesUnder('sim')) {
      const part = source.path.split('/')[1]!;
      for (const target of importsOf(source)) {
        if (!target.startsWith('sim/') && !target.startsWith('viz/') && !target.startsWith('test/')) continue;
        seen++;
        const other = target.startsWith('sim/') ? target.split('/')[1]! : target.split('/')[0]!;
        const allowed = BELOW[part]!;
        const isException = EXCEPTIONS.has(`${source.path} imports ${target}`);
        if (other !== part && !allowed.includes(other) && !allowed.includes('*') && !isException) {
          wrong.push(`${source.path} imports ${target}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(seen > 200, `${seen} imports seen`);
  });

  it('has no import cycles between files, types apart', () => {
    const graph = new Map<string, string[]>();
    for (const source of sourcesUnder('sim')) {
      const value = source.tree.statements.filter(
        (s): s is ts.ImportDeclaration =>
          ts.isImportDeclaration(s) && s.importClause !== undefined && !isTypeOnly(s.importClause),
      );
      const names = value.map((s) => (s.moduleSpecifier as ts.StringLiteral).text).filter((n) => n.startsWith('.'));
      const targets = names.map((n) =>
        relative(ROOT, resolve(ROOT, dirname(source.path), n))
          .split(sep)
          .join('/'),
      );
      graph.set(source.path.replace(/\.ts$/, ''), targets);
    }
    assert.deepEqual(findCycles(graph), []);
  });

  it('uses in the portable parts only packages that run anywhere', () => {
    const wrong = portable().flatMap((source) =>
      importsOf(source)
        .filter((name) => !name.startsWith('sim/') && !PACKAGES.has(name))
        .map((name) => `${source.path} imports ${name}`),
    );
    assert.deepEqual(wrong, []);
  });

  it('uses no clock, no chance and no function whose last bit differs between engines', () => {
    assert.deepEqual(portable().flatMap(bannedIn), []);
  });

  it('finds such a use where there is one', () => {
    const text =
      'const x = Math.log(2) + Date.now() + a ** 2 + 2 ** 3; setTimeout(f); ({ Date: 1 }).Date; Math.sqrt(2);';
    const path = 'sim/net/example.ts';
    const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
    assert.deepEqual(bannedIn({ path, text, tree }), [
      'sim/net/example.ts: Math.log',
      'sim/net/example.ts: Date',
      'sim/net/example.ts: a ** 2',
      'sim/net/example.ts: setTimeout',
    ]);
    assert.deepEqual(
      importsOf({
        path,
        text,
        tree: ts.createSourceFile(path, "import '../../viz/x'; import fs from 'node:fs';", 99, true),
      }),
      ['viz/x', 'node:fs'],
    );
  });

  it('compiles the portable parts without the types of Node.js or a browser', () => {
    const { config } = ts.readConfigFile(join(ROOT, 'sim/tsconfig.json'), (file) => readFileSync(file, 'utf8'));
    const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, join(ROOT, 'sim'));
    assert.deepEqual(options.lib, ['lib.es2022.d.ts']);
    assert.deepEqual(options.types, []);
    assert.ok(!fileNames.some((file) => file.includes('/sim/node/')));
    assert.equal(fileNames.filter((file) => !file.endsWith('.d.ts')).length, portable().length);
  });

  it(`has no file over ${LONGEST_FILE} lines`, () => {
    const long = ['sim', 'viz', 'test']
      .flatMap(sourcesUnder)
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > LONGEST_FILE);
    assert.deepEqual(long, []);
  });

  it('keeps charts apart from the simulation and from Node.js: they know tables, parameters and statistics', () => {
    const known = ['core', 'run', 'stats'];
    // the lab is a page that runs the simulator, the site is written to files
    const charts = sourcesUnder('viz').filter(({ path }) => !/^viz\/(lab|site)\//.test(path));
    const wrong = charts.flatMap((source) =>
      importsOf(source)
        .filter((name) => name.startsWith('node:') || (name.startsWith('sim/') && !known.includes(name.split('/')[1]!)))
        .map((name) => `${source.path} imports ${name}`),
    );
    assert.deepEqual(wrong, []);
  });
});

function isTypeOnly(clause: ts.ImportClause): boolean {
  if (clause.isTypeOnly) return true;
  const { namedBindings } = clause;
  if (clause.name !== undefined || namedBindings === undefined || ts.isNamespaceImport(namedBindings)) return false;
  return namedBindings.elements.every((element) => element.isTypeOnly);
}

/** Strongly connected sets of more than one file (Tarjan 1972), each sorted. */
function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[][] = [];
  const visit = (at: string): void => {
    index.set(at, index.size);
    low.set(at, index.get(at)!);
    stack.push(at);
    for (const name of graph.get(at) ?? []) {
      const to = graph.has(name) ? name : `${name}/index`;
      if (!graph.has(to)) continue;
      if (!index.has(to)) {
        visit(to);
        low.set(at, Math.min(low.get(at)!, low.get(to)!));
      } else if (stack.includes(to)) low.set(at, Math.min(low.get(at)!, index.get(to)!));
    }
    if (low.get(at) !== index.get(at)) return;
    const members = stack.splice(stack.indexOf(at));
    if (members.length > 1) cycles.push(members.sort());
  };
  for (const at of graph.keys()) if (!index.has(at)) visit(at);
  return cycles;
}
