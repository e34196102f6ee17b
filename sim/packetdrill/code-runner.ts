import type { Nanos } from '../core/event-queue';
import { CodeError, type Value } from './code';
import { parseCode } from './code-parser';
import { CODE_CONSTANTS } from './constants';
import { execute, type Scope } from './evaluate';
import type { Flow } from './flow';
import { tcpInfo } from './tcp-info';

/** Runs the `%{ }%` blocks of a script; names assigned in one are known to the later ones. */
export class CodeRunner implements Scope {
  private readonly names = new Map<string, Value>();

  constructor(
    private readonly flow: () => Flow | null,
    private readonly now: () => Nanos,
    readonly print: (line: string) => void,
  ) {}

  /** Throws `CodeError` when an assertion fails or the block cannot be run. */
  run(source: string): void {
    execute(parseCode(source), this);
  }

  get(name: string): Value | undefined {
    const assigned = this.names.get(name);
    if (assigned !== undefined) return assigned;
    if (!name.startsWith('tcpi_')) return CODE_CONSTANTS[name];
    const flow = this.flow();
    if (flow === null || flow.connection === null) throw new CodeError(`there is no connection for ${name}`);
    const value = tcpInfo(flow.connection, name) ?? flow.traffic.info(name, this.now());
    if (value === undefined) throw new CodeError(`${name} is not simulated`);
    return value;
  }

  set(name: string, value: Value): void {
    this.names.set(name, value);
  }
}
