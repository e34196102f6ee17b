import { readFileSync } from 'node:fs';
import { printFailure } from '../../packetdrill/report';
import { type CommandLine, runScript } from '../../packetdrill/runner';
import type { ScriptOption } from '../../packetdrill/script';
import { Exit, UsageError } from '../exit';
import { print, type Terminal } from '../terminal';

export interface PacketdrillOptions {
  /** `NAME=value`, each. */
  readonly D?: readonly string[];
  readonly quiet?: boolean;
}

/** Runs scripts of the packetdrill tool. `given` are files and, as that tool has them, options `--name=value`. */
export function packetdrill(given: readonly string[], options: PacketdrillOptions, { out, err }: Terminal): Exit {
  const files = given.filter((arg) => !arg.startsWith('--'));
  const commandLine = { definitions: definitionsOf(options.D ?? []), options: optionsOf(given) };
  let failures = 0;
  for (const file of files) {
    const source = read(file);
    const outcome = runScript(source, commandLine);
    for (const line of outcome.printed) print(out, line);
    if (!options.quiet)
      for (const { place, message } of outcome.warnings) print(err, `${file}:${place.line}: ${message}`);
    if (outcome.passed) {
      if (!options.quiet) print(out, `${file}: passed`);
      continue;
    }
    failures++;
    print(out, printFailure(outcome.failure, file, source));
  }
  if (files.length > 1) print(out, `${files.length - failures} passed, ${failures} failed`);
  return failures === 0 ? Exit.ok : Exit.unmet;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

function definitionsOf(given: readonly string[]): CommandLine['definitions'] {
  return new Map(given.map((text) => split(text)));
}

function optionsOf(given: readonly string[]): ScriptOption[] {
  return given
    .filter((arg) => arg.startsWith('--'))
    .map((arg) => split(arg.slice(2)))
    .map(([name, value]) => ({ name, value, place: { line: 0, column: 0 } }));
}

function split(text: string): [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
