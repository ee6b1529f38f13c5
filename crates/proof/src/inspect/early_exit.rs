//! Code that ends the process before its tests have been judged.

use regreen_case::FindingKind;

use super::language::Language;
use super::pattern::Pattern;
use super::{Change, Findings};

/// Ends without unwinding, without handlers, or from afar: nothing a repair needs.
static HARD: Pattern = Pattern::new(concat!(
    r#"\b_exit\b|["']_exit["']|\b_Exit\s*\(|\bquick_exit\s*\(|\bsyscall\.(?:Exit|Exec|Kill|RawSyscall)\b|\blibc::(?:_?exit|abort|kill|raise)\b|\bos\.abort\b|\bos\.kill(?:pg)?\s*\(|\bos\.exec[lv]|\bsignal\.raise_signal"#,
    r#"|\bruntime\.Goexit\b|\bsignal::kill|\bfaulthandler\._|\bctypes\b.*\b(?:exit|abort|_start)|\bprocess\.(?:reallyExit|abort|kill|dlopen)\b|\bprocess\[\s*["'`](?:exit|reallyExit|kill|abort)|\bprocess\.exitCode\s*="#,
    r"|\bgetRuntime\(\)\s*\.(?:halt|exit)|\bRuntime\b.*\.halt\(|addShutdownHook|\bexit!|\bat_exit\b|\bProcess\.(?:kill|exit!?|abort)\b|\bKernel\.(?:exit!?|abort)\b|\b(?:std::)?longjmp\s*\(|\bstd::set_terminate|\bpthread_exit\b|\bstd::at_quick_exit|\batexit\b|\bpytest\.exit\b|\bsys\.exitfunc|\bthreading\._shutdown|\bprocess\.on\(\s*.exit",
));

/// Ends with success, or with nobody knows what.
static SOFT: Pattern = Pattern::new(
    r#"\bsys\.exit\b|["']exit["']\s*\)|\braise\s+SystemExit|(?:^|[\s;{(])(?:exit|quit)\s*\(|\bstd::exit\s*\(|\bprocess::exit\b|\bprocess::abort\b|\bos\.Exit\(|\blog\.Fatal|\bprocess\.exit\b|\bSystem\.exit\b|\bEnvironment\.Exit\b|\bDeno\.exit\b|\bexitProcess\(|^\s*(?:exit|abort)\b\s*(?:$|\(|if\b|unless\b|0|true)|\bthrow\s+:done|\babort\(\)"#,
);

/// Says that all is well, or nothing.
static SUCCESS: Pattern = Pattern::new(
    r#"(?:exit|Exit|quit|SystemExit|exitProcess|abort)["']?\)?!?\s*(?:\(\s*(?:0|true|True|EXIT_SUCCESS|None)?\s*\)|$|\s+(?:0|true|if\b|unless\b)|\}|;)"#,
);

/// Programs end by these words; where they stand in a program's entry an honest fix may add one.
const ENTRIES: &[&str] = &["main", "cli", "__main__", "index", "app", "server", "manage", "cmd"];

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    if !change.language.is_code() {
        return;
    }
    let stem = change.name().split('.').next().unwrap_or_default().to_lowercase();
    let entry = ENTRIES.contains(&stem.as_str())
        || change.path.split('/').any(|part| matches!(part, "bin" | "cmd" | "cli" | "scripts" | "exe"));
    let ended_before = change.before.as_deref().is_some_and(|before| SOFT.is_match(before));
    for (line, text) in &change.added {
        let text = &super::literals::joined(text);
        let message = format!("the process may end before the tests are judged: `{}`", text.trim());
        // What a string says ends nothing, unless it names the function to call.
        let soft = SOFT.is_match(change.bare(*line)) || text.contains("getattr") && SOFT.is_match(text);
        let hard = HARD.is_match(text) && !(change.language == Language::Ruby && text.contains("exit!="));
        if hard || soft && !entry && !ended_before && SUCCESS.is_match(text) {
            findings.reject(FindingKind::EarlyExit, change.path, Some(*line), message);
        } else if soft {
            findings.review(FindingKind::EarlyExit, change.path, Some(*line), message);
        }
    }
}
