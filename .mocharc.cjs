// All tests, unless some are named: mocha would add those to a list given here.
const named = process.argv.some((word) => word.endsWith('.test.ts'));

module.exports = {
  require: ['ts-node/register/transpile-only'],
  ...(named ? {} : { spec: ['test/**/*.test.ts'] }),
  timeout: 180000,
  parallel: true,
  jobs: 2,
  reporter: 'test/support/reporter.cjs',
};
