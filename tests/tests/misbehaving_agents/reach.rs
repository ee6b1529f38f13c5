//! Agents that reach out of their worktree, or take it away.

use regreen_case::{AttemptOutcome, Ending, FixStatus};

use super::scene::{REPAIR, Scene, can_confine};

/// Everything of the user's that an agent could want to change. What it manages it says; that nothing was
/// changed the scene sees for itself.
const WRITES: &str = r#"
def tries(what, work):
    try:
        work()
        say("managed:", what)
    except Exception as error:
        say("refused:", what, type(error).__name__)

def git(*words):
    done = subprocess.run(["git", *words], capture_output=True, text=True)
    if done.returncode:
        raise OSError(done.stderr)

def links(path, to):
    path = pathlib.Path(path)
    path.unlink() if path.is_file() else shutil.rmtree(path)
    path.symlink_to(to)

for path in ["repository/calc.py", "repository/new.txt", "repository/.git/config", "repository/.git/HEAD",
             "repository/.git/hooks/pre-commit", "repository/.git/index", "repository/.git/refs/heads/evil",
             "outside/notes.txt", "outside/new.txt", "home/.bashrc", "home/.ssh/authorized_keys",
             "case/fix.json", "case/fix.patch", "case/task.json", "case/scratch/mine.txt"]:
    place, rest = path.split("/", 1)
    tries("write " + path, lambda: open(os.path.join(globals()[place], rest), "a").write("mine"))
for path in [repository + "/calc.py", repository + "/unfinished.txt", outside + "/notes.txt"]:
    tries("remove " + path, lambda: os.remove(path))
    tries("move " + path, lambda: os.rename(path, "taken"))
    tries("cut " + path, lambda: os.truncate(path, 0))
    tries("link " + path, lambda: os.link(path, "linked"))
tries("make a folder", lambda: os.mkdir(outside + "/folder"))
tries("commit", lambda: git("-c", "user.name=E", "-c", "user.email=e@e", "commit", "--all", "--allow-empty", "-m", "mine"))
tries("make a branch", lambda: git("branch", "mine"))
tries("configure", lambda: git("config", "core.hooksPath", "/tmp"))
tries("add a worktree", lambda: git("worktree", "add", os.environ["TMPDIR"] + "/other"))
tries("stash", lambda: git("stash", "--include-untracked"))
tries("stop its supervisor", lambda: os.kill(os.getppid(), signal.SIGKILL))
"#;

#[test]
fn an_agent_that_writes_outside_changes_nothing() {
    if !can_confine() {
        return;
    }
    let told = Scene::with_command(WRITES).options(&["--attempts=1"]).run();
    let told = told.ends(&[AttemptOutcome::NoChange], Ending::NoFixFound).says("it changed nothing");
    let printed = told.printed(1);
    assert!(!printed.contains("managed:") && !printed.contains("Traceback"), "{printed}");
    assert_eq!(printed.matches("refused: ").count(), 34, "{printed}");
}

/// What it left inside leads outside: nothing is read, written or deleted through it, neither when its
/// change is taken nor when the next attempt gets a clean checkout.
#[test]
fn links_that_lead_outside_are_not_followed() {
    let body = format!(
        "if is_first:\n    shutil.rmtree('tests')\n    os.symlink(outside, 'tests')\n    os.remove('calc.py')\n    \
         os.symlink(repository + '/calc.py', 'calc.py')\n    os.symlink(home + '/.ssh/id_ed25519', 'key.txt')\n\
         else:\n    assert pathlib.Path('calc.py').read_text() == CALC and os.listdir('tests') == ['test_calc.py']\n    \
         {REPAIR}"
    );
    let told = Scene::with_command(&body).run();
    let told = told.ends(&[AttemptOutcome::Refused, AttemptOutcome::Green], Ending::FixedUnproven);
    let summary = &told.fix.attempts[0].summary;
    assert!(summary.contains("symbolic link"), "{summary}");
    assert_eq!(told.files_with(super::scene::PRIVATE), [""; 0].map(std::path::PathBuf::from));
}

const DELETES: &str = "\
for name in os.listdir('.'):
    shutil.rmtree(name) if os.path.isdir(name) else os.remove(name)
shutil.rmtree(os.getcwd(), ignore_errors=True)
";

/// What it left is judged (the test is put back, and fails), and the next attempt gets a whole one.
#[test]
fn an_agent_that_deletes_its_worktree_gets_a_new_one() {
    let indented = DELETES.replace('\n', "\n    ");
    let body = format!("if is_first:\n    {indented}\nelse:\n    {REPAIR}");
    for sandbox in ["--sandbox=auto", "--sandbox=off"] {
        let told = Scene::with_command(&body).options(&[sandbox]).run();
        let told = told.ends(&[AttemptOutcome::StillRed, AttemptOutcome::Green], Ending::FixedUnproven);
        assert_eq!(told.fix.status, FixStatus::PatchFound);
        let diff = std::fs::read_to_string(told.dir.path("attempts/1/change.diff")).unwrap();
        assert!(diff.contains("deleted file mode 100644\n") && diff.contains("a/calc.py"), "{diff}");
        let summary = &told.fix.attempts[0].summary;
        assert!(summary.contains("edits to tests/test_calc.py were put back"), "{summary}");
    }
}

/// What it leaves cannot be told as a patch, or is more than anybody reads: the phase goes on, within its
/// time, and the next attempt gets a clean checkout.
#[test]
fn what_no_patch_can_say_ends_the_attempt_and_no_more() {
    let oddities = [
        ("open(b'\\xff\\xfe.py', 'w').write('x')", AttemptOutcome::Broken, "a path that is not UTF-8"),
        ("open('a\\nb.py', 'w').write('x')", AttemptOutcome::Refused, "the path holds a control character"),
        (
            "os.mkdir('many'); [open(f'many/{n}', 'w').close() for n in range(3000)]",
            AttemptOutcome::Refused,
            "it changes 3000 files, at most 100 may",
        ),
    ];
    for (odd, outcome, said) in oddities {
        let scene = Scene::with_command(&format!("if is_first:\n    {odd}\nelse:\n    {REPAIR}"));
        let told = scene.options(&["--time-limit=60s"]).run();
        let told = told.ends(&[outcome, AttemptOutcome::Green], Ending::FixedUnproven);
        assert!(told.fix.attempts[0].summary.contains(said), "{}", told.fix.attempts[0].summary);
        assert!(told.finished.took.as_secs() < 30, "{:?}", told.finished.took);
    }
}
