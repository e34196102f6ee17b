import { RandomStream } from '../../sim/core/random';
import { batchMeans } from '../../sim/stats/batch-means';
const s=new RandomStream([1,2,3,4],'x');
const ex=(m:number)=>-m*Math.log(1-Math.random());
for (const [name,e] of [['ours',(m:number)=>s.exponential(m)],['Math.random',ex]] as const)
for (const n of [320,640,1280,2560]) { let sm=0,sq=0;const c=[5,10,20].map(()=>0); for(let i=0;i<4000;i++){let d=0;const x:number[]=[];for(let j=0;j<n;j++){x.push(d);d=Math.max(0,d+e(1)-e(1.25));}
 const m=x.reduce((a,b)=>a+b)/n;sm+=m;sq+=m*m;[5,10,20].forEach((k,j)=>{const {low,high}=batchMeans(x,k,.9);if(low<=4&&4<=high)c[j]++;});} console.log(name,n,sm/4000,Math.sqrt(sq/4000-(sm/4000)**2),c.map(x=>x/4000)); }
