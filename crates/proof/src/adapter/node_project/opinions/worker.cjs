'use strict';
// One worker of the server: loads the files of the tests when it is told to. Node's own modules are there by then.
const { parentPort, workerData } = require('node:worker_threads');
const { pathToFileURL } = require('node:url');
require('node:test');
require('node:assert');

parentPort.once('message', async () => {
  for (const file of workerData) {
    process.argv[1] = file;
    await import(pathToFileURL(file).href);
  }
});
