/** Lengths are points, 1/72 inch, so that a figure placed at its own size has the fonts of the text around it. */
export const columnWidths = {
  'ieee-column': 252,
  'ieee-page': 516,
  'acm-column': 241,
  'acm-page': 506,
} as const;

export type ColumnWidth = keyof typeof columnWidths;
