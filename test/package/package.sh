#!/bin/sh
# Packs Hopwise as for the registry, installs it into an empty folder, and uses it there as a command and as a library.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
(cd "$root" && npm pack --silent --ignore-scripts --pack-destination "$folder")
cd "$folder"
echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund ./hopwise-*.tgz
npx hopwise run two-flows --set 'run.duration=3 s' --set 'run.warmup=2 s' --replications 2 --quiet
cat results/two-flows/latest
cat > use.mjs <<'JS'
import { simulate, sweep } from 'hopwise';
const set = { 'run.duration': '3 s', 'run.warmup': '2 s' };
const one = simulate('two-flows', { set });
const all = await sweep('two-flows', { set, replications: 2 });
if (all.fingerprints[0] !== one.fingerprint) throw new Error('a sweep and a single run differ');
console.log('as a library:', Math.round(one.metric('goodput', 'one')), 'bit/s,', all.observations.length, 'observations');
JS
node use.mjs
cat > use.ts <<'TS'
import { type SweepResult, simulate, sweep } from 'hopwise';
const goodput: number = simulate('two-flows').metric('goodput', 'one');
const result: Promise<SweepResult> = sweep('two-flows', { precision: '5 %' });
export { goodput, result };
TS
cat > tsconfig.json <<'JSON'
{
  "compilerOptions": { "module": "nodenext", "target": "es2022", "strict": true, "noEmit": true, "types": [], "skipLibCheck": true },
  "files": ["use.ts"]
}
JSON
"$root/node_modules/.bin/tsc" -p .
echo 'installed, run, imported, type-checked'
