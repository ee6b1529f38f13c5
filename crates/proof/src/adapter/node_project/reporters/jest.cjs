'use strict';
// Jest's results: a reporter beside the default one, in Jest's main process.
const report = require('./report.cjs')();

const STATES = { passed: 'passed', failed: 'failed', pending: 'skipped', skipped: 'skipped', disabled: 'skipped', todo: 'skipped' };

// Tests run in this process too, and find this class: it holds nothing that can be replaced, and serves once.
class Reporter {
  constructor() {
    report.begin();
    Object.freeze(this);
  }

  onTestResult(_test, found) {
    const file = found.testFilePath;
    for (const one of found.testResults) {
      report.result({
        titles: [...one.ancestorTitles, one.title],
        file,
        state: STATES[one.status],
        kind: one.failing ? 'expected' : 'test',
        error: one.failureMessages && one.failureMessages[0],
        milliseconds: one.duration,
        retried: one.invocations > 1,
      });
    }
    if (found.testExecError || (found.failureMessage && found.testResults.length === 0)) {
      report.result({ titles: [], file, state: 'failed', kind: 'file', error: found.failureMessage });
    }
  }

  onRunComplete(_contexts, all) {
    report.end({
      passed: all.numPassedTests,
      failed: all.numFailedTests,
      skipped: all.numPendingTests + all.numTodoTests,
      errors: all.numRuntimeErrorTestSuites + (all.wasInterrupted ? 1 : 0),
    });
  }
}

Object.freeze(Reporter.prototype);
module.exports = Object.freeze(Reporter);
