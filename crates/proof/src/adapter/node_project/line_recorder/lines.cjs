'use strict';
// Notes which lines of the project's code each test executed: V8 counts them. The programs beside this one say when tests
// begin and end. The notes say where to look, never what is right: nothing that is decided hangs on them alone.
const fs = require('node:fs');
const inspector = require('node:inspector');
const { SourceMap, syncBuiltinESMExports } = require('node:module');
const path = require('node:path');
const { fileURLToPath } = require('node:url');

const told = JSON.parse(fs.readFileSync(path.join(__dirname, 'start.json'), 'utf8'));
const checkout = fs.realpathSync(told.checkout) + path.sep;
const first = new Set(told.first);
const until = Date.now() + told.seconds * 1000;
const session = new inspector.Session();
session.connect();

/** The inspector answers before it returns. */
function ask(method, parameters) {
  let answer;
  session.post(method, parameters, (_, result) => { answer = result; });
  return answer;
}

/** Of each script of the project: its file, where its lines begin, and the places of all of its functions. */
const scripts = new Map();

function scriptOf(id, url) {
  if (scripts.has(id)) return scripts.get(id);
  let found = null;
  try {
    const file = fs.realpathSync(url.startsWith('file:') ? fileURLToPath(url) : url);
    const inside = file.startsWith(checkout) && !file.slice(checkout.length).split(path.sep).includes('node_modules');
    const lines = inside && linesOf(file, ask('Debugger.getScriptSource', { scriptId: id }).scriptSource);
    if (lines) found = { file: file.slice(checkout.length), lines, functions: new Map() };
  } catch {
    // Not a file.
  }
  scripts.set(id, found);
  return found;
}

/** Line of the file, and offset in what runs, of each first letter. Runners wrap files, or translate them and say from where;
 * of what was translated without a word nothing is known. */
function linesOf(file, running) {
  const map = mapOf(running);
  if (map) return translated(map, file, running);
  const text = fs.readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  const before = running.indexOf(text);
  return before < 0 ? null : startsOf(text).map(([line, offset]) => [line, before + offset]);
}

/** The last map that a text carries. */
function mapOf(text) {
  const mark = /^\/\/[#@] sourceMappingURL=data:application\/json[^,\n]*;base64,([\w+/=]+)\s*$/gm;
  const last = [...text.matchAll(mark)].pop();
  return last && new SourceMap(JSON.parse(Buffer.from(last[1], 'base64').toString()));
}

function translated(map, file, running) {
  const alone = map.payload.sources.length === 1;
  return startsOf(running).flatMap(([line, offset, indent]) => {
    const { originalSource, originalLine } = map.findEntry(line - 1, indent);
    const ours = originalLine !== undefined && (alone || path.basename(originalSource) === path.basename(file));
    return ours ? [[originalLine + 1, offset]] : [];
  });
}

/** Number and offset of the first letter of each line that is not empty, and its place in the line. */
function startsOf(text) {
  const starts = [];
  let offset = 0;
  text.split('\n').forEach((line, index) => {
    const indent = line.search(/\S/);
    if (indent >= 0) starts.push([index + 1, offset + indent, indent]);
    offset += line.length + 1;
  });
  return starts;
}

/** Lines by file that were executed since it was asked last. */
function taken() {
  const files = {};
  for (const { scriptId, url, functions } of ask('Profiler.takePreciseCoverage')?.result ?? []) {
    const script = url && scriptOf(scriptId, url);
    if (script) note(script, functions, files);
  }
  return files;
}

function note(script, functions, files) {
  const now = new Map();
  for (const { ranges } of functions) {
    const { startOffset, endOffset } = ranges[0];
    const place = `${startOffset}-${endOffset}`;
    // Of a function that nobody called since then nothing is said: it is as silent as what never ran.
    script.functions.set(place, { startOffset, endOffset, count: 0 });
    now.set(place, ranges);
  }
  const ranges = [...script.functions].flatMap(([place, silent]) => now.get(place) ?? [silent]);
  ranges.sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  const executed = [];
  const open = [];
  let next = 0;
  for (const [line, offset] of script.lines) {
    while (next < ranges.length && ranges[next].startOffset <= offset) open.push(ranges[next++]);
    while (open.length && open[open.length - 1].endOffset <= offset) open.pop();
    if (open.length && open[open.length - 1].count > 0) executed.push(line);
  }
  if (executed.length) files[script.file] = [...(files[script.file] ?? []), ...executed];
}

/** Tests that are running, the outermost first. */
const open = [];
let noted = 0;

// What is started elsewhere is not counted here: whoever starts it says so.
function noticing(place, name) {
  const notice = () => open.forEach((test) => { test.elsewhere = true; });
  place[name] = new Proxy(place[name], {
    apply(made, self, given) { notice(); return Reflect.apply(made, self, given); },
    construct(made, given, target) { notice(); return Reflect.construct(made, given, target); },
  });
}

const processes = require('node:child_process');
for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']) noticing(processes, name);
noticing(require('node:worker_threads'), 'Worker');
syncBuiltinESMExports();

function addToOpen() {
  const files = taken();
  for (const test of open) {
    for (const [file, lines] of Object.entries(files)) {
      const known = (test.lines[file] ??= new Set());
      lines.forEach((line) => known.add(line));
    }
  }
}

function begin(name) {
  addToOpen();
  open.push({ name, lines: {} });
}

/** `failed`: nothing where the runner does not say. */
function end(name, failed) {
  addToOpen();
  const at = open.map((test) => test.name).lastIndexOf(name);
  if (at < 0) return;
  const [test] = open.splice(at);
  const asked = first.has(name);
  const lines = Object.fromEntries(Object.entries(test.lines).map(([file, set]) => [file, [...set]]));
  // What is asked for is known to fail.
  const line = JSON.stringify({ id: name, failed: failed ?? asked, lines, elsewhere: test.elsewhere === true });
  fs.appendFileSync(told.notes, `${line}\n`);
  noted += asked ? 0 : 1;
  if (Date.now() > until) process.exit(0);
}

// For the text of scripts; a `debugger` in them would wait for ever.
ask('Debugger.enable');
ask('Debugger.setSkipAllPauses', { skip: true });
ask('Profiler.enable');
ask('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

const isWanted = (name) => first.has(name) || noted < told.most;

module.exports = { told, begin: (name) => isWanted(name) && begin(name), end };
