//! One kill and everything that must hold afterwards.

use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use regreen_case::{
    CaseDir, CaseError, Document, Ending, Failure, Fix, PullRequest, Report, Reproduction, Status, Task,
    Verification,
};

use super::kind::Kind;
use super::litter::{hidden, is_channel, names};
use super::processes;
use super::project::{self, Bug};
use super::random::Random;
use super::record::Record;
use super::scene::{Scene, Template};
use super::snapshot::Snapshot;
use super::storage::SmallDisk;
use super::strike::Target;
use crate::{TestRepository, binaries, program};

/// Time for all that was started to be gone after something had to end.
const TO_END: Duration = Duration::from_secs(10);
/// Time for its last words to reach their log.
const TO_WRITE: Duration = Duration::from_secs(2);
/// Time for a program that goes on.
const TO_GO_ON: Duration = Duration::from_secs(240);

/// A place with a repository, a case and a program on it.
struct Trial {
    scene: Scene,
    kind: Kind,
    repository: TestRepository,
    case: PathBuf,
    disk: Option<SmallDisk>,
    /// Threads that bring to a log what a program says, by its name.
    scribes: Mutex<Vec<(String, JoinHandle<()>)>>,
    problems: Vec<String>,
}

/// Does it. `None` when the program had ended before it could be struck.
///
/// # Panics
/// When a place for it cannot be made.
#[must_use]
pub(crate) fn run(seed: u64, kind: Kind, scene: Scene, template: &Template) -> Option<Record> {
    let mut random = Random::new(seed);
    let repository = project::repository();
    project::work_on(&repository, random.share() < 0.5);
    // In the checkout, as is the default, or beside it.
    let inside = random.share() < 0.5 && !kind.is_about_disk();
    let case = if inside { repository.path().join(".regreen/case") } else { repository.beside("case") };
    let disk = kind.is_about_disk().then(|| SmallDisk::at(&case, "16m")).flatten();
    template.lay(scene, &case);
    let mut trial =
        Trial { scene, kind, repository, case, disk, scribes: Mutex::default(), problems: Vec::new() };
    let before = Snapshot::of(trial.repository.path());
    let moment = template.duration(scene).mul_f64(random.share() * 0.95);

    let mut child = trial.start(&trial.scene.command().1, trial.scene.command().0, "first");
    std::thread::sleep(moment);
    let target = Target {
        main: i32::try_from(child.id()).unwrap_or_default(),
        alone: scene.alone,
        case: &trial.case,
        disk: trial.disk.as_ref(),
    };
    let Some(phase) = target.strike(kind, &mut random) else {
        let _ = child.kill();
        let _ = child.wait();
        trial.wait_for_silence(Instant::now(), "before it");
        return None;
    };
    let (left, to_end) = trial.look_at_the_end(child);
    trial.compare(&before, "right after it", false);
    let reported = trial.look_at_the_report();
    trial.run_again();
    trial.compare(&before, "after the next run", true);
    trial.look_for_litter();
    let intact = !trial.problems.iter().any(|problem| problem.starts_with("the checkout"));
    let problems = std::mem::take(&mut trial.problems);
    Some(Record { seed, kind, scene, moment, phase, intact, left, reported, to_end, problems })
}

impl Trial {
    fn folder(&self) -> PathBuf {
        self.repository.beside("")
    }

    fn wrong(&mut self, problem: impl Into<String>) {
        self.problems.push(problem.into());
    }

    fn temporary(&self) -> PathBuf {
        self.repository.beside("tmp")
    }

    fn log(&self, name: &str) -> PathBuf {
        self.repository.beside(&format!("{name}.log"))
    }

    /// All that it said, once it is gone: the last of it is still on its way then.
    fn said(&self, name: &str) -> String {
        let until = Instant::now() + TO_WRITE;
        let is_written = |scribes: &Vec<(String, JoinHandle<()>)>| {
            scribes.iter().filter(|(of, _)| of == name).all(|(_, scribe)| scribe.is_finished())
        };
        while Instant::now() < until && self.scribes.lock().is_ok_and(|scribes| !is_written(&scribes)) {
            std::thread::sleep(Duration::from_millis(5));
        }
        std::fs::read_to_string(self.log(name)).unwrap_or_default()
    }

    fn start(&self, options: &[String], name: &str, log: &str) -> Child {
        let home = self.repository.beside("home");
        std::fs::create_dir_all(&home).expect("a home");
        std::fs::create_dir_all(self.temporary()).expect("a folder");
        // By way of a pipe: what limits the files of the program must not limit what it says.
        let (mut reader, out) = std::io::pipe().expect("a pipe");
        let mut written = std::fs::File::create(self.log(log)).expect("a log");
        let scribe = std::thread::spawn(move || drop(std::io::copy(&mut reader, &mut written)));
        self.scribes.lock().expect("no thread panics with it").push((log.to_owned(), scribe));
        let mut command = Command::new(binaries::binary(name));
        command
            .args(options)
            .args(["--case".as_ref(), self.case.as_os_str()])
            .args(["--repo".as_ref(), self.repository.path().as_os_str()])
            .current_dir(self.repository.path())
            .env_clear()
            .envs(program::surroundings(&home))
            .env("TMPDIR", self.temporary())
            .env("GITHUB_STEP_SUMMARY", self.repository.beside("summary.md"))
            .stdin(Stdio::null())
            .stdout(out.try_clone().expect("a log"))
            .stderr(out)
            .process_group(0);
        command.spawn().expect("a program that starts")
    }

    /// Waits for the program and for all that it started.
    fn look_at_the_end(&mut self, mut child: Child) -> (usize, Option<Duration>) {
        let struck = Instant::now();
        let conducted = self.scene.alone.is_none();
        let must_end = self.kind.must_end(conducted);
        let ended = wait(&mut child, if must_end { TO_END * 3 } else { TO_GO_ON });
        let left = self.wait_for_silence(struck, "after it");
        let took = must_end.then(|| struck.elapsed());
        match ended {
            None => self.wrong("it did not end"),
            Some(status) => self.look_at_the_code(status),
        }
        (left, took)
    }

    fn look_at_the_code(&mut self, status: ExitStatus) {
        use std::os::unix::process::ExitStatusExt as _;
        let conducted = self.scene.alone.is_none();
        let code = status.code();
        let expected: &[i32] = match self.kind {
            Kind::Terminate | Kind::HangUp => &[143],
            Kind::Interrupt => &[130],
            Kind::TerminatePhase if !conducted => &[143],
            // The conductor passes on what the phase said.
            Kind::TerminatePhase => &[143, 0],
            Kind::KillPhase if conducted => &[3, 0],
            Kind::KillChild => &[0],
            Kind::Corrupted => &[0, 4],
            Kind::CaseDeleted => &[0, 3, 4],
            kind if kind.is_about_storage() => &[0, 3],
            _ => &[],
        };
        let right = match code {
            Some(code) => expected.contains(&code),
            None => self.kind.is_sudden(conducted) && status.signal() == Some(9),
        };
        let said = self.said("first");
        if !right {
            self.wrong(format!("it ended with {status}, expected {expected:?}; it said:\n{}", tail(&said)));
        }
        if code == Some(3) && self.kind.is_about_storage() && !said.contains("hint:") {
            self.wrong(format!("there is no hint in:\n{}", tail(&said)));
        }
        if said.contains("panicked") {
            self.wrong(format!("it panicked:\n{}", tail(&said)));
        }
    }

    /// Waits until nothing has to do with the trial's folder. How many processes did not go.
    fn wait_for_silence(&mut self, since: Instant, when: &str) -> usize {
        let folder = self.folder();
        loop {
            let left = processes::in_folder(&folder);
            if left.is_empty() {
                return 0;
            }
            if since.elapsed() > TO_END {
                for process in &left {
                    let place = std::fs::read_link(format!("/proc/{}/cwd", process.pid)).unwrap_or_default();
                    let (pid, line) = (process.pid, &process.line);
                    self.wrong(format!("process {pid} is left {when} in {}: {line}", place.display()));
                    process.signal(Signal::SIGKILL);
                }
                return left.len();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn compare(&mut self, before: &Snapshot, when: &str, swept: bool) {
        for line in before.differences(&Snapshot::of(self.repository.path())) {
            // The folder of all worktrees, made for one of ours that was not cleaned up yet.
            if swept || line != ".git/worktrees is new" {
                self.wrong(format!("the checkout was changed {when}: {line}"));
            }
        }
        let status =
            self.repository.git(&["--no-optional-locks", "status", "--porcelain", "--untracked-files=all"]);
        if status.contains(".regreen") {
            self.wrong(format!("the checkout was changed {when}: git status shows the case: {status}"));
        }
        self.repository.git(&["fsck", "--no-dangling", "--no-progress"]);
    }

    /// There is a report, or `write-report` makes one, and nothing is claimed that was not seen.
    fn look_at_the_report(&mut self) -> bool {
        let outlived = self.scene.alone.is_none() && !self.kind.is_sudden(true);
        let storage = self.kind.is_about_disk();
        // It is as limited as the phase.
        let can_write = !storage && self.kind != Kind::FileLimit;
        if outlived && can_write && !self.has_report() {
            let said = self.said("first");
            self.wrong(format!("the conductor wrote no report:\n{}", tail(&said)));
        }
        if storage {
            self.look_at_the_report_elsewhere();
            if let Some(disk) = &self.disk {
                if self.kind == Kind::ReadOnly { disk.thaw() } else { disk.free() }
            }
        }
        let mut child = self.start(&[], "write-report", "report");
        let code = wait(&mut child, TO_GO_ON).and_then(|status| status.code());
        let said = self.said("report");
        if code != Some(0) || !self.has_report() {
            self.wrong(format!("write-report ended with {code:?}:\n{}", tail(&said)));
            return false;
        }
        self.read_all();
        let Ok(dir) = CaseDir::open(&self.case) else { return false };
        let (report, verified) = (dir.read::<Report>(), dir.read::<Verification>());
        let proven = verified.is_ok_and(|found| found.status == regreen_case::VerificationStatus::Proven);
        if report.is_ok_and(|report| report.status == Status::Success) && !proven {
            self.wrong("the report claims a success that nothing proves");
        }
        true
    }

    /// With no place in the case the report is told in the summary.
    fn look_at_the_report_elsewhere(&mut self) {
        let mut child = self.start(&[], "write-report", "elsewhere");
        let code = wait(&mut child, TO_GO_ON).and_then(|status| status.code());
        let said = self.said("elsewhere");
        let summary = std::fs::read_to_string(self.repository.beside("summary.md")).unwrap_or_default();
        match code {
            Some(0) => {}
            Some(3) if said.contains("hint:") && summary.contains("## Status:") => {}
            _ => self.wrong(format!("no report anywhere ({code:?}):\n{}", tail(&said))),
        }
    }

    fn has_report(&self) -> bool {
        let report = CaseDir::open(&self.case).ok().and_then(|dir| Some((dir.read::<Report>().ok()?, dir)));
        report.is_some_and(|(report, dir)| {
            let text = std::fs::read_to_string(dir.path(report.markdown)).unwrap_or_default();
            text.contains("## Status:")
        })
    }

    /// No document is half there.
    fn read_all(&mut self) {
        if self.kind == Kind::Corrupted {
            return;
        }
        let Ok(dir) = CaseDir::open(&self.case) else { return self.wrong("the case cannot be opened") };
        for problem in [
            problem::<Task>(&dir),
            problem::<Failure>(&dir),
            problem::<Reproduction>(&dir),
            problem::<Fix>(&dir),
            problem::<Verification>(&dir),
            problem::<PullRequest>(&dir),
        ]
        .into_iter()
        .flatten()
        {
            self.wrong(format!("a document is broken: {problem}"));
        }
    }

    /// The same once more, on the same case: it ends in success.
    fn run_again(&mut self) {
        let mut options = self.scene.again();
        if matches!(self.kind, Kind::CaseDeleted | Kind::Corrupted) {
            // What it stood on is gone: from the start.
            options.retain(|option| !option.starts_with("--from="));
        }
        let mut child = self.start(&options, "regreen", "again");
        let code = wait(&mut child, TO_GO_ON).and_then(|status| status.code());
        let report = CaseDir::open(&self.case).and_then(|dir| dir.read::<Report>());
        let ending = report.as_ref().ok().map(|report| report.ending);
        let status = report.map(|report| report.status);
        let said = self.said("again");
        // On a busy machine the time for an intermittent failure can be over before enough runs were clean.
        let right = match status {
            Ok(Status::Success) => true,
            Ok(Status::Partial) => self.scene.bug == Bug::Sometimes,
            // Nor may it have shown itself in the few runs that there was time for.
            Ok(Status::Failed) => self.scene.bug == Bug::Sometimes && ending == Some(Ending::NotReproduced),
            _ => false,
        };
        if code != Some(0) || !right {
            self.wrong(format!("the next run ended with {code:?} and {status:?}:\n{}", tail(&said)));
            return;
        }
        if !matches!(status, Ok(Status::Success)) {
            return;
        }
        let branches = self.repository.git(&["for-each-ref", "--format=%(refname:short)", "refs/heads/fix"]);
        let fixed = branches.lines().any(|branch| {
            self.repository
                .git(&["diff", "--name-only", "main", branch])
                .lines()
                .any(|name| name == self.scene.bug.file())
        });
        if !fixed {
            self.wrong(format!("the next run left no branch with the fix: {branches}"));
        }
        self.wait_for_silence(Instant::now(), "after the next run");
    }

    /// Worktrees, temporary folders and half-written files.
    fn look_for_litter(&mut self) {
        let listed = self.repository.git(&["worktree", "list", "--porcelain"]);
        let folders = [
            self.repository.path().join(".git/worktrees"),
            self.case.join("scratch"),
            self.case.join("scratch/verify-stress"),
            self.temporary(),
        ];
        let entries = folders.iter().flat_map(|folder| names(folder));
        let mut litter: Vec<String> =
            entries.filter(|name| name.starts_with("regreen-") || is_channel(name)).collect();
        litter.extend(hidden(&self.case));
        litter.extend(listed.lines().filter(|line| line.contains("regreen-")).map(str::to_owned));
        if !litter.is_empty() {
            self.wrong(format!("left behind: {}", litter.join(", ")));
        }
    }
}

fn problem<D: Document>(dir: &CaseDir) -> Option<String> {
    match dir.read::<D>() {
        Ok(_) | Err(CaseError::Missing { .. }) => None,
        Err(error) => Some(error.to_string()),
    }
}

fn wait(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let until = Instant::now() + limit;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() > until => {
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
            _ => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(14)..].join("\n")
}
