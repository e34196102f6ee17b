/** Where a command writes: results to `out`, everything else to `err`. */
export interface Terminal {
  readonly out: NodeJS.WritableStream & { readonly columns?: number };
  readonly err: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

export const standardTerminal: Terminal = { out: process.stdout, err: process.stderr };

export function print(stream: NodeJS.WritableStream, text: string): void {
  stream.write(`${text}\n`);
}
