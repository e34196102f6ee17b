import type { TcpConnection } from '../tcp/connection';
import type { Value } from './code';
import { parseCode } from './code-parser';
import { CODE_CONSTANTS } from './constants';
import { execute, type Scope } from './evaluate';
import { tcpInfo } from './tcp-info';

/** Runs the `%{ }%` blocks of a script; names assigned in one are known to the later ones. */
export class CodeRunner implements Scope {
  private readonly names = new Map<string, Value>();

  constructor(
    private readonly connection: () => TcpConnection | null,
    readonly print: (line: string) => void,
  ) {}

  /** Throws `CodeError` when an assertion fails or the block cannot be run. */
  run(source: string): void {
    execute(parseCode(source), this);
  }

  get(name: string): Value | undefined {
    const assigned = this.names.get(name);
    if (assigned !== undefined) return assigned;
    const connection = name.startsWith('tcpi_') ? this.connection() : null;
    return connection === null ? CODE_CONSTANTS[name] : tcpInfo(connection, name);
  }

  set(name: string, value: Value): void {
    this.names.set(name, value);
  }
}
