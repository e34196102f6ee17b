import { RandomStream } from '/tmp/wt/expstats/sim/core/random';
import { studentQuantile as tq0 } from '/tmp/wt/expstats/sim/stats/student';
const cache=new Map<string,number>();
const tq=(p:number,d:number)=>{const k=p+'/'+d;let v=cache.get(k);if(v===undefined)cache.set(k,v=tq0(p,d));return v;};
const v=(x:number[])=>{const m=x.reduce((a,b)=>a+b,0)/x.length;return x.reduce((a,b)=>a+(b-m)**2,0)/(x.length-1)};
const mean=(x:number[])=>x.reduce((a,b)=>a+b,0)/x.length;
const r=new RandomStream([1,2,3,4],'s');
type Gen=()=>number;
const gens:Record<string,[Gen,number]>={normal:[()=>r.normal(10,1),10],gamma4:[()=>{let s=0;for(let i=0;i<4;i++)s+=r.exponential(2.5);return s/4*4},10]};
// gamma4 : cv 0.5
function naive(g:Gen,gamma:number,min:number,max:number){const x:number[]=[];while(x.length<min)x.push(g());for(;;){const hw=tq(.975,x.length-1)*Math.sqrt(v(x)/x.length);if(hw<=gamma*Math.abs(mean(x))||x.length>=max)return{x,hw};x.push(g());}}
function stein2(g:Gen,gamma:number,min:number,max:number,plain:boolean){const x:number[]=[];while(x.length<min)x.push(g());const s2=v(x);const t=tq(.975,min-1);
 for(;;){const hw=t*Math.sqrt(s2/x.length);if(hw<=gamma*Math.abs(mean(x))||x.length>=max){return{x,hw:plain?tq(.975,x.length-1)*Math.sqrt(v(x)/x.length):hw}};
  const d=gamma*Math.abs(mean(x)); const N=Math.min(max,Math.max(x.length+1,Math.ceil(t*t*s2/d/d)));while(x.length<N)x.push(g());}}
// three stage: pilot min; second stage to n2 = max(2*min?, ceil(.5 N1)); variance from new ones only
function three(g:Gen,gamma:number,min:number,max:number,c:number,plain:boolean){const x:number[]=[];while(x.length<min)x.push(g());
 let s2=v(x), t=tq(.975,min-1), z=1.96;
 let d=gamma*Math.abs(mean(x));
 const guess=Math.ceil(z*z*s2/d/d*c);
 const n2=Math.min(max,guess);
 if(n2-min>=min){ const y:number[]=[];while(x.length<n2){const q=g();x.push(q);y.push(q)} s2=v(y);t=tq(.975,y.length-1);}
 for(;;){const hw=t*Math.sqrt(s2/x.length);if(hw<=gamma*Math.abs(mean(x))||x.length>=max){return{x,hw:plain?tq(.975,x.length-1)*Math.sqrt(v(x)/x.length):hw}};
  d=gamma*Math.abs(mean(x)); const N=Math.min(max,Math.max(x.length+1,Math.ceil(t*t*s2/d/d)));while(x.length<N)x.push(g());}}

function both(g:Gen,gamma:number,min:number,max:number){const x:number[]=[];while(x.length<min)x.push(g());const s2=v(x);const t=tq(.975,min-1);
 for(;;){const a=t*Math.sqrt(s2/x.length);const b=tq(.975,x.length-1)*Math.sqrt(v(x)/x.length);const hw=Math.max(a,b);if(hw<=gamma*Math.abs(mean(x))||x.length>=max){return{x,hw}};
  const d=gamma*Math.abs(mean(x)); const N=Math.min(max,Math.max(x.length+1,Math.ceil(x.length*(hw/d)**2)));while(x.length<N)x.push(g());}}
gens['exp']=[()=>r.exponential(10),10];
for(const [gn,[g,mu]] of Object.entries(gens)) for(const min of [5,10]) for(const gamma of gn==='normal'?[.02,.03,.05,.07,.1]:[.1,.15,.2,.3]) {
 const out:string[]=[];
 for(const [n,f] of Object.entries({naive:()=>naive(g,gamma,min,1000),stein:()=>stein2(g,gamma,min,1000,false),both:()=>both(g,gamma,min,1000)})){
  let c=0,nn=0;const K=4000;for(let k=0;k<K;k++){const {x,hw}=f();if(Math.abs(mean(x)-mu)<=hw)c++;nn+=x.length;}
  out.push(`${n} ${(c/K*100).toFixed(1)} n=${(nn/K).toFixed(1)}`);}
 console.log(gn,'min',min,'gamma',gamma,out.join(' | '));
}