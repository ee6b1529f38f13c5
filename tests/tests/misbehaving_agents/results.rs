//! Agents that do not do the work: nothing at all, nothing but words, an edited test, or two gigabytes of
//! output.

use regreen_case::{AttemptOutcome, Ending, FixStatus};

use super::scene::{REPAIR, Scene};

/// What `implement-fix` may hold, with room for what a build without optimisation needs.
const MOST_MEMORY: u64 = 200 << 20;
/// The end of the output that is kept, and a little for what masking adds.
const MOST_RECORD: u64 = (4 << 20) + 4096;

#[test]
fn an_agent_that_does_nothing_has_changed_nothing() {
    let told = Scene::with_command("sys.exit(0)").run();
    let told = told.ends(&[AttemptOutcome::NoChange; 2], Ending::NoFixFound);
    let _ = told.says("command: it changed nothing; command: it changed nothing");
}

/// Its words are in the report as what they are: the word of an agent whose change did not do it.
#[test]
fn a_claim_of_success_is_no_success() {
    let claim = "say('============ 2 passed in 0.01s ============')\n\
                 say(json.dumps({'summary': 'All tests pass now.', 'is_error': False, 'num_turns': 3}))\n";
    let told = Scene::with_command(claim).options(&["--attempts=1"]).run();
    let told = told.ends(&[AttemptOutcome::NoChange], Ending::NoFixFound);
    let told = told.says("it changed nothing: All tests pass now.").says("❌ Failed");
    assert!(!told.text.contains("✅"), "{}", told.text);
    let wrong = format!("pathlib.Path('calc.py').write_text(CALC.replace('a - b', 'b - a'))\n{claim}");
    let told = Scene::with_command(&wrong).run();
    let told = told.ends(&[AttemptOutcome::StillRed; 2], Ending::NoFixFound);
    let told = told.says("the test still fails").says("No patch: `no-fix-found`").says("return b - a");
    assert!(!told.text.contains("✅"), "{}", told.text);
    assert_eq!((told.fix.status, told.fix.patch_sha256), (FixStatus::NoFixFound, None));
}

#[test]
fn an_agent_that_edits_the_test_is_refused() {
    let edit = "path = pathlib.Path('tests/test_calc.py')\n\
                path.write_text(path.read_text().replace('== 3', '== -1'))\n";
    let told = Scene::with_command(edit).run();
    let told = told.ends(&[AttemptOutcome::Refused; 2], Ending::RejectedAsCheating);
    let told = told.says("it tampers with the tests that judge it");
    let _ = told.says("refused: it changes only what judges it: tests/test\\_calc.py");
    // Beside a true repair the test is put back, and the repair is taken for what it is.
    let told = Scene::with_command(&format!("{edit}{REPAIR}")).run();
    let told = told.ends(&[AttemptOutcome::Green], Ending::FixedUnproven);
    let told = told.says("edits to tests/test\\_calc.py were put back");
    let patch = std::fs::read_to_string(told.dir.path("fix.patch")).unwrap();
    assert!(!patch.contains("tests/") && patch.contains("+    return a + b"), "{patch}");
}

/// As lines, and as one line without an end: neither is held in memory.
#[test]
fn an_agent_that_prints_two_gigabytes_is_stopped() {
    for block in ["(b'x' * 1023 + b'\\n') * 1024", "b'x' * (1 << 20)"] {
        let flood = format!("block = {block}\nfor _ in range(2048):\n    os.write(1, block)\n");
        let told = Scene::with_command(&flood).run();
        let told = told.ends(&[AttemptOutcome::Broken], Ending::NoFixFound).says("it wrote too much");
        assert!((1..MOST_MEMORY).contains(&told.peak), "{} MiB", told.peak >> 20);
        let record = std::fs::metadata(told.dir.path("attempts/1/agent.txt")).unwrap();
        assert!((1..=MOST_RECORD).contains(&record.len()), "{} bytes of record", record.len());
        assert!(told.text.len() < 64 << 10, "the report has {} bytes", told.text.len());
    }
}
