import { killAndCompare, numbersFrom } from './killed';

/* make kills: a sweep of 500 runs, killed 200 times at random points that follow from a seed. */
const [kills = 200, runs = 500, seed = Date.now()] = process.argv.slice(2).map(Number);

killAndCompare(runs, kills, numbersFrom(seed)).then(
  (result) => {
    console.log(
      `${result.kills} kills, ${result.useful} of them after new runs; a sweep of ${runs} runs ended with the same files`,
    );
  },
  (error: unknown) => {
    console.error(`seed ${seed}`, error);
    process.exitCode = 1;
  },
);
