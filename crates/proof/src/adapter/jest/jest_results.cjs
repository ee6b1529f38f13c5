'use strict';
// Jest's reporter in a worker: passes on what passed and what failed, and nothing else.
const path = require('node:path');
const { parentPort } = require('node:worker_threads');

const port = parentPort;
const cut = (text) => String(text).slice(0, 300);

module.exports = class Results {
  onTestResult(_test, found) {
    for (const { status, ancestorTitles, title, failureMessages } of found.testResults) {
      if (status === 'passed') port.postMessage({ passed: true });
      if (status === 'failed') {
        port.postMessage({ failed: [cut([...ancestorTitles, title].join(' › ')), cut(failureMessages?.[0] ?? '')] });
      }
    }
    if (found.testExecError || (found.failureMessage && found.testResults.length === 0)) {
      const file = path.relative(process.cwd(), found.testFilePath);
      port.postMessage({ failed: [cut(file), cut(found.failureMessage)] });
    }
  }
};
