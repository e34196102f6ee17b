/** The part of jstat that is used here; the package ships no types. */
declare module 'jstat' {
  const jStat: {
    readonly studentt: {
      cdf(x: number, degreesOfFreedom: number): number;
      inv(probability: number, degreesOfFreedom: number): number;
    };
    readonly noncentralt: {
      cdf(x: number, degreesOfFreedom: number, noncentrality: number): number;
    };
    readonly normal: {
      cdf(x: number, mean: number, deviation: number): number;
      inv(probability: number, mean: number, deviation: number): number;
    };
  };
  export default { jStat };
}
