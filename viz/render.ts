import { factoryOf, type Choice } from '../sim/core/choice';
import type { ParamsOf } from '../sim/core/plugin';
import { ChartError, type ChartInput, type ChartTables, type commonParams } from './chart';
import { charts } from './charts';
import { drawGraphic } from './draw-graphic';
import type { Graphic } from './grammar';
import type { SvgNode } from './svg';
import { columnWidths } from './widths';

/** A chart as drawn, or why it could not be. */
export type Rendered = Drawn | { readonly name: string; readonly problem: string };

export interface Drawn {
  readonly name: string;
  readonly graphic: Graphic;
  /** In points. */
  readonly width: number;
  readonly figure: SvgNode;
}

/** A chart that is to be drawn, under the name that its files have. */
export interface NamedChart {
  readonly name: string;
  readonly choice: Choice;
}

/** Names charts: one without a name takes that of its kind; names that come twice are numbered. */
export function nameCharts(choices: readonly Choice[]): NamedChart[] {
  const taken = new Map<string, number>();
  return choices.map((choice) => {
    const base = commonOf(choice).name || choice.name;
    const count = (taken.get(base) ?? 0) + 1;
    taken.set(base, count);
    return { name: count === 1 ? base : `${base}-${count}`, choice };
  });
}

/**
 * Draws charts, in order, `width` points wide, or as wide as each of them says. A chart that lacks what it names is
 * reported and does not keep the others from being drawn.
 */
export function renderCharts(all: readonly NamedChart[], tables: ChartTables, width?: number): Rendered[] {
  return all.map(({ name, choice }) => {
    try {
      const wide = width ?? columnWidths[commonOf(choice).width];
      const graphic = factoryOf<ChartInput, Graphic>(charts, choice)({ tables, width: wide });
      return { name, graphic, width: wide, figure: drawGraphic(graphic, { width: wide }) };
    } catch (error) {
      if (!(error instanceof ChartError)) throw error;
      return { name, problem: `chart ${name}: ${error.message}` };
    }
  });
}

function commonOf(choice: Choice): ParamsOf<typeof commonParams> {
  return choice.params as ParamsOf<typeof commonParams>;
}
