'use strict';
// One worker of the server for Mocha: loads Mocha, and lets it run when it is told to.
const path = require('node:path');
const { parentPort, workerData } = require('node:worker_threads');

const { cli, words } = workerData;
const { main } = require(cli);
// What Mocha loads once it runs. Not every version has all of them.
for (const part of ['mocha.js', 'cli/run.js', 'interfaces/bdd.js', 'nodejs/esm-utils.js']) {
  try {
    require(path.join(path.dirname(cli), '..', part));
  } catch {
    // It is loaded later, or never.
  }
}

parentPort.once('message', () => {
  process.argv = [process.argv[0], cli, ...words];
  main(words);
});
