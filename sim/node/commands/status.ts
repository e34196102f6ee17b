import { digestOf } from '../digest';
import { Exit, UsageError } from '../exit';
import { stockOf } from '../collect';
import { formatRate, formatSeconds } from '../progress';
import { describeTask, repeatCommand } from '../repeat';
import { ruledTable } from '../ruled-table';
import { studyOf } from '../scenario-files';
import { type PlanFile, plansIn } from '../store/plan-file';
import { RunStore } from '../store/run-store';
import { print, type Terminal } from '../terminal';
import { studyTable } from '../terminal-table';

export interface StatusOptions {
  /** Print what has been found so far, too. */
  readonly results?: boolean;
  readonly json?: boolean;
}

/** Says how far the studies are that are being made in a results folder, by this machine or others. */
export function status(results: string, options: StatusOptions, terminal: Terminal): Exit {
  const plans = plansIn(results);
  if (plans.length === 0) throw new UsageError(`${results}: nothing is being made there`);
  const all = plans.map((plan) => statusOf(results, plan));
  if (options.json === true) {
    print(
      terminal.out,
      JSON.stringify(
        all.map(({ summary }) => summary),
        undefined,
        2,
      ),
    );
    return Exit.ok;
  }
  for (const one of all) {
    print(terminal.out, one.text);
    if (options.results === true) print(terminal.out, `\n${one.table(terminal.out.columns)}`);
  }
  return Exit.ok;
}

function statusOf(results: string, file: PlanFile) {
  const study = studyOf(file.source, file.study, file.folder);
  const store = RunStore.open(results, study, file.engine);
  const { plan, missing, failures } = stockOf(store);
  const finished = plan.needed - missing.length - failures.length;
  const seconds = (Date.now() - file.begun) / 1000;
  const rate = (finished - file.before) / seconds;
  const left = rate > 0 ? missing.length / rate : undefined;
  const done = study.points.map((_, point) => {
    const wanted = plan.replicationsOf(point);
    let n = 0;
    for (let replication = 1; replication <= wanted; replication++) if (store.has(point, replication)) n++;
    return { n, wanted };
  });
  const summary = {
    study: file.study,
    run: file.run,
    finished,
    needed: plan.needed,
    failed: failures.length,
    pointsFinished: done.filter(({ n, wanted }) => n === wanted).length,
    points: study.points.length,
    seconds,
    runsPerSecond: rate,
    secondsLeft: left ?? null,
  };
  const lines = [
    `${file.study}: ${finished} of ${plan.needed} runs${failures.length > 0 ? `, ${failures.length} failed` : ''}, ` +
      `${summary.pointsFinished} of ${summary.points} points are finished`,
    `  begun ${formatSeconds(seconds)} ago, ${formatRate(rate)}${left === undefined ? '' : `, about ${formatSeconds(left)} left`}`,
    ...failures
      .slice(0, 5)
      .flatMap((failure) => [
        `  a run failed (${describeTask(failure)}): ${failure.message}`,
        `    repeat it with: ${repeatCommand(file.given, file.changes, failure)}`,
      ]),
  ];
  const byFactor = study.factors.filter(({ values }) => values.length > 1 && values.length <= 20);
  if (byFactor.length > 0) {
    const rows = byFactor.flatMap(({ name, values }) =>
      values.map((value) => {
        const here = done.filter((_, point) => study.points[point]!.factors[name] === value);
        const sum = (of: 'n' | 'wanted') => here.reduce((total, one) => total + one[of], 0);
        return [name, String(value), `${sum('n')} of ${sum('wanted')}`];
      }),
    );
    const columns = ['factor', 'value', 'runs'].map((heading, i) => {
      const align = i === 2 ? ('right' as const) : ('left' as const);
      return { heading, align };
    });
    lines.push(ruledTable(columns, rows));
  }
  const table = (width: number | undefined): string => {
    const text = studyTable(digestOf(store.source(plan.replicationsOf)), width);
    store.close();
    return text;
  };
  return { summary, text: lines.join('\n'), table };
}
