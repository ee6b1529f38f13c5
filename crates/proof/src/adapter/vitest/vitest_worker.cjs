'use strict';
// A worker of the server for Vitest: holds Vitest with its files transformed, and lets it run each time that it is told to.
// Vitest gives every file of tests a thread and a registry of modules of its own; of what it has transformed, only files that
// have changed since are transformed anew.
const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { parentPort, workerData } = require('node:worker_threads');

const cut = (text) => String(text).slice(0, 300);
let runner;
// What the files looked like that were transformed.
const seen = new Map();

async function load() {
  const { program, words } = workerData;
  const api = path.join(path.dirname(program), 'dist/node.js');
  const { createVitest, parseCLI } = await import(pathToFileURL(api).href);
  const { filter, options } = parseCLI(['vitest', ...words]);
  const vitest = await createVitest('test', {
    ...options,
    watch: false,
    // Processes would outlive a worker that is stopped.
    pool: 'threads',
    maxWorkers: 1,
    fileParallelism: false,
    reporters: [{}],
  });
  return { vitest, filter };
}

function stamp(file) {
  try {
    const { mtimeNs, size, ino } = fs.statSync(file, { bigint: true });
    return `${mtimeNs} ${size} ${ino}`;
  } catch {
    return 'gone';
  }
}

/** The project's own files that Vitest has transformed. */
function* transformed(vitest) {
  for (const project of vitest.projects) {
    for (const { moduleGraph } of Object.values(project.vite.environments)) {
      for (const file of moduleGraph.fileToModulesMap.keys()) {
        if (!file.includes('/node_modules/')) yield file;
      }
    }
  }
}

function* results(task, titles) {
  const errors = task.result?.errors ?? [];
  const failed = { failed: [cut(titles.join(' > ')), cut(message(errors[0]))] };
  if (task.tasks) {
    // Its hooks, or what a file does while it is loaded.
    if (errors.length > 0) yield failed;
    for (const one of task.tasks) yield* results(one, [...titles, one.name]);
  } else if (task.result?.state === 'pass') {
    yield { passed: true };
  } else if (task.result?.state === 'fail') {
    yield failed;
  }
}

function message(error) {
  return error?.name && error.message !== undefined ? `${error.name}: ${error.message}` : error;
}

async function judge({ vitest, filter }) {
  for (const [file, known] of seen) {
    if (stamp(file) !== known) vitest.invalidateFile(file);
  }
  seen.clear();
  vitest.state.clearErrors();
  await vitest.runTestSpecifications(await vitest.globTestSpecifications(filter), false);
  for (const file of transformed(vitest)) seen.set(file, stamp(file));
  for (const file of vitest.state.getFiles()) {
    for (const result of results(file, [])) parentPort.postMessage(result);
  }
  for (const error of vitest.state.getUnhandledErrors()) {
    parentPort.postMessage({ failed: ['', cut(message(error))] });
  }
}

parentPort.on('message', async () => {
  try {
    runner ??= await load();
    await judge(runner);
  } catch {
    // Then nothing was told of, and whoever asks runs the tests.
  }
  parentPort.postMessage({ done: true });
});
