import { escape } from '../../viz/svg';
import type { Report, Verdict } from '../verdict/check';
import { POWERS } from '../verdict/exposure';
import { ACTS, type Evidence } from '../verdict/interposed';
import { packetText } from '../verdict/packet-ref';
import type { Status } from '../verdict/rule';
import type { CheckedRun } from './check-json';
import { countsText, names } from './check-text';

/** Each verdict also has a sign, so that no colour is needed to tell them apart. */
export const SIGNS: Readonly<Record<Status, string>> = { kept: '✓', broken: '✗', 'not exercised': '–' };

/** A report as one page without anything from elsewhere: for a reviewer, or a class. */
export function checkHtml(report: Report, run: CheckedRun): string {
  const { study, point, replication, capture } = run;
  const factors = Object.entries(point.factors).map(([name, value]) => `${name} = ${value}`);
  const which = [...factors, `seed ${study.seed}`, `replication ${replication}`].join(', ');
  const frames =
    capture === undefined
      ? 'Frame numbers are those of the capture that <code>hopwise check --pcap FILE</code> writes; the number after the link is that of a capture of this link alone.'
      : `Frame numbers are those of <code>${escape(capture)}</code>; the number after the link is that of a capture of this link alone.`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Guidelines: ${escape(study.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escape(study.title)}</h1>
<p>${escape(study.question)}</p>
<p class="run">Guidelines for Instant Message Sessions (draft-mankin-im-session-guide-00), judged on one run of <code>${escape(study.name)}</code>: ${escape(which)}.</p>
<p><strong>${escape(countsText(report))}</strong></p>
<table>
<caption>Verdicts</caption>
<thead><tr><th scope="col">Guideline</th><th scope="col">Level</th><th scope="col">Verdict</th><th scope="col">Because</th></tr></thead>
<tbody>
${report.verdicts.map(row).join('\n')}
</tbody>
</table>
${presences(report)}
${exposure(report)}
<h2>Evidence</h2>
<p>${frames}</p>
${report.verdicts.map(section).join('\n')}
</main>
</body>
</html>
`;
}

function row({ rule, finding: { status, because } }: Verdict): string {
  return `<tr><th scope="row"><a href="#${rule.name}">${rule.name}</a></th><td>${rule.level}</td><td>${badge(status)}</td><td>${escape(because)}</td></tr>`;
}

function section({ rule, finding }: Verdict): string {
  const mend = finding.status === 'broken' ? `<p><b>To mend it:</b> ${escape(rule.mend)}</p>` : '';
  return `<section id="${rule.name}" aria-labelledby="${rule.name}-h">
<h3 id="${rule.name}-h">${rule.name} ${badge(finding.status)}</h3>
<blockquote>${escape(rule.sentence)} <cite>Section ${escape(rule.section)}</cite></blockquote>
<p>${escape(finding.because)}</p>
${evidenceList(finding.evidence)}
${mend}
</section>`;
}

function exposure({ exposures }: Report): string {
  const rows = exposures.flatMap(({ session, rows: all }) =>
    all.map(({ who, can, knows }) => {
      const parts = POWERS.map((power) => [...can[power].keys()].join(', ') || 'nothing');
      const cells = [session, ...parts, [...knows.keys()].join(', ') || 'nobody'];
      return `<tr><th scope="row">${escape(who)}</th>${cells.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`;
    }),
  );
  return `<table>
<caption>Who could do what to which part of a session</caption>
<thead><tr><th scope="col">Who</th><th scope="col">Session</th><th scope="col">Read</th><th scope="col">Change unseen</th><th scope="col">Stop</th><th scope="col">Has seen the address of</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
}

function presences({ presences: all }: Report): string {
  if (all.length === 0) return '<p>No intermediary is in the stream of a session.</p>';
  const rows = all.map(({ session, interposed: { node, acts, announced, authorised }, discoveries }) => {
    const found = discoveries.flatMap(({ test, exposes }) => (exposes === null ? [] : [test]));
    const cells = [
      [...acts.keys()].map((act) => ACTS[act]).join('; '),
      names(announced.keys()),
      names(authorised.keys()),
      found.join(', ') || 'nobody',
    ];
    return `<tr><th scope="row">${escape(node.name)}</th><td>${escape(session)}</td>${cells.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`;
  });
  return `<table>
<caption>Intermediaries in the stream of sessions</caption>
<thead><tr><th scope="col">Intermediary</th><th scope="col">Session</th><th scope="col">What it does</th><th scope="col">Has told</th><th scope="col">Asked for by</th><th scope="col">Found by</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
}

function evidenceList(evidence: readonly Evidence[]): string {
  if (evidence.length === 0) return '';
  const items = evidence.map(({ text, packets }) => {
    const refs = packets.map((ref) => `<li class="packet">${escape(packetText(ref))}</li>`).join('');
    return `<li>${escape(text)}${refs === '' ? '' : `<ul>${refs}</ul>`}</li>`;
  });
  return `<ul>${items.join('')}</ul>`;
}

/** A verdict with its sign. */
export function badge(status: Status): string {
  return `<span class="${status.replace(' ', '-')}"><span aria-hidden="true">${SIGNS[status]}</span> ${status}</span>`;
}

export const STYLE = `
:root { color-scheme: light dark; --ink: #1b1b1b; --page: #fff; --rule: #c9c9c9; --kept: #0b6b3a; --broken: #a3151f; --open: #5a5a5a; --soft: #f4f4f1; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececec; --page: #16181b; --rule: #4a4d52; --kept: #6fd39d; --broken: #ff8d8d; --open: #b5b5b5; --soft: #212429; } }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { margin-top: 2.5rem; } h3 { margin-bottom: .3rem; }
table { border-collapse: collapse; width: 100%; margin: 1.5rem 0; font-size: .94rem; }
caption { text-align: left; font-weight: 600; padding-bottom: .4rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .7rem .4rem 0; border-bottom: 1px solid var(--rule); }
thead th { border-bottom: 2px solid var(--ink); } tbody th { font-weight: 500; white-space: nowrap; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
a { color: inherit; } blockquote { margin: .2rem 0; padding: .3rem 1rem; border-left: 3px solid var(--rule); background: var(--soft); }
cite { opacity: .8; font-style: normal; } cite::before { content: '— '; }
.kept, .broken, .not-exercised { white-space: nowrap; font-weight: 600; font-size: .94rem; }
.kept { color: var(--kept); } .broken { color: var(--broken); } .not-exercised { color: var(--open); font-weight: 400; }
.packet { font-family: ui-monospace, monospace; font-size: .86rem; } .run { color: var(--open); }
@media print { main { max-width: none; } section { break-inside: avoid; } }
`;
