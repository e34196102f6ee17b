import { ladderOf } from '../../run/ladder';
import { seedOf } from '../../run/seed';
import { Exit } from '../exit';
import { ladderText } from '../ladder-text';
import { loadStudy, pointAt } from '../scenario-files';
import { type SettingOptions, settingsOf, type Values } from '../settings';
import { print, type Terminal } from '../terminal';

export interface LadderOptions extends SettingOptions {
  /** Values of factors: the first point that has them is run. */
  readonly at?: Values;
  readonly replication: number;
  readonly most: number;
}

const WIDTH = 120;

/** Runs one replication of one point and draws its signalling, message by message. */
export function ladder(given: string, options: LadderOptions, { out }: Terminal): Exit {
  const study = loadStudy(given, settingsOf(options));
  const point = pointAt(study, options.at);
  const found = ladderOf(point.scenario, seedOf(study.seed, options.replication), options.most);
  print(out, ladderText(found, WIDTH));
  const lost = found.rungs.filter(({ arrivedAt }) => arrivedAt < 0).length;
  const again = found.rungs.filter((rung) => rung.again).length;
  const bytes = found.rungs.reduce((sum, rung) => sum + rung.bytes, 0);
  print(out, `\n${found.rungs.length} messages, ${bytes} bytes; ${again} sent again; ${lost} did not arrive (x)`);
  return Exit.ok;
}
