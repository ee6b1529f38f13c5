//! What is known of test programs whatever framework they use: how their end shows in the log of what
//! started them (shells, ctest, sanitizers), and which line of their output explains a failure.

use super::kept::Kept;

/// Whether a program that runs test programs says here that it is done with one or begins another.
pub(super) fn is_boundary(text: &str) -> bool {
    let text = text.trim_start();
    if text.strip_prefix("test ").is_some_and(is_number) {
        return true;
    }
    if let Some(rest) = text.strip_prefix("Start ") {
        return rest.trim_start().split_once(": ").is_some_and(|(number, _)| is_number(number));
    }
    ctest_result(text).is_some() || text.contains("% tests passed, ")
}

/// Number and rest of a result line of ctest: ` 3/12 Test  #3: name ....   Passed    0.01 sec`, and
/// `    Test  #3: name ...` of a repeated test.
pub(super) fn ctest_result(text: &str) -> Option<(u32, &str)> {
    let rest = text.trim_start();
    let rest = match rest.split_once(" Test ") {
        Some((position, rest)) => {
            let (nth, of) = position.split_once('/')?;
            (is_number(nth.trim()) && is_number(of.trim())).then_some(rest)?
        }
        None => rest.strip_prefix("Test ")?,
    };
    let (number, rest) = rest.trim_start().strip_prefix('#')?.split_once(": ")?;
    Some((number.parse().ok()?, rest))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What a line says about the death of a program: the kind of it.
pub(super) fn death(text: &str) -> Option<&'static str> {
    const DEATHS: &[(&str, &str)] = &[
        ("AddressSanitizer", "sanitizer"),
        ("UndefinedBehaviorSanitizer", "sanitizer"),
        ("ThreadSanitizer", "sanitizer"),
        ("LeakSanitizer", "sanitizer"),
        ("terminate called ", "abort"),
        ("libc++abi: ", "abort"),
        ("libc++abi.dylib: ", "abort"),
        ("Assertion `", "assertion"),
        ("Assertion failed: ", "assertion"),
        ("Check failed: ", "assertion"),
        ("Segmentation fault", "crash"),
        ("SIGSEGV", "crash"),
        ("SegFault", "crash"),
        ("Aborted", "abort"),
        ("SIGABRT", "abort"),
        ("Abort trap", "abort"),
        ("Bus error", "crash"),
        ("Illegal instruction", "crash"),
        ("Floating point exception", "crash"),
        ("free(): ", "crash"),
        ("malloc(): ", "crash"),
        ("double free or corruption", "crash"),
        ("*** stack smashing detected", "crash"),
        ("core dumped", "crash"),
        ("***Exception", "crash"),
        ("***Timeout", "timeout"),
        ("Killed", "killed"),
        ("timed out", "timeout"),
        ("Timeout", "timeout"),
    ];
    DEATHS.iter().find(|(words, _)| text.contains(words)).map(|(_, kind)| *kind)
}

/// The line of the output that tells most, the first of its kind, else the last one.
pub(super) fn explaining(output: &Kept) -> Option<usize> {
    const STRONG: &[&str] =
        &[": error: ", "rror: ", "ssertion", "FAILED", "FAIL:", "panicked at", "Traceback"];
    const WEAK: &[&str] = &["rror", "ail", "FAIL", "xception", "annot "];
    let has = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
    let mut best: Option<(u8, usize)> = None;
    for (nth, text) in output.texts().enumerate() {
        let rank = if death(text).is_some() || has(text, STRONG) {
            2
        } else if has(text, WEAK) {
            1
        } else {
            continue;
        };
        if best.is_none_or(|(known, _)| rank > known) {
            best = Some((rank, nth));
        }
    }
    let said = |(nth, text): (usize, &str)| (!text.trim().is_empty()).then_some(nth);
    best.map(|(_, nth)| nth).or_else(|| output.texts().enumerate().filter_map(said).next_back())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_lines_of_ctest_have_a_number_and_a_name() {
        assert_eq!(ctest_result(" 3/12 Test  #3: a b ....***Failed").map(|(n, _)| n), Some(3));
        assert_eq!(ctest_result("    Test #7: x ...   Passed"), Some((7, "x ...   Passed")));
        assert_eq!(ctest_result("A Test #7: x"), None);
        assert!(is_boundary("      Start  4: name"));
        assert!(!is_boundary("Start here: now"));
    }
}
