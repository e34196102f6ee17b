/** What makes a view of the lab: enough to see the same again. */
export interface SharedState {
  /** Of a scenario that comes with Hopwise. */
  readonly scenario: string;
  /** When it was changed. */
  readonly text?: string;
  /** Changes by knobs, for each variant shown. */
  readonly variants: readonly { readonly settings: Readonly<Record<string, string>>; readonly point: number }[];
  readonly replication: number;
  /** ns */
  readonly at: number;
}

/** The state as a part of an address: deflated JSON in base64url. */
export async function encodeState(state: SharedState): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(state));
  const packed = await through(bytes, new CompressionStream('deflate-raw'));
  let binary = '';
  for (const byte of packed) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Null when the text is not what `encodeState` made. */
export async function decodeState(text: string): Promise<SharedState | null> {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const unpacked = await through(bytes, new DecompressionStream('deflate-raw'));
    const state: unknown = JSON.parse(new TextDecoder().decode(unpacked));
    return isState(state) ? state : null;
  } catch {
    return null;
  }
}

async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream) {
  const result = new Blob([bytes]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(result).arrayBuffer());
}

function isState(value: unknown): value is SharedState {
  if (typeof value !== 'object' || value === null) return false;
  const { scenario, text, variants, replication, at } = value as Record<string, unknown>;
  return (
    typeof scenario === 'string' &&
    (text === undefined || typeof text === 'string') &&
    Array.isArray(variants) &&
    variants.length > 0 &&
    variants.length <= 2 &&
    variants.every((one: unknown) => isVariant(one)) &&
    Number.isSafeInteger(replication) &&
    (replication as number) >= 1 &&
    Number.isSafeInteger(at) &&
    (at as number) >= 0
  );
}

function isVariant(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { settings, point } = value as Record<string, unknown>;
  const known = typeof settings === 'object' && settings !== null;
  return known && Object.values(settings).every((one) => typeof one === 'string') && Number.isSafeInteger(point);
}
