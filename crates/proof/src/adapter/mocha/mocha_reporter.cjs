'use strict';
// Mocha's reporter in a worker: passes on what passed and what failed, and nothing else.
const { parentPort } = require('node:worker_threads');

const port = parentPort;
const cut = (text) => String(text).slice(0, 300);

function message(error) {
  return error?.name && error.message !== undefined ? `${error.name}: ${error.message}` : error;
}

module.exports = class Reporter {
  constructor(runner) {
    runner.on('pass', () => port.postMessage({ passed: true }));
    runner.on('fail', (test, error) => {
      port.postMessage({ failed: [cut(test.titlePath().join(' > ')), cut(message(error))] });
    });
  }
};
