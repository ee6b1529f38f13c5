// Vitest's results: a reporter beside the default one, in Vitest's main process.
import { createRequire } from 'node:module';

const report = createRequire(import.meta.url)('./report.cjs')();

const STATES = { pass: 'passed', fail: 'failed', skip: 'skipped', todo: 'skipped' };

export default class Reporter {
  #over = false;
  #counts = { passed: 0, failed: 0, skipped: 0, errors: 0 };

  constructor() {
    report.begin();
  }

  // Vitest 3 and later.
  onTestRunEnd(modules, errors) {
    this.#end(modules.map((one) => one.task), errors);
  }

  // Vitest before 3.
  onFinished(files, errors) {
    this.#end(files ?? [], errors);
  }

  #end(files, errors) {
    if (this.#over) return;
    this.#over = true;
    for (const file of files) this.#walk(file, [], file.filepath);
    this.#counts.errors = errors?.length ?? 0;
    report.end(this.#counts);
  }

  #walk(task, titles, file) {
    const found = task.result;
    const error = found?.errors?.[0];
    if (task.tasks) {
      if (error) {
        const kind = titles.length === 0 ? 'file' : 'suite';
        report.result({ titles, file, state: 'failed', kind, error: report.message(error) });
      }
      for (const one of task.tasks) this.#walk(one, [...titles, one.name], file);
      return;
    }
    let state = STATES[found?.state] ?? 'skipped';
    if (task.mode === 'skip' || task.mode === 'todo') state = 'skipped';
    this.#counts[state] += 1;
    report.result({
      titles,
      file,
      state,
      kind: task.fails ? 'expected' : 'test',
      error: error && report.message(error),
      milliseconds: found?.duration,
      retried: (found?.retryCount ?? 0) > 0,
    });
  }
}
