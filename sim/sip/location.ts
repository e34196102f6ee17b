import type { Clock } from '../core/event-queue';
import { sameUri, type Uri } from './uri';

interface Binding {
  readonly contact: Uri;
  /** ns */
  readonly until: number;
}

/** The location service: where users can be reached (RFC 3261 section 10). */
export class LocationService {
  private readonly bindings = new Map<string, Binding[]>();

  constructor(private readonly clock: Clock) {}

  /** Users that were ever registered. */
  get size(): number {
    return this.bindings.size;
  }

  /** Binds a user to a contact for so many seconds; 0 removes the binding (section 10.3, step 7). */
  bind(address: Uri, contact: Uri, expires: number): void {
    const others = this.valid(address).filter((binding) => !sameUri(binding.contact, contact));
    const until = this.clock.now + expires * 1e9;
    this.bindings.set(keyOf(address), expires === 0 ? others : [...others, { contact, until }]);
  }

  removeAll(address: Uri): void {
    this.bindings.set(keyOf(address), []);
  }

  /** Contacts that have not expired; undefined for a user who is unknown. */
  contacts(address: Uri): readonly Uri[] | undefined {
    return this.bindings.has(keyOf(address)) ? this.valid(address).map(({ contact }) => contact) : undefined;
  }

  private valid(address: Uri): Binding[] {
    return (this.bindings.get(keyOf(address)) ?? []).filter(({ until }) => until > this.clock.now);
  }
}

function keyOf({ user, host }: Uri): string {
  return `${user}@${host.toLowerCase()}`;
}
