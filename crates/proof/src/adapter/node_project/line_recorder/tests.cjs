'use strict';
// Tells when tests of Mocha or of Node's own runner begin and end, by hooks around each.
const { told, begin, end } = require('./lines.cjs');

if (told.runner === 'mocha') {
  exports.mochaHooks = {
    beforeEach() {
      begin(this.currentTest.title);
    },
    afterEach() {
      const { title, state } = this.currentTest;
      end(title, state === undefined ? undefined : state === 'failed');
    },
  };
} else if (!process.execArgv.includes('--test')) {
  const runner = require('node:test');
  runner.beforeEach((test) => begin(test.name));
  runner.afterEach((test) => end(test.name, typeof test.passed === 'boolean' ? !test.passed : undefined));
}
