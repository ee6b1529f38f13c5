// Tells when tests of Vitest begin and end: a runner of its own kind, in the worker that runs a file of tests.
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const { told, begin, end } = createRequire(import.meta.url)('./lines.cjs');
const part = (name) => import(pathToFileURL(path.join(told.package, 'dist', name)).href);
// Later versions have it among everything else.
const Runner = (await part('index.js')).TestRunner ?? (await part('runners.js')).VitestTestRunner;

export default class extends Runner {
  async onBeforeRunTask(test) {
    await super.onBeforeRunTask(test);
    if (test.mode === 'run' || test.mode === 'queued') begin(test.name);
  }

  onAfterRunTask(test) {
    end(test.name, test.result?.state === 'fail');
    return super.onAfterRunTask(test);
  }
}
