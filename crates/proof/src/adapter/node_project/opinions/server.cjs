'use strict';
// A runner of tests, for first opinions on many changes of one checkout. Each request is answered by a worker
// thread of its own: its registry of modules is empty, so the project is loaded as it lies there at that moment, and it
// was started ahead of time, so it has nothing else to load. Runners that give each run a registry of its own answer many
// requests in one thread.
//
// What a worker says is a first opinion: it shares this process, so code under test can say what it likes, to the
// harm of its own change alone. Whoever asked runs the tests anew before anything is believed.
const fs = require('node:fs');
const path = require('node:path');
const { Worker } = require('node:worker_threads');

const RECORD = '\x1e';
// How long a worker that was told to end may go on; native code that waits cannot be told.
const GRACE = 1000;
const LOOK_EVERY = 20;

const told = JSON.parse(fs.readFileSync(path.join(__dirname, 'start.json'), 'utf8'));

function say(what) {
  fs.writeSync(1, `\n${RECORD}${JSON.stringify(what)}\n`);
}

/** A worker that waits for its request. What it prints goes nowhere. */
function ahead() {
  const worker = new Worker(path.join(__dirname, told.worker), { stdout: true, stderr: true, workerData: told.told });
  worker.stdout.resume();
  worker.stderr.resume();
  worker.on('error', () => {});
  return worker;
}

/** Lets the worker run the tests. The limits are in seconds: on the clock, and while its thread was at work, which is as
 * near to the processor's time as a thread can be asked for. Ends with the worker, or, where it is `kept`, with its word. */
function judge(worker, kept, wall, cpu) {
  return new Promise((resolve) => {
    const result = { passed: 0, failed: 0, first: null, late: false, busy: 0, gone: true };
    const load = worker.performance;
    const before = load.eventLoopUtilization();
    const began = performance.now();
    let last;
    const stop = () => {
      worker.terminate();
      last = setTimeout(() => process.exit(1), GRACE);
    };
    const watch = setInterval(() => {
      const active = load.eventLoopUtilization(before).active / 1000;
      // It is zero once the worker has ended.
      result.busy = Math.max(result.busy, active);
      const late = performance.now() - began > wall * 1000 || active > cpu;
      if (late && !result.late) {
        result.late = true;
        stop();
      }
    }, LOOK_EVERY);
    const end = () => {
      clearInterval(watch);
      clearTimeout(last);
      resolve(result);
    };
    worker.on('message', ({ passed, failed, done }) => {
      if (passed) result.passed += 1;
      if (failed && result.failed === 0) {
        result.failed = 1;
        result.first = failed;
        result.busy = Math.max(result.busy, load.eventLoopUtilization(before).active / 1000);
        // The first failure is all there is to know.
        if (!kept) worker.terminate();
      }
      if (done && kept && !result.late) {
        result.busy = load.eventLoopUtilization(before).active / 1000;
        result.gone = false;
        // These alone: Node listens as well.
        for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event);
        worker.on('error', () => {});
        end();
      }
    });
    worker.on('error', (error) => {
      if (result.failed === 0) {
        result.failed = 1;
        result.first = [told.worker, String(error).slice(0, 300)];
      }
    });
    worker.on('exit', end);
    worker.postMessage('run');
  });
}

async function main() {
  let next = ahead();
  let answered = 0;
  // What the first answer of a worker takes that answers many: the runner loads more then.
  let loading = 0;
  const requests = require('node:readline').createInterface({ input: fs.createReadStream(told.requests) });
  say({ ready: true });
  for await (const request of requests) {
    const [number, wall, cpu] = request.split(' ').map(Number);
    const worker = next;
    const kept = told.answers > 1;
    if (!kept) next = ahead();
    const more = kept && answered === 0 ? loading : 0;
    const { passed, failed, first, late, busy, gone } = await judge(worker, kept, wall + more, cpu + more);
    if (kept && loading === 0) loading = busy;
    answered += 1;
    if (kept && (gone || answered === told.answers)) {
      worker.terminate();
      next = ahead();
      answered = 0;
    }
    if (!late && passed + failed > 0) say({ run: number, passed, failed, first });
    say({ end: number, late, busy });
  }
}

main();
