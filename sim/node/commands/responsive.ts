import { formatQuantity } from '../../../viz/format';
import { responsivenessOf } from '../../run/responsiveness';
import { Exit } from '../exit';
import { ruledTable } from '../ruled-table';
import { loadStudy } from '../scenario-files';
import { type SettingOptions, settingsOf } from '../settings';
import { print, type Terminal } from '../terminal';

/** Prints which flows answer to more loss, at every point of a scenario. */
export function responsive(given: string, options: SettingOptions, { out }: Terminal): Exit {
  const study = loadStudy(given, settingsOf(options));
  const percent = (p: number): string => `${(100 * p).toFixed(2)} %`;
  const rows = study.points.flatMap(({ factors, scenario }) =>
    responsivenessOf(scenario, study.seed, study.replications).map(({ flow, before, after, isUnresponsive }) => [
      Object.entries(factors)
        .map(([name, value]) => `${name} ${value}`)
        .join(', '),
      flow,
      percent(before.p),
      percent(after.p),
      formatQuantity(before.rate, '1/s'),
      formatQuantity(after.rate, '1/s'),
      `${(after.rate / before.rate).toFixed(2)} (${Math.sqrt(before.p / after.p).toFixed(2)})`,
      isUnresponsive === undefined ? 'not tested' : isUnresponsive ? 'UNRESPONSIVE' : 'responsive',
    ]),
  );
  if (rows.length === 0) print(out, 'No session sends anything from end to end.');
  else {
    const column = (heading: string, align: 'left' | 'right' = 'left') => ({ heading, align });
    const columns = [
      column('point'),
      column('flow'),
      column('loss before', 'right'),
      column('after', 'right'),
      column('packets before', 'right'),
      column('after', 'right'),
      column('ratio (√ of loss)', 'right'),
      column(''),
    ];
    print(out, ruledTable(columns, rows));
    print(out, `Second test of Floyd and Fall (1999), n = ${study.replications}. The first and the third are metrics:`);
    print(out, 'notTcpFriendly and disproportionate (measure: [friendliness]).');
  }
  return Exit.ok;
}
