import * as z from 'zod';
import type { ChartTables } from '../../viz/chart';
import { charts, type ChartName } from '../../viz/charts';
import { drawGraphic } from '../../viz/draw-graphic';
import type { Graphic } from '../../viz/grammar';
import type { SvgNode } from '../../viz/svg';
import { columnWidths, type ColumnWidth } from '../../viz/widths';
import { factoryOf } from '../../sim/core/choice';
import type { ChartInput } from '../../viz/chart';

/** Plans a chart from its parameters as a scenario writes them. */
export function plan(name: ChartName, tables: ChartTables, written: Readonly<Record<string, unknown>>) {
  const params = z.strictObject(charts[name].params).parse(written) as Record<string, unknown>;
  const width = columnWidths[params.width as ColumnWidth];
  return { width, graphic: factoryOf<ChartInput, Graphic>(charts, { name, params })({ tables, width }) };
}

/** Draws it. */
export function draw(
  name: ChartName,
  tables: ChartTables,
  written: Readonly<Record<string, unknown>>,
  height?: number,
): SvgNode {
  const { graphic, width } = plan(name, tables, written);
  return drawGraphic(graphic, { width, ...(height === undefined ? {} : { height }) });
}
