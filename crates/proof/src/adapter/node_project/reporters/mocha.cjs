'use strict';
// Mocha's results: its spec reporter, which also reports to us. It runs in the process of the tests, as
// every reporter of Mocha does.
const report = require('./report.cjs')();
const path = require('node:path');

const Spec = require(path.join(report.installed, 'lib/reporters/spec.js'));

class Reporter extends Spec {
  constructor(runner, options) {
    report.begin();
    super(runner, options);
    const retries = (test) => (typeof test.currentRetry === 'function' ? test.currentRetry() : test._currentRetry);
    const add = (state, kind) => (test, error) => {
      report.result({
        titles: test.titlePath(),
        file: test.file,
        state,
        kind: kind || (test.type === 'hook' ? 'hook' : 'test'),
        error: error && report.message(error),
        milliseconds: test.duration,
        retried: retries(test) > 0,
      });
    };
    runner.on('pass', add('passed'));
    runner.on('fail', add('failed'));
    runner.on('pending', add('skipped'));
    const stats = runner.stats;
    runner.once('end', () => {
      report.end({ passed: stats.passes, failed: stats.failures, skipped: stats.pending, errors: 0 });
    });
  }
}

module.exports = Reporter;
