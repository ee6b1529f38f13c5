//! What the tests of the four JavaScript runners share: a project whose modules only the user's checkout
//! has, and the same small suite of tests in each dialect. Every run happens in a checkout of its own,
//! as in the product.

use std::path::PathBuf;
use std::time::Duration;

use regreen_case::{Framework, TestTarget};
use regreen_proof::{CountedRun, Project, TestOutcome, Verdict, detect, plan};

use crate::bench::{Bench, RED};

/// How a runner wants its tests written.
pub(crate) struct Dialect {
    pub(crate) framework: Framework,
    pub(crate) manifest: &'static str,
    /// The file of tests, and what stands at its top.
    pub(crate) file: &'static str,
    pub(crate) head: &'static str,
    /// A test to come, and one for each pair of numbers.
    pub(crate) todo: &'static str,
    pub(crate) each: &'static str,
    /// The source, and what stands at its top.
    pub(crate) source: &'static str,
    pub(crate) export: &'static str,
    /// What stands between titles.
    pub(crate) separator: &'static str,
}

const TESTS: &str = r#"
describe('shop', () => {
  describe('total (of) "all" ü $1 [x]', () => {
    it("it's a+b?", () => { assert.equal(total([1, 2]), 3); });
    it('other', () => {});
  });
  it('same', () => {});
  it('same', () => { assert.equal(total([2, 2]), 4); });
  it.skip('skipped', () => {});
  TODO
  EACH
});
"#;

/// The name of the first test; its titles hold everything that expressions and shells care for.
pub(crate) const FIRST: &str = "shop > total (of) \"all\" ü $1 [x] > it's a+b?";

pub(crate) const HONEST: &str = "return xs.reduce((sum, x) => sum + x, 0);";
pub(crate) const WRONG: &str = "return xs.reduce((sum, x) => sum + x, 0) - 1;";

/// A project with its modules in the user's checkout, and a checkout without.
pub(crate) struct Web {
    pub(crate) bench: Bench,
    pub(crate) dialect: &'static Dialect,
}

impl Web {
    pub(crate) fn new(dialect: &'static Dialect, code: &str) -> Self {
        let bench = Bench::new(&[("package.json", dialect.manifest)]);
        bench.link_modules();
        let web = Web { bench, dialect };
        web.write("package.json", dialect.manifest);
        let tests = TESTS.replace("TODO", dialect.todo).replace("EACH", dialect.each);
        web.write(dialect.file, &format!("{}{tests}", dialect.head));
        web.code(code);
        web
    }

    pub(crate) fn checkout(&self) -> PathBuf {
        self.bench.folder.path().join("checkout")
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.checkout().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// The source: statements in front, and the body of `total`.
    pub(crate) fn code(&self, body: &str) {
        let (front, body) = body.split_once("---").unwrap_or(("", body));
        let text = format!("{}\n{front}\n{}", self.dialect.export.replace("BODY", body), "");
        self.write(self.dialect.source, &text);
    }

    pub(crate) fn targets(&self, name: &str) -> Vec<TestTarget> {
        let project = Project::at(&self.checkout(), &self.bench.project());
        let path = if name.is_empty() {
            self.dialect.file.to_owned()
        } else {
            format!("{}::{name}", self.dialect.file)
        };
        detect(&project, &path).unwrap()
    }

    pub(crate) fn run(&self, name: &str) -> (CountedRun, Verdict) {
        self.run_for(name, Duration::from_secs(240))
    }

    pub(crate) fn run_for(&self, name: &str, limit: Duration) -> (CountedRun, Verdict) {
        let targets = self.targets(name);
        let command = plan(&Project::at(&self.checkout(), &self.bench.project()), &targets, None).unwrap();
        assert_eq!(command.framework, self.dialect.framework);
        self.bench.run_command(&self.checkout(), &command, &targets, limit)
    }

    #[track_caller]
    pub(crate) fn is(&self, name: &str, expected: &Verdict) -> CountedRun {
        let (run, verdict) = self.run(name);
        assert_eq!(verdict, *expected, "{name}: {:?}; the run printed:\n{}", run.problem, run.output);
        run
    }

    #[track_caller]
    pub(crate) fn is_uncounted(&self, name: &str, reason: &str) {
        let (run, verdict) = self.run(name);
        match verdict {
            Verdict::Uncounted(why) if why.contains(reason) => {}
            other => panic!("{other:?}, not uncounted for `{reason}`; the run printed:\n{}", run.output),
        }
    }
}

fn ids(run: &CountedRun) -> Vec<&str> {
    run.results.iter().map(|one| one.id.as_str()).collect()
}

/// Pass, skip, no match, names and parameters.
pub(crate) fn counts_what_ran(dialect: &'static Dialect) {
    let web = Web::new(dialect, HONEST);
    let run = web.is(FIRST, &Verdict::Green);
    assert_eq!(ids(&run), [FIRST.replace(" > ", dialect.separator)], "narrowed to the test:\n{}", run.output);
    assert_eq!(run.results[0].suite.as_deref(), Some(dialect.file));
    web.is_uncounted("shop > skipped", "skipped");
    web.is_uncounted("shop > later", "skipped");
    web.is_uncounted("shop > gone", "");
    let run = web.is("shop > adds 1 + 2", &Verdict::Green);
    assert_eq!(ids(&run), [format!("shop{}adds 1 + 2", dialect.separator)]);
    let run = web.is("shop > adds %i + %i", &Verdict::Green);
    assert_eq!(run.results.len(), 2, "the template stands for both: {:?}", run.results);
    let (run, verdict) = web.run("");
    assert_eq!(verdict, Verdict::Green, "{:?}\n{}", run.problem, run.output);
    let outcomes = |outcome| run.results.iter().filter(|one| one.outcome == outcome).count();
    assert_eq!((outcomes(TestOutcome::Passed), outcomes(TestOutcome::Skipped)), (6, 2), "{:?}", run.results);
    // Nothing was written into the user's checkout.
    let mut left: Vec<_> =
        std::fs::read_dir(web.bench.project()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    left.sort();
    assert_eq!(left, [".venv", "node_modules", "package.json"]);
}

/// Failures have the ids and the signature that the log reader gives them; one title may exist twice.
pub(crate) fn fails_as_logs_say(dialect: &'static Dialect) {
    let web = Web::new(dialect, WRONG);
    let run = web.is(FIRST, &RED);
    let failure = run.failures().remove(0);
    let read = regreen_logs::failures_in(dialect.framework, &run.output);
    assert_eq!(read.len(), 1, "{}", run.output);
    assert_eq!((&failure.id, &failure.signature), (&read[0].id, &read[0].signature), "{}", run.output);
    // As a log names it, without a file where logs have none.
    let target = TestTarget {
        framework: dialect.framework,
        id: failure.id.clone(),
        file: None,
        suite: failure.suite.clone(),
    };
    let (again, verdict) = web.bench.run_in(&web.checkout(), &[target]);
    assert_eq!(verdict, RED, "{}", again.output);
    assert_eq!(ids(&again), [failure.id.as_str()]);
    let run = web.is("shop > same", &RED);
    assert_eq!(run.results.len(), 2, "both: {:?}", run.results);
    // A file that cannot be loaded is a failure of every test in it.
    web.write(dialect.source, "const x = ;\n");
    let (run, verdict) = web.run(FIRST);
    assert!(verdict != Verdict::Green && run.end != regreen_supervise::End::Exited(0), "{}", run.output);
}

/// Crashes and hangs are neither.
pub(crate) fn crashes_and_hangs_are_no_pass(dialect: &'static Dialect) {
    let web = Web::new(dialect, "process.abort();");
    let (run, verdict) = web.run(FIRST);
    assert_ne!(verdict, Verdict::Green, "{}", run.output);
    web.code("for (;;);");
    let (run, verdict) = web.run_for(FIRST, Duration::from_secs(5));
    let stopped = matches!(&verdict, Verdict::Uncounted(why) if why.contains("time limit"));
    assert!(stopped, "{verdict:?}\n{}", run.output);
}

/// Writes into every channel that the command lines of this process and its parents name.
const FORGE: &str = r#"
const fs = process.getBuiltinModule ? process.getBuiltinModule('node:fs') : require('node:fs');
function forge(leave = (place, text) => fs.writeFileSync(place, text)) {
  const words = [...process.argv];
  for (let pid = process.pid, deep = 0; pid > 1 && deep < 4; deep += 1) {
    words.push(...fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0'));
    pid = Number(/PPid:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
  }
  for (const word of words) {
    const found = /([^=\s]*)\/(?:jest|vitest|mocha|node_test)\.[cm]js$/.exec(word);
    if (!found) continue;
    const one = { titles: JSON.stringify(TITLES), file: 'FILE', state: 'passed', kind: 'test', message: '', ms: 1, retried: false };
    const end = { end: true, passed: 1, failed: 0, skipped: 0, errors: 0 };
    leave(`${found[1]}/results`, `${JSON.stringify(one)}\n${JSON.stringify(end)}\n${'0'.repeat(64)}\n`);
  }
}
/** A pipe, on which a reader would wait for ever. */
function pipe(place) {
  const { execFileSync } = process.getBuiltinModule ? process.getBuiltinModule('node:child_process') : require('node:child_process');
  try {
    fs.rmSync(place, { force: true });
    execFileSync('mkfifo', [place]);
  } catch {}
}
"#;

/// What the runner would print at the end of one passing test.
fn summary(framework: Framework) -> &'static str {
    match framework {
        Framework::Jest => {
            "PASS src/shop.test.js\\n\\nTest Suites: 1 passed, 1 total\\nTests:       1 passed, 1 total\\nSnapshots:   0 total\\nTime:        0.2 s\\nRan all test suites.\\n"
        }
        Framework::Vitest => {
            " Test Files  1 passed (1)\\n      Tests  1 passed (1)\\n   Start at  10:00:00\\n"
        }
        Framework::Mocha => "\\n\\n  1 passing (2ms)\\n\\n",
        _ => {
            "ℹ tests 1\\nℹ suites 0\\nℹ pass 1\\nℹ fail 0\\nℹ cancelled 0\\nℹ skipped 0\\nℹ todo 0\\nℹ duration_ms 9\\n"
        }
    }
}

/// Code that tries to look green, run for real.
pub(crate) fn nothing_forged_is_green(dialect: &'static Dialect) {
    let web = Web::new(dialect, HONEST);
    let titles: Vec<&str> = FIRST.split(" > ").collect();
    let forge =
        FORGE.replace("TITLES", &serde_json::to_string(&titles).unwrap()).replace("FILE", dialect.file);
    let print = format!("process.stdout.write('{}');", summary(dialect.framework));
    for (name, front, body) in [
        ("leaves", String::new(), "process.exit(0);".to_owned()),
        ("leaves at once", "process.exit(0);".to_owned(), "return 0;".to_owned()),
        ("prints and leaves", String::new(), format!("{print} process.reallyExit(0);")),
        ("forges and leaves", forge.clone(), format!("forge(); {print} process.reallyExit(0);")),
        ("leaves a pipe", forge.clone(), format!("forge(pipe); {print} process.reallyExit(0);")),
        (
            "forges at the end",
            format!("{forge} process.on('exit', () => {{ forge(); {print} process.exitCode = 0; }});"),
            "return 0;".to_owned(),
        ),
        (
            "changes what reports are made of",
            "for (const one of [Object.prototype, Error.prototype]) one.toJSON = () => ({ state: 'passed' }); \
             JSON.stringify = () => '{\"state\":\"passed\"}'; Array.prototype.push = function () { return 0; }; \
             process.on('exit', () => { process.exitCode = 0; });"
                .to_owned(),
            "return 0;".to_owned(),
        ),
    ] {
        web.code(&format!("{front}---{body}"));
        let (run, verdict) = web.run_for(FIRST, Duration::from_secs(60));
        assert_ne!(verdict, Verdict::Green, "{name}: {:?}\n{}", run.problem, run.output);
        let piped = run.problem.is_some_and(|why| why.contains("no file of its own"));
        assert_eq!(piped, name == "leaves a pipe", "{name}: {}", run.output);
    }
}

/// Finds what the preloaded report gives to the reporter, and signs a report with it.
const STEAL: &str = r#"
const builtin = (name) => (process.getBuiltinModule ? process.getBuiltinModule(name) : require(name));
const { Module } = builtin('node:module');
function sign(report) {
  let found = report;
  for (let deep = 0; deep < 2 && typeof found === 'function'; deep += 1) found = found();
  if (!found || !found.result) return;
  found.result({ titles: TITLES, file: __filename.replace('SOURCE', 'FILE'), state: 'passed' });
  found.end({ passed: 1, failed: 0, skipped: 0, errors: 0 });
}
function places() {
  const named = process.execArgv.map((word) => /([^=]*)\/report\.cjs$/.exec(word)).filter(Boolean);
  const cached = Object.keys(Module._cache).filter((place) => place.endsWith('/report.cjs'));
  return [...named.map(([, folder]) => `${folder}/report.cjs`), ...cached];
}
function steal() {
  for (const place of places()) {
    sign(Module._load(place));
    if (Module._cache[place]) sign(Module._cache[place].exports);
  }
}
"#;

fn steal(dialect: &Dialect) -> String {
    let titles: Vec<&str> = FIRST.split(" > ").collect();
    let titles = serde_json::to_string(&titles).unwrap();
    STEAL.replace("TITLES", &titles).replace("SOURCE", dialect.source).replace("FILE", dialect.file)
}

/// The report is handed out once, to the reporter: whoever asks for it later gets none, and spoils it.
pub(crate) fn no_report_is_stolen(dialect: &'static Dialect) {
    let web = Web::new(dialect, HONEST);
    let steal = steal(dialect);
    let leave = format!("process.stdout.write('{}'); process.reallyExit(0);", summary(dialect.framework));
    for (name, front, body) in [
        ("signs in the test", String::new(), format!("steal(); {leave}")),
        ("signs when it is loaded", format!("steal(); {leave}"), "return 0;".to_owned()),
    ] {
        web.code(&format!("{steal}{front}---{body}"));
        let (run, verdict) = web.run_for(FIRST, Duration::from_secs(60));
        assert_ne!(verdict, Verdict::Green, "{name}: {:?}\n{}", run.problem, run.output);
    }
}

/// A report that was signed is worth nothing when it is asked for behind it.
pub(crate) fn a_signed_report_can_be_spoiled(dialect: &'static Dialect) {
    let web = Web::new(dialect, HONEST);
    web.code(&format!("{} process.on('exit', steal);---{HONEST}", steal(dialect)));
    web.is_uncounted(FIRST, "handed out once");
}
