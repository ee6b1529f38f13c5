'use strict';
// The signed report of one test run. It is loaded before any code of the project and takes everything
// that it needs at once: what tests change afterwards in modules and prototypes changes nothing here. The
// key is read and removed at the same time; a report without its signature at the end counts nothing.
// Threads that the runner starts load it too: they find no key and report nothing.
//
// It is handed out once, to the reporter, and one reporter may begin. Where the reporter runs in the process
// of the tests, that is over before any code of the project is there. Whoever asks again is no reporter: then
// the report is spoiled, also when it was signed before.
const fs = require('node:fs');
const path = require('node:path');
const crypto = require('node:crypto');

const { apply } = Reflect;
const { openSync, writeSync, readFileSync, unlinkSync } = fs;
const { stringify } = JSON;
const { assign, create } = Object;
const { isArray } = Array;
const { slice } = String.prototype;

const settings = once(path.join(__dirname, 'settings.json'));
let over = settings.key === undefined;
const file = over ? -1 : openSync(path.join(__dirname, 'results'), 'wx', 0o600);
const hmac = crypto.createHmac('sha256', over ? '' : settings.key);
const { update, digest } = Object.getPrototypeOf(hmac);
settings.key = undefined;
let taken = false;
let begun = false;
// Nobody needs to be told where it lies, nor do processes that tests start have to load it.
process.execArgv = process.execArgv.filter((word) => !word.includes(__dirname));

function once(place) {
  try {
    const found = JSON.parse(readFileSync(place, 'utf8'));
    unlinkSync(place);
    return found;
  } catch {
    return {};
  }
}

function line(text) {
  apply(update, hmac, [text]);
  writeSync(file, text);
}

/** Text of anything, cut. */
function text(value, length) {
  if (value === undefined || value === null) return '';
  try {
    return apply(slice, typeof value === 'string' ? value : `${value}`, [0, length]);
  } catch {
    return '';
  }
}

/** Without a prototype: nobody's `toJSON` speaks for a record. */
function record(fields) {
  return assign(create(null), fields);
}

/** What an error says: its message, with its class where the message does not begin with it. */
function message(error) {
  if (!error || typeof error !== 'object') return text(error, 4000);
  try {
    if (error.name && error.message !== undefined) return text(`${error.name}: ${error.message}`, 4000);
    return text(error.stack || error.message || error, 4000);
  } catch {
    return '';
  }
}

/**
 * One result. `kind`: test, expected (to fail), suite (its own hooks or its loading failed), file, hook,
 * parent (failed only because a part of it did), filtered (not asked for), ignored (a suite that needs no
 * word). The runner's numbers count all of them but suites and, except for Node's own runner, files.
 */
function result({ titles, file: where, state, kind, error, milliseconds, retried }) {
  if (over) return;
  let names = '';
  for (let at = 0; isArray(titles) && at < titles.length; at += 1) {
    names += (at > 0 ? ',' : '') + stringify(text(titles[at], 4000));
  }
  const entry = record({
    titles: `[${names}]`,
    file: text(where, 4000),
    state: text(state, 20),
    kind: text(kind || 'test', 20),
    message: text(error, 4000),
    ms: typeof milliseconds === 'number' ? milliseconds : null,
    retried: retried === true,
  });
  line(`${stringify(entry)}\n`);
}

/** The end, with the runner's own numbers. */
function end({ passed, failed, skipped, errors }) {
  if (over) return;
  over = true;
  const number = (value) => (typeof value === 'number' ? value : 0);
  const last = record({ end: true, passed: number(passed), failed: number(failed), skipped: number(skipped), errors: number(errors) });
  line(`${stringify(last)}\n`);
  writeSync(file, `${apply(digest, hmac, ['hex'])}\n`);
}

/** What is written now is no report any more. */
function spoil() {
  if (file !== -1) writeSync(file, 'spoiled\n');
  over = true;
  throw new Error('a report is handed out once');
}

/** Called by a reporter when it begins. */
function begin() {
  if (begun) spoil();
  begun = true;
}

function take() {
  if (taken) spoil();
  taken = true;
  return { begin, result, end, message, installed: settings.package };
}

module.exports = take;
if (!over && path.extname(settings.reporter) === '.cjs') require(path.join(__dirname, settings.reporter));
