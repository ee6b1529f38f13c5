'use strict';
// A worker of the server for Jest: loads Jest once, and lets it run each time that it is told to. Jest gives every file of
// tests modules and globals of its own, so one worker answers many requests.
const { createRequire } = require('node:module');
const { parentPort, workerData } = require('node:worker_threads');

const { cli, words } = workerData;
const ofJest = createRequire(cli);
const { buildArgv } = ofJest('jest-cli');
const { runCLI } = createRequire(ofJest.resolve('jest-cli'))('@jest/core');

parentPort.on('message', async () => {
  try {
    const settings = await buildArgv(words);
    await runCLI(settings, settings.projects?.length ? settings.projects : [process.cwd()]);
  } catch {
    // Then nothing was told of, and whoever asks runs the tests.
  }
  parentPort.postMessage({ done: true });
});
