import { factoryOf, type Choice } from '../sim/core/choice';
import type { ParamsOf } from '../sim/core/plugin';
import { ChartError, type ChartInput, type ChartTables, type commonParams } from './chart';
import { charts } from './charts';
import { toSvgText, type SvgNode } from './svg';
import { columnWidths } from './theme';

/** A chart as drawn, or why it could not be. */
export type Rendered =
  { readonly name: string; readonly svg: string } | { readonly name: string; readonly problem: string };

/**
 * Draws the charts of a study, in order. A chart without a name takes that of its kind; names that come twice are
 * numbered. A chart that lacks what it names is reported and does not keep the others from being drawn.
 */
export function renderCharts(choices: readonly Choice[], tables: ChartTables): Rendered[] {
  const taken = new Map<string, number>();
  return choices.map((choice) => {
    const { name: wanted, width } = choice.params as ParamsOf<typeof commonParams>;
    const base = wanted || choice.name;
    const count = (taken.get(base) ?? 0) + 1;
    taken.set(base, count);
    const name = count === 1 ? base : `${base}-${count}`;
    try {
      const draw = factoryOf<ChartInput, SvgNode>(charts, choice);
      return { name, svg: toSvgText(draw({ tables, size: { width: columnWidths[width] } })) };
    } catch (error) {
      if (!(error instanceof ChartError)) throw error;
      return { name, problem: `chart ${name}: ${error.message}` };
    }
  });
}
