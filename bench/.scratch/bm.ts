import { RandomStream } from '../../sim/core/random';
import { batchMeans } from '../../sim/stats/batch-means';
function delays(load: number, customers: number, stream: RandomStream): number[] {
  let delay = 0;
  return Array.from({ length: customers }, () => { const before = delay; delay = Math.max(0, delay + stream.exponential(1) - stream.exponential(1 / load)); return before; });
}
const s=new RandomStream([1,2,3,4],'x');
for (const n of [320,640,1280,2560]) { const c=[5,10,20].map(()=>0); for(let i=0;i<4000;i++){const d=delays(.8,n,s);[5,10,20].forEach((k,j)=>{const {low,high}=batchMeans(d,k,.9);if(low<=3.2&&3.2<=high)c[j]++;});} console.log(n,c.map(x=>x/4000)); }
