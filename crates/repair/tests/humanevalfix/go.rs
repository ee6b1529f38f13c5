//! Go: a build for every candidate, so only every fifth bug unless some are named, and 60 candidates unless
//! `REGREEN_HEFIX_LIMIT` says otherwise. The toolchain is the one that `REGREEN_GO` names, else the one among the
//! workspace's own tools, else the one on the path.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use regreen_case::Framework;
use regreen_repair::Judgement;

use crate::{Figures, Task, finish, run, target, tasks};

/// As much of testify as the tests use.
const ASSERT: &str = r#"package assert

import (
	"reflect"
	"testing"
)

type Assertions struct{ t *testing.T }

func New(t *testing.T) *Assertions { return &Assertions{t} }

func (a *Assertions) check(ok bool, what ...interface{}) bool {
	if !ok {
		a.t.Errorf("not as expected: %v", what)
	}
	return ok
}

func (a *Assertions) Equal(want, got interface{}, _ ...interface{}) bool {
	return a.check(reflect.DeepEqual(want, got), want, got)
}

func (a *Assertions) NotEqual(want, got interface{}, _ ...interface{}) bool {
	return a.check(!reflect.DeepEqual(want, got), want, got)
}

func (a *Assertions) True(value bool, _ ...interface{}) bool { return a.check(value) }

func (a *Assertions) False(value bool, _ ...interface{}) bool { return a.check(!value) }

func (a *Assertions) Nil(value interface{}, _ ...interface{}) bool {
	return a.check(value == nil || reflect.ValueOf(value).IsNil(), value)
}

func (a *Assertions) InDelta(want, got, delta float64, _ ...interface{}) bool {
	return a.check(want-got <= delta && got-want <= delta, want, got)
}
"#;

struct Go {
    program: PathBuf,
    cache: PathBuf,
}

impl Go {
    fn find() -> Self {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools/venv/bin/go");
        let named = std::env::var_os("REGREEN_GO").map(PathBuf::from);
        let first = named.unwrap_or(if own.exists() { own } else { PathBuf::from("go") });
        // What is found may be a script that starts the program.
        let root = Command::new(first).args(["env", "GOROOT"]).output().unwrap();
        let root = String::from_utf8(root.stdout).unwrap();
        let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("go-cache");
        Go { program: Path::new(root.trim()).join("bin/go"), cache }
    }

    /// Compiles the module with its tests and runs them.
    fn judge(&self, module: &Path) -> Judgement {
        let compiler = Command::new(&self.program)
            .args(["test", "-c", "-vet=off", "-ldflags=-s -w", "-o", "program", "."])
            .current_dir(module)
            .envs([
                ("GOFLAGS", "-mod=mod"),
                ("GOPROXY", "off"),
                ("GOTOOLCHAIN", "local"),
                ("CGO_ENABLED", "0"),
            ])
            .env("GOCACHE", &self.cache)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        if !finish(compiler, Duration::from_secs(180)).is_some_and(|output| output.status.success()) {
            return Judgement::Broken("compiler".to_owned());
        }
        // A loop that only appends would eat the machine before its time is over.
        let tests = Command::new("sh")
            .args(["-c", "ulimit -v 2000000; exec ./program -test.timeout=3s"])
            .current_dir(module)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        match finish(tests, Duration::from_secs(5)) {
            Some(output) if output.status.success() => Judgement::Green,
            Some(_) => Judgement::Red(Vec::new()),
            None => Judgement::Broken("time".to_owned()),
        }
    }
}

#[test]
#[ignore = "a measurement"]
fn go() {
    let go = Go::find();
    let mut figures = Figures::default();
    let step = if std::env::var_os("REGREEN_HEFIX_ONLY").is_some() { 1 } else { 5 };
    let limit = std::env::var("REGREEN_HEFIX_LIMIT").ok().and_then(|limit| limit.parse().ok()).unwrap_or(60);
    let (tried, refused) = (Cell::new(0), Cell::new(0));
    for task in tasks("go").into_iter().step_by(step) {
        let declaration = format!("package main\n\n{}\n{}", task.import, task.declaration);
        let dir = tempfile::tempdir().unwrap();
        let write = |file: &str, text: &str| fs::write(dir.path().join(file), text).unwrap();
        // In a folder of other people's code, which is not searched.
        fs::create_dir_all(dir.path().join("third_party/assert")).unwrap();
        write("go.mod", "module example.com/task\n\ngo 1.22\n");
        write("third_party/assert/assert.go", ASSERT);
        let setup = task.setup.replace("github.com/stretchr/testify", "example.com/task/third_party");
        write("solution_test.go", &format!("{setup}\n{}", task.test));
        let buggy = format!("{declaration}{}", task.buggy);
        write("solution.go", &buggy);
        if !matches!(go.judge(dir.path()), Judgement::Red(_)) {
            println!("{} skipped: does not compile here, or is not red", task.id);
            continue;
        }
        let name = task.test.split("func ").nth(1).and_then(|rest| rest.split('(').next()).unwrap_or("");
        let target = target(Framework::GoTest, &format!("example.com/task.{name}"), "solution_test.go");
        let count = Cell::new(0);
        let mut judge = || {
            if count.replace(count.get() + 1) >= limit {
                return Judgement::Stop;
            }
            let judgement = go.judge(dir.path());
            tried.set(tried.get() + 1);
            refused.set(
                refused.get()
                    + usize::from(matches!(&judgement, Judgement::Broken(why) if why == "compiler")),
            );
            judgement
        };
        let (survivors, first) = run(dir.path(), target, &[], &mut judge);
        assert_eq!(fs::read_to_string(dir.path().join("solution.go")).unwrap(), buggy);
        figures.add(&Task { declaration, ..task }, &buggy, &survivors, first);
    }
    figures.print();
    println!("{} of {} candidates did not compile", refused.get(), tried.get());
}

/// Where the reference fix stands among the candidates; needs no toolchain, and so looks at all bugs.
#[test]
#[ignore = "a measurement"]
fn go_reach() {
    let normal = |text: &str| text.split_whitespace().collect::<String>();
    let (mut places, mut missed) = (Vec::new(), Vec::new());
    for task in tasks("go") {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("solution.go");
        let head = format!("package main\n\n{}\n{}", task.import, task.declaration);
        fs::write(&path, format!("{head}{}", task.buggy)).unwrap();
        fs::write(dir.path().join("solution_test.go"), format!("{}\n{}", task.setup, task.test)).unwrap();
        let wanted = normal(&format!("{head}{}", task.canonical));
        let name = task.test.split("func ").nth(1).and_then(|rest| rest.split('(').next()).unwrap_or("");
        let target = target(Framework::GoTest, name, "solution_test.go");
        let (mut count, mut place) = (0, None);
        let mut judge = || {
            count += 1;
            if normal(&fs::read_to_string(&path).unwrap()) == wanted {
                place = Some(count);
                return Judgement::Stop;
            }
            Judgement::Red(Vec::new())
        };
        run(dir.path(), target, &[], &mut judge);
        println!("{:12} {place:?} of {count}", task.id);
        match place {
            Some(place) => places.push(place),
            None => missed.push(task.id),
        }
    }
    places.sort_unstable();
    let within = |limit: usize| places.iter().filter(|place| **place <= limit).count();
    println!(
        "reference fix reached: {} within 60, {} within 600, {} in all",
        within(60),
        within(600),
        places.len()
    );
    println!("not reached: {}", missed.join(" "));
}
