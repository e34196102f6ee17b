import { harmOfRelays } from '../../run/harm';
import { Exit } from '../exit';
import { ruledTable } from '../ruled-table';
import { loadStudy } from '../scenario-files';
import { type SettingOptions, settingsOf } from '../settings';
import { print, type Terminal } from '../terminal';

/** Prints who is harmed by which relays, at every point of a scenario where a session is relayed. */
export function harm(given: string, options: SettingOptions, { out }: Terminal): Exit {
  const study = loadStudy(given, settingsOf(options));
  const rows = study.points.flatMap(({ factors, scenario }) =>
    harmOfRelays(scenario, study.seed, study.replications).map(({ of, to, harm: { mean, halfWidth } }) => {
      const at = Object.entries(factors).map(([name, value]) => `${name} ${value}`);
      const interval = Number.isFinite(halfWidth) ? ` ± ${halfWidth.toFixed(2)}` : '';
      return [at.join(', '), of, to, `${mean.toFixed(2)}${interval}`];
    }),
  );
  if (rows.length === 0) print(out, 'No session is relayed beside another one.');
  else {
    const column = (heading: string, align: 'left' | 'right' = 'left') => ({ heading, align });
    const columns = [column('point'), column('relays of'), column('harm to'), column('share of goodput lost', 'right')];
    print(out, ruledTable(columns, rows));
    print(out, `Against the same runs with that session end to end (Ware et al. 2019), n = ${study.replications}.`);
  }
  return Exit.ok;
}
