import type { Directions } from './keys';
import type { TlsVersion } from './messages';

/** Keys of one connection, as the ends have them. */
export interface LoggedKeys {
  version: TlsVersion;
  /** Hosts that have them, by name. */
  readonly owners: Set<string>;
  handshake: Directions | null;
  application: Directions | null;
}

/** What ends write down for who analyses captures, as the files of SSLKEYLOGFILE: keys by the random of the ClientHello. */
export class KeyLog {
  /** Null: nobody wants it. Set before connections are made. */
  private kept: Map<string, LoggedKeys> | null = null;

  keep(): void {
    this.kept = new Map();
  }

  note(
    owner: string,
    random: Uint8Array,
    version: TlsVersion,
    stage: 'handshake' | 'application',
    keys: Directions,
  ): void {
    if (this.kept === null) return;
    const name = random.join();
    const entry = this.kept.get(name) ?? { version, owners: new Set(), handshake: null, application: null };
    entry.owners.add(owner);
    entry[stage] = keys;
    this.kept.set(name, entry);
  }

  keysOf(random: Uint8Array): LoggedKeys | null {
    return this.kept?.get(random.join()) ?? null;
  }
}

/** For `Simulation.single`. */
export function newKeyLog(): KeyLog {
  return new KeyLog();
}
