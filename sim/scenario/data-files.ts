import type { Choice } from '../core/choice';
import { DataFile, DataFileError } from '../core/data-file';
import { isMapping, type Path } from './path';
import type { Finding } from './problem';

/** Gives the text of a file that a scenario names, relative to the scenario. Throws an `Error` that says why it cannot. */
export type ReadText = (name: string) => string;

type Loaded = { readonly content: unknown } | { readonly mistake: string };

/** Puts the contents of files in the place of their names. Each file is read once, each network filled in once. */
export class DataFiles {
  private readonly loaded = new Map<string, Loaded>();
  private readonly networks = new Map<Choice, Choice>();

  constructor(private readonly read: ReadText | undefined) {}

  /** The network with all that its files contain; mistakes are added to `findings`. */
  fillNetwork<C extends Choice>(network: C, findings: Finding[]): C {
    const known = this.networks.get(network);
    if (known !== undefined) return known as C;
    const before = findings.length;
    const filled = this.fill(network, ['network'], findings) as C;
    if (findings.length === before) this.networks.set(network, filled);
    return filled;
  }

  private fill(value: unknown, path: Path, findings: Finding[]): unknown {
    if (value instanceof DataFile) {
      const loaded = this.load(value);
      if ('content' in loaded) return loaded.content;
      findings.push({ path, part: 'value', message: loaded.mistake });
      return value;
    }
    if (Array.isArray(value))
      return same(
        value,
        value.map((item, i) => this.fill(item, [...path, i], findings)),
      );
    if (!isMapping(value)) return value;
    const names = Object.keys(value);
    // A choice is written `{ name: parameters }`.
    const isChoice = names.length === 2 && typeof value['name'] === 'string' && isMapping(value['params']);
    const entries = names.map((key) => {
      const below = isChoice ? (key === 'params' ? String(value['name']) : '') : key;
      return [key, this.fill(value[key], [...path, below], findings)] as const;
    });
    return entries.every(([key, filled]) => filled === value[key]) ? value : Object.fromEntries(entries);
  }

  private load(file: DataFile): Loaded {
    let loaded = this.loaded.get(file.name);
    if (loaded === undefined) this.loaded.set(file.name, (loaded = this.loadNew(file)));
    return loaded;
  }

  private loadNew({ name, parse }: DataFile): Loaded {
    if (this.read === undefined) return { mistake: `found ${JSON.stringify(name)}; files cannot be read here` };
    let text: string;
    try {
      text = this.read(name);
    } catch (error) {
      return { mistake: `the file ${name} cannot be read: ${error instanceof Error ? error.message : String(error)}` };
    }
    try {
      return { content: parse(text) };
    } catch (error) {
      if (!(error instanceof DataFileError)) throw error;
      return { mistake: `${name}:${error.line}: ${error.message}` };
    }
  }
}

/** `list` itself when nothing in it was replaced. */
function same(list: readonly unknown[], filled: readonly unknown[]): readonly unknown[] {
  return filled.every((item, i) => item === list[i]) ? list : filled;
}
