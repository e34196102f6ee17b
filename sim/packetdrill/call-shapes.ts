import { type Arguments, vectorLength } from './values';

/** Where a call that moves data has its byte count and flags. */
export interface Shape {
  readonly length: (args: Arguments) => number;
  /** Index of the flags argument, or -1. */
  readonly flags: number;
}

export const BUFFER: Shape = { length: (args) => args.number(2), flags: -1 };
export const BUFFER_AND_FLAGS: Shape = { length: (args) => args.number(2), flags: 3 };
export const VECTOR: Shape = { length: (args) => vectorLength(args.at(1)), flags: -1 };
export const MESSAGE: Shape = { length: (args) => vectorLength(args.at(1)), flags: 2 };
