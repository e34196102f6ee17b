import { harmOfPresence, harmOfRelays } from '../../run/harm';
import { Exit } from '../exit';
import { ruledTable } from '../ruled-table';
import { loadStudy } from '../scenario-files';
import { type SettingOptions, settingsOf } from '../settings';
import { print, type Terminal } from '../terminal';

export interface HarmOptions extends SettingOptions {
  /** By sessions that are there at all, not by their relays. */
  readonly presence?: boolean;
}

/** Prints who is harmed by which relays, or by which sessions, at every point of a scenario. */
export function harm(given: string, options: HarmOptions, { out }: Terminal): Exit {
  const presence = options.presence === true;
  const study = loadStudy(given, settingsOf(options));
  const rows = study.points.flatMap(({ factors, scenario }) =>
    (presence ? harmOfPresence : harmOfRelays)(scenario, study.seed, study.replications).map(
      ({ of, to, harm: { mean, halfWidth } }) => {
        const at = Object.entries(factors).map(([name, value]) => `${name} ${value}`);
        const interval = Number.isFinite(halfWidth) ? ` ± ${halfWidth.toFixed(2)}` : '';
        return [at.join(', '), of, to, `${mean.toFixed(2)}${interval}`];
      },
    ),
  );
  if (rows.length === 0)
    print(out, presence ? 'There is only one session.' : 'No session is relayed beside another one.');
  else {
    const column = (heading: string, align: 'left' | 'right' = 'left') => ({ heading, align });
    const columns = [
      column('point'),
      column(presence ? 'harm by' : 'relays of'),
      column('harm to'),
      column('share of goodput lost', 'right'),
    ];
    print(out, ruledTable(columns, rows));
    print(
      out,
      `Against the same runs ${presence ? 'without that session' : 'with that session end to end'} (Ware et al. 2019), n = ${study.replications}.`,
    );
  }
  return Exit.ok;
}
