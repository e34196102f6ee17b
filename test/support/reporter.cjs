'use strict';
const { reporters, Runner } = require('mocha');

/** Dots, then what failed, then one line that a machine can read: "N passed, N failed". */
module.exports = class PlainSummary extends reporters.Dot {
  constructor(runner, options) {
    super(runner, options);
    // Dot prints its report when the run ends; this line comes after it.
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures } = this.stats;
      console.log(`${passes} passed, ${failures} failed`);
    });
  }
};
