'use strict';
// The results of Node's own runner: a reporter in the process that starts those of the tests, or that runs
// them when it is one file.
const report = require('./report.cjs')();

/** What a skip of this reason means: the name was not asked for. */
const FILTERED = 'test name does not match pattern';

function causeOf(error) {
  const cause = error?.cause ?? error;
  return report.message(cause);
}

async function* events(source) {
  const open = new Map();
  const counts = {};
  for await (const { type, data } of source) {
    if (type === 'test:start') {
      const titles = open.get(data.file) ?? [];
      titles.length = Math.min(titles.length, data.nesting);
      titles[data.nesting] = data.name;
      open.set(data.file, titles);
    } else if (type === 'test:pass' || type === 'test:fail') {
      const titles = (open.get(data.file) ?? []).slice(0, data.nesting);
      while (titles.length < data.nesting) titles.push('');
      titles.push(data.name);
      add(type, data, titles);
    } else if (type === 'test:diagnostic' && data.nesting === 0) {
      const [, word, number] = /^(\w+) (\d+)$/.exec(data.message) ?? [];
      if (word) counts[word] = Number(number);
    }
  }
  report.end({
    passed: counts.pass,
    failed: (counts.fail ?? 0) + (counts.cancelled ?? 0),
    skipped: (counts.skipped ?? 0) + (counts.todo ?? 0),
    errors: 0,
  });
  yield '';
}

function add(type, data, titles) {
  const error = data.details?.error;
  const suite = data.details?.type === 'suite';
  const subtests = error?.failureType === 'subtestsFailed';
  const isSkipped = data.skip !== undefined && data.skip !== false;
  const isTodo = data.todo !== undefined && data.todo !== false;
  let kind = suite ? 'suite' : 'test';
  if (data.skip === FILTERED) kind = 'filtered';
  else if (subtests) kind = suite ? 'ignored' : 'parent';
  else if (suite && type === 'test:pass') kind = 'ignored';
  // A file that runs no test is reported as one.
  if (data.nesting === 0 && data.file && (data.name === data.file || data.file.endsWith(`/${data.name}`))) kind = 'file';
  report.result({
    titles,
    file: data.file,
    state: isSkipped || isTodo ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed',
    kind,
    error: error && causeOf(error),
    milliseconds: data.details?.duration_ms,
  });
}

// No function that could be taken for a class.
module.exports = (source) => {
  report.begin();
  return events(source);
};
