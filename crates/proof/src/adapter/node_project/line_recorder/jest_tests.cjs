'use strict';
// Tells when tests of Jest begin and end. Jest hands what happens to the environment of each file of tests, in its own
// process where it runs in band; so its runner is given environments that tell.
const Module = require('node:module');
const { begin, end } = require('./lines.cjs');

const RUNNER = /[\\/]jest-circus[\\/](build[\\/])?(runner|legacy-code-todo-rewrite[\\/]jestAdapter)\.js$/;

function tell({ name, test }) {
  if (name === 'test_start' && test.mode !== 'skip' && test.mode !== 'todo') begin(test.name);
  else if (name === 'test_done') end(test.name, test.errors.length > 0);
}

function telling(environment) {
  const handle = environment.handleTestEvent?.bind(environment);
  environment.handleTestEvent = (event, state) => {
    tell(event);
    return handle?.(event, state);
  };
}

const wrapped = new WeakSet();

function wrap(run) {
  const made = (global, config, environment, ...rest) => {
    telling(environment);
    return run(global, config, environment, ...rest);
  };
  wrapped.add(made);
  return made;
}

const load = Module._load;
Module._load = function loaded(request, parent, isMain) {
  const found = load.call(this, request, parent, isMain);
  // Looked at by what was asked for: its place is known only by asking once more.
  if (typeof request !== 'string' || !RUNNER.test(request)) return found;
  const run = found?.default ?? found;
  if (typeof run !== 'function' || wrapped.has(run)) return found;
  return found.default ? { ...found, __esModule: true, default: wrap(run) } : wrap(run);
};
