import type { Point, Study } from '../scenario/scenario';
import type { Report } from '../verdict/check';
import { POWERS } from '../verdict/exposure';
import { ACTS, type Evidence } from '../verdict/interposed';
import { packetText } from '../verdict/packet-ref';

/** Which run was judged. */
export interface CheckedRun {
  readonly study: Study;
  readonly point: Point;
  readonly replication: number;
  /** The file with its packets, if one was written. */
  readonly capture?: string;
}

/** A report as plain data: what `--json` prints. Times in seconds. */
export function checkJson(report: Report, { study, point, replication, capture }: CheckedRun) {
  return {
    scenario: study.name,
    title: study.title,
    point: point.factors,
    seed: study.seed,
    replication,
    packets: report.packets,
    ...(capture === undefined ? {} : { capture }),
    guidelines: report.verdicts.map(({ rule, finding }) => ({
      name: rule.name,
      level: rule.level,
      section: rule.section,
      sentence: rule.sentence,
      verdict: finding.status,
      because: finding.because,
      evidence: finding.evidence.map(plain),
      ...(finding.status === 'broken' ? { mend: rule.mend } : {}),
    })),
    exposure: report.exposures.flatMap(({ session, rows }) =>
      rows.flatMap(({ who, can }) =>
        POWERS.flatMap((power) =>
          [...can[power]].map(([part, evidence]) => ({ session, who, power, part, ...plain(evidence) })),
        ),
      ),
    ),
    addresses: report.exposures.flatMap(({ session, rows }) =>
      rows.flatMap(({ who, knows }) => [...knows].map(([of, evidence]) => ({ session, who, of, ...plain(evidence) }))),
    ),
    intermediaries: report.presences.map(({ session, interposed, discoveries }) => ({
      session,
      node: interposed.node.name,
      does: [...interposed.acts].map(([act, evidence]) => ({ act, meaning: ACTS[act], ...plain(evidence) })),
      announcedTo: [...interposed.announced].map(([end, evidence]) => ({ end: end.name, ...plain(evidence) })),
      authorisedBy: [...interposed.authorised].map(([end, evidence]) => ({ end: end.name, ...plain(evidence) })),
      tests: discoveries.map(({ test, exposes }) => ({
        test,
        exposes: exposes !== null,
        ...(exposes === null ? {} : plain(exposes)),
      })),
    })),
  };
}

function plain({ text, packets }: Evidence) {
  return {
    text,
    packets: packets.map((ref) => ({
      frame: ref.frame,
      link: ref.link,
      nth: ref.nth,
      time: ref.at / 1e9,
      text: packetText(ref),
    })),
  };
}
