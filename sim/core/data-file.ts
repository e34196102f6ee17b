/** A file that a scenario names. Whoever reads files puts what `parse` makes of the text in its place. */
export class DataFile<T = unknown> {
  constructor(
    readonly name: string,
    /** Throws `DataFileError`. */
    readonly parse: (text: string) => T,
  ) {}
}

/** A mistake in a line of a data file, counted from 1. */
export class DataFileError extends Error {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}
