import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameCharts, renderCharts } from '../../../viz/render';
import { toSvgText } from '../../../viz/svg';
import { chartTables } from '../../../viz/tables';
import { SERIES } from '../../scenario/schema';
import type { Study } from '../../scenario/scenario';
import { matches } from '../../scenario/sweep';
import { averageOf, mser5 } from '../../stats/mser';
import { Exit, UsageError } from '../exit';
import type { LimitOptions } from '../limits';
import { showProgress } from '../progress';
import { provenanceLine, provenanceOf } from '../provenance';
import { ruledTable } from '../ruled-table';
import { loadStudy } from '../scenario-files';
import { type SettingOptions, settingsOf } from '../settings';
import { engineVersion } from '../store/engine';
import { runStudy, tasksOf } from '../study-runner';
import { print, type Terminal } from '../terminal';
import { inWorkshop } from '../workshop';

export interface WarmupOptions extends SettingOptions, LimitOptions {
  readonly out: string;
  readonly workers?: number;
  readonly quiet?: boolean;
  /** Replications that are averaged. */
  readonly runs: number;
  /** Recorded columns, such as goodput_bps. */
  readonly column?: readonly string[];
  readonly at?: Readonly<Record<string, readonly string[]>>;
}

/** More points than this take long, and nobody reads so many charts. */
const MOST_POINTS = 16;

const USUAL = ['goodput_bps'];

/** Finds where a scenario has warmed up: a table, and a chart for each point and quantity. */
export async function warmup(given: string, options: WarmupOptions, terminal: Terminal): Promise<Exit> {
  const study = recordingAll(loadStudy(given, settingsOf(options)), options);
  const tasks = tasksOf(study);
  return await inWorkshop(options, tasks.length, terminal, async ({ pool, signal }) => {
    const progress = showProgress(study.name, () => tasks.length, terminal, options.quiet ?? false);
    const onFinished = () => {
      progress.finished();
    };
    const { result, failures, missing } = await runStudy(study, tasks, pool(), engineVersion(), signal, { onFinished });
    progress.end();
    if (missing > 0) return Exit.interrupted;
    const [failure] = failures;
    if (failure !== undefined) throw new UsageError(`${given}: a run failed: ${failure.message}`);
    const tables = { ...chartTables(result), provenance: `${provenanceLine(provenanceOf(result))}.` };
    const { rows, isEnough } = rowsOf(study, tables, options);
    const columns = [
      ...study.factors.map(({ name }) => name),
      'flow',
      'quantity',
      'settled after',
      'scenario',
      'n',
      '',
    ];
    print(
      terminal.out,
      ruledTable(
        columns.map((heading) => ({ heading, align: 'left' })),
        rows,
      ),
    );
    print(terminal.out, 'MSER-5 on averages over n replications. Charts:');
    for (const file of draw(study, tables, options)) print(terminal.out, `  ${file}`);
    return isEnough ? Exit.ok : Exit.unmet;
  });
}

/** The study with all series of the first replications. */
function recordingAll(study: Study, { runs, at }: WarmupOptions): Study {
  const chosen = at === undefined ? study.points : study.points.filter(({ factors }) => matches(factors, at));
  if (chosen.length === 0) throw new UsageError(`${study.name} has no such point`);
  if (chosen.length > MOST_POINTS) {
    throw new UsageError(`${study.name} has ${chosen.length} points; choose some with --at, at most ${MOST_POINTS}`);
  }
  const points = chosen.map(({ factors, scenario }) => ({
    factors,
    scenario: { ...scenario, record: { every: scenario.record.every, series: [...SERIES] } },
  }));
  return { ...study, points, replications: runs, recorded: Array.from({ length: runs }, (_, i) => i + 1) };
}

function rowsOf(
  study: Study,
  { series }: ReturnType<typeof chartTables>,
  { column: wanted = USUAL, runs }: WarmupOptions,
) {
  let isEnough = true;
  const rows = study.points.flatMap(({ factors, scenario }) => {
    const here = series.filter((one) => JSON.stringify(one.factors) === JSON.stringify(factors));
    const set = scenario.run.warmup / 1e9;
    return [...new Set(here.map(({ name }) => name))].flatMap((name) =>
      wanted.flatMap((column) => {
        const found = here.filter((one) => one.name === name && one.columns.some((c) => c.name === column));
        if (found.length === 0) return [];
        const valuesOf = (of: (typeof found)[number]) => of.columns.find((c) => c.name === column)!.values;
        const average = averageOf(found.map(valuesOf));
        if (average.length < 20) return [];
        const settled = mser5(average);
        const end = found[0]!.columns[0]!.values[settled.at]!;
        const verdict = !settled.found ? 'not settled: run longer' : end > set ? 'warm-up too short' : 'ok';
        if (verdict !== 'ok') isEnough = false;
        const cells = study.factors.map((factor) => String(factors[factor.name]));
        return [[...cells, name, column, `${Number(end.toPrecision(3))} s`, `${set} s`, String(runs), verdict]];
      }),
    );
  });
  if (rows.length === 0)
    throw new UsageError(`${study.name}: no 20 samples of ${wanted.join(', ')}; lower record.every`);
  return { rows, isEnough };
}

function draw(study: Study, tables: ReturnType<typeof chartTables>, options: WarmupOptions): string[] {
  const folder = join(options.out, study.name, 'warm-up');
  mkdirSync(folder, { recursive: true });
  return study.points.flatMap(({ factors, scenario }) =>
    (options.column ?? USUAL).flatMap((show) => {
      const name = [show, ...Object.entries(factors).map(([factor, value]) => `${factor}-${value}`)].join('_');
      const { warmup } = scenario.run;
      const params = { name: name.replace(/[^A-Za-z0-9._-]+/g, '-'), width: 'ieee-page', show, at: factors, warmup };
      return renderCharts(nameCharts([{ name: 'warm-up', params }]), tables).flatMap((chart) => {
        if (!('figure' in chart)) return [];
        const file = join(folder, `${chart.name}.svg`);
        writeFileSync(file, toSvgText(chart.figure));
        return [file];
      });
    }),
  );
}
