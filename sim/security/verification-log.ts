import type { PublicKey } from './primitives';

/** What readers of signed messages verified, and who holds the keys: for who judges a run, who sees more than any reader. */
export class VerificationLog {
  /** Null: nobody wants it. Set before messages are sent. */
  private kept: { readonly holders: Map<string, string>; readonly verified: Map<string, PublicKey> } | null = null;

  keep(): void {
    this.kept = { holders: new Map(), verified: new Map() };
  }

  /** `holder` has signed with the private half of `key`. */
  signed(holder: string, key: PublicKey): void {
    this.kept?.holders.set(key.bytes.join(), holder);
  }

  /** `reader` has verified message `sequence` of `session` with `key`, and took it for its peer's. */
  verified(reader: string, session: string, sequence: number, key: PublicKey): void {
    this.kept?.verified.set(nameOf(reader, session, sequence), key);
  }

  /** The host that has signed what `reader` took for its peer's message; null where it has verified none such. */
  signerOf(reader: string, session: string, sequence: number): string | null {
    const key = this.kept?.verified.get(nameOf(reader, session, sequence));
    return key === undefined ? null : (this.kept!.holders.get(key.bytes.join()) ?? null);
  }
}

function nameOf(reader: string, session: string, sequence: number): string {
  return `${reader}/${sequence}.${session}`;
}

/** For `Simulation.single`. */
export function newVerificationLog(): VerificationLog {
  return new VerificationLog();
}
