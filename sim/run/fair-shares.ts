import type { Link } from '../net/link';
import type { RunningSession } from '../scenario/running-session';
import { maxMinFairRates } from '../stats/fair-rates';

/**
 * What max-min fairness gives each session on the links of its route, bit/s, if everyone takes what he gets: the measure of
 * `maxMinShare`. A session counts once however many connections it has.
 */
export function fairShares(sessions: readonly RunningSession[]): number[] {
  const links: Link[] = [];
  const indexOf = (link: Link): number => {
    const known = links.indexOf(link);
    return known >= 0 ? known : links.push(link) - 1;
  };
  const demands = sessions.map(({ route }) => {
    const last = route[route.length - 1];
    const crossed = route.slice(0, -1).map((node) => indexOf(node.linkTo(last!.address)!));
    return { links: crossed, limit: Infinity };
  });
  return maxMinFairRates(
    links.map(({ rate }) => rate),
    demands,
  );
}
