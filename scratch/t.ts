import { z } from 'zod';
import { pluginChoice, fields, registryOf } from '../sim/core/choice';
import { congestionControls } from '../sim/tcp/cc';
const q = pluginChoice(congestionControls, 'cc', 'reno');
const s = fields({ cc: q, l: z.array(pluginChoice(congestionControls,'cc'))});
for (const v of [{l:[]},{l:['reno',{reno:{byteLimit:3}}, {reno:{bteLimit:3, x:1}}, 'rno', {ren:{}}, 5, {reno:3}, {reno:{byteLimit:'x'}}]}, {cc:{reno:null}}]) { const r = s.safeParse(v); console.log(r.success?JSON.stringify(r.data):r.error.issues.map(i=>JSON.stringify(i)).join('\n')); }
console.log(registryOf(q), registryOf((q as any)._zod.def.innerType)===congestionControls);
