// Starts Vitest with a runner that tells when tests begin and end (`vitest_tests.mjs`): no option of its command line takes one.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const { package: installed } = JSON.parse(fs.readFileSync(path.join(here, 'start.json'), 'utf8'));
const { createVitest, parseCLI } = await import(pathToFileURL(path.join(installed, 'dist/node.js')).href);
const { filter, options } = parseCLI(['vitest', ...process.argv.slice(2)]);
const vitest = await createVitest('test', {
  ...options,
  watch: false,
  maxWorkers: 1,
  fileParallelism: false,
  runner: path.join(here, 'vitest_tests.mjs'),
});
await vitest.start(filter);
await vitest.close();
