'use strict';
// The runner's reporter in a worker: passes on what passed and what failed, and nothing else.
const { parentPort } = require('node:worker_threads');

const port = parentPort;
const cut = (text) => String(text).slice(0, 300);

function told(type, data, titles) {
  const error = data.details?.error;
  const skipped = (data.skip !== undefined && data.skip !== false) || (data.todo !== undefined && data.todo !== false);
  // A suite passes without a test, and fails with one that has been told of.
  if (skipped || error?.failureType === 'subtestsFailed') return undefined;
  if (type === 'test:fail') {
    const cause = error?.cause ?? error;
    const message = cause?.name && cause.message !== undefined ? `${cause.name}: ${cause.message}` : cause;
    return { failed: [cut(titles.join(' > ')), cut(message)] };
  }
  return data.details?.type === 'suite' ? undefined : { passed: true };
}

module.exports = async function* report(source) {
  let titles = [];
  for await (const { type, data } of source) {
    if (type === 'test:start') {
      titles = titles.slice(0, data.nesting);
      titles[data.nesting] = data.name;
    } else if (type === 'test:pass' || type === 'test:fail') {
      const result = told(type, data, [...titles.slice(0, data.nesting), data.name]);
      if (result) port.postMessage(result);
    }
  }
  yield '';
};
