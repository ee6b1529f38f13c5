//! The name of the branch for a fix: the same failure always gets the same one, so that a second run
//! updates the pull request of the first.

use regreen_case::{Task, WorkKind};
use sha2::{Digest, Sha256};

/// `fix/slug-0123abcd`; `opt/` for speed, `feat/` for features. `fingerprint` is the hash of the
/// failure's signature; without one the prompt stands for it.
pub(crate) fn name(task: &Task, fingerprint: Option<&str>) -> String {
    let prefix = match task.work {
        WorkKind::Performance => "opt",
        WorkKind::Feature => "feat",
        _ => "fix",
    };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let slug: String = task.slug.chars().filter(|c| plain(*c)).take(40).collect();
    let slug = slug.trim_matches('-');
    let short: String = match fingerprint {
        Some(hash) if hash.len() >= 8 && hash.chars().all(|c| c.is_ascii_hexdigit()) => {
            hash.chars().take(8).collect()
        }
        _ => {
            Sha256::digest(task.prompt.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
        }
    };
    if slug.is_empty() { format!("{prefix}/{short}") } else { format!("{prefix}/{slug}-{short}") }
}

#[cfg(test)]
mod tests {
    use regreen_case::{Limits, Source, Timing};

    use super::*;

    fn task(work: WorkKind, slug: &str) -> Task {
        Task {
            prompt: "p".to_owned(),
            deterministic: true,
            work,
            source: Source::Prompt,
            existing_test_path: None,
            performance: None,
            slug: slug.to_owned(),
            limits: Limits::default(),
            warnings: Vec::new(),
            timing: Timing::start(),
        }
    }

    #[test]
    fn it_says_what_kind_of_work_it_is_and_which_failure() {
        let hash = Some("0123abcd45678901");
        assert_eq!(name(&task(WorkKind::CiRun, "fix-the-total"), hash), "fix/fix-the-total-0123abcd");
        assert_eq!(name(&task(WorkKind::Performance, "faster"), hash), "opt/faster-0123abcd");
        assert_eq!(name(&task(WorkKind::Feature, "a"), None), "feat/a-148de9c5");
        assert_eq!(name(&task(WorkKind::RawLogs, "../../x y~^:"), hash), "fix/xy-0123abcd");
        assert_eq!(name(&task(WorkKind::RawLogs, "-"), Some("../../../..")), "fix/148de9c5");
    }
}
