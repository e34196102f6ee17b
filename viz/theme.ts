import {
  symbolCircle,
  symbolDiamond,
  symbolSquare,
  symbolTriangle,
  symbolTriangle2,
  symbolWye,
  type SymbolType,
} from 'd3';

/** Sizes and strokes, in points. */
export const theme = {
  font: "Helvetica, Arial, 'Liberation Sans', sans-serif",
  labelSize: 8,
  tickSize: 7,
  noteSize: 7,
  lineWidth: 1.2,
  axisWidth: 0.6,
  gridWidth: 0.4,
  markerArea: 18,
  tickLength: 3,
  ink: '#1a1a1a',
  faint: '#595959',
  grid: '#d9d9d9',
  paper: '#ffffff',
} as const;

/**
 * Okabe and Ito, "Color Universal Design" (2008), without the yellow that paper swallows; ordered so that neighbours also
 * differ in grey. Never the only difference: dashes and markers repeat it.
 */
export const colours = ['#0072b2', '#d55e00', '#000000', '#009e73', '#cc79a7', '#56b4e9', '#e69f00'] as const;

/** Stroke patterns, `undefined` for solid. */
export const dashes = [undefined, '4 2', '1.2 1.6', '6 2 1.2 2', '8 3'] as const;

export const markers: readonly SymbolType[] = [
  symbolCircle,
  symbolSquare,
  symbolTriangle,
  symbolDiamond,
  symbolTriangle2,
  symbolWye,
];

/** How one line is told from the others, also without colour. */
export interface LineStyle {
  readonly colour: string;
  readonly dash: string | undefined;
}

/** How one line with points is told from the others. */
export interface Style extends LineStyle {
  readonly marker: SymbolType;
  /** Filled markers against hollow ones. */
  readonly filled: boolean;
}

/**
 * The style of member `minor` of family `major`: a family keeps its colour and marker, its members differ in dash and
 * filling. With one member to a family, pass the same number twice.
 */
export function styleOf(major: number, minor: number): Style {
  return {
    colour: colours[major % colours.length]!,
    dash: dashes[minor % dashes.length],
    marker: markers[major % markers.length]!,
    filled: minor % 2 === 0,
  };
}

/** Of what results are compared with. */
export const referenceStyle: Style = { ...styleOf(0, 0), colour: theme.faint, dash: '1.2 1.6' };

/** Of what belongs to no series. */
export const inkStyle: Style = { ...styleOf(0, 0), colour: theme.ink };

/** About how wide a text will be, in points; a little more than Helvetica, so that other fonts fit too. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const c of text)
    width += /[ijlI.,:;|!'()[\]ft ]/.test(c) ? 0.31 : /[mwMW%@–±]/.test(c) ? 0.87 : /[A-Z]/.test(c) ? 0.71 : 0.57;
  return width * size;
}
