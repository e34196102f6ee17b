import { ScenarioError } from '../../scenario/problem';
import { Exit, UsageError } from '../exit';
import { loadStudy } from '../scenario-files';
import { type SettingOptions, settingsOf } from '../settings';
import { print, type Terminal } from '../terminal';

/** Checks scenarios and says how many runs each would make. */
export function validate(scenarios: readonly string[], options: SettingOptions, { out, err }: Terminal): Exit {
  let exit: Exit = Exit.ok;
  for (const given of scenarios) {
    try {
      const { points, replications } = loadStudy(given, settingsOf(options));
      const runs = `${points.length} points x ${replications} replications = ${points.length * replications} runs`;
      print(out, `${given}: ok, ${runs}`);
    } catch (error) {
      if (!(error instanceof ScenarioError || error instanceof UsageError)) throw error;
      print(err, error.message);
      exit = Exit.badInput;
    }
  }
  return exit;
}
