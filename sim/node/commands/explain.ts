import { explainStudy } from '../../scenario/explain';
import { Exit } from '../exit';
import { loadStudy } from '../scenario-files';
import { type SettingOptions, settingsOf } from '../settings';
import { print, type Terminal } from '../terminal';

/** Says in text what a scenario will build and how often it will run. */
export function explain(given: string, options: SettingOptions, { out }: Terminal): Exit {
  print(out, explainStudy(loadStudy(given, settingsOf(options))));
  return Exit.ok;
}
