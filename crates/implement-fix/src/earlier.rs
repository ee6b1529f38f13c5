//! Earlier cases with a failure like this one: which ones count, and how they ended.
//!
//! Promises: a case of another repository counts only when it was asked for; the current case never does; what
//! cannot be read is said and stops nothing. What a case claims changes what is tried first, never the verdict.

use std::cmp::Reverse;

use regreen_case::{
    CaseFolder, EarlierCases, EarlierEnd, FailureTraits, Likeness, MOST_EARLIER_CASES, StoredCase, UsedCase,
};
use regreen_workspace::{Patch, Repository};

use crate::Config;
use crate::bench::Bench;
use crate::inputs::Inputs;

/// Cases that are used; the others say less.
const MOST_USED: usize = 10;

/// An earlier case whose failure is like this one.
#[derive(Debug)]
pub(crate) struct LikeCase {
    pub(crate) likeness: Likeness,
    pub(crate) end: EarlierEnd,
    pub(crate) case: StoredCase,
    /// Its patch, when it is the very one that was judged.
    pub(crate) patch: Option<Patch>,
}

/// What earlier cases there are.
#[derive(Debug, Default)]
pub(crate) struct Earlier {
    /// Most alike first; among equals the proven ones, then the newest.
    pub(crate) cases: Vec<LikeCase>,
    /// For the document; absent when none were given.
    pub(crate) record: Option<EarlierCases>,
}

impl Earlier {
    /// Reads the folder that the options name.
    pub(crate) fn gather(
        config: &Config,
        inputs: &Inputs,
        bench: &Bench<'_>,
        progress: &dyn Fn(&str),
    ) -> Self {
        let Some(folder) = &config.earlier_cases else { return Earlier::default() };
        let read = match CaseFolder::earlier(folder, bench.case) {
            Ok(read) => read,
            Err(error) => {
                let problem = error.to_string();
                progress(&format!("no earlier cases: {problem}"));
                let record = EarlierCases { problem: Some(problem), ..EarlierCases::default() };
                return Earlier { cases: Vec::new(), record: Some(record) };
            }
        };
        for problem in &read.unreadable {
            progress(&format!("an earlier case is left out: {problem}"));
        }
        if read.too_many > 0 {
            let older = read.too_many;
            progress(&format!("only the {MOST_EARLIER_CASES} newest cases are read; {older} are older"));
        }
        let here = address(bench.repository, inputs);
        let mut earlier = sorted(read, inputs, |case| {
            config.earlier_cases_of_others || is_of_here(case, here.as_deref(), bench.repository)
        });
        earlier.cases.truncate(MOST_USED);
        if let Some(record) = &mut earlier.record {
            record.used = earlier.cases.iter().map(LikeCase::used).collect();
            progress(&format!(
                "earlier cases: {} used, {} of other failures, {} of other repositories, {} unreadable",
                record.used.len(),
                record.unlike,
                record.of_others,
                record.unreadable
            ));
        }
        earlier
    }

    /// Changes that were proven for this very failure, each once, newest first.
    pub(crate) fn proven_for_same(&self) -> Vec<(&LikeCase, &Patch)> {
        let mut found: Vec<(&LikeCase, &Patch)> = Vec::new();
        for like in self.cases.iter().filter(|like| like.is_proven_for_same()) {
            if let Some(patch) = &like.patch
                && found.iter().all(|(_, known)| known.bytes() != patch.bytes())
            {
                found.push((like, patch));
            }
        }
        found
    }
}

impl LikeCase {
    pub(crate) fn is_proven_for_same(&self) -> bool {
        self.likeness == Likeness::SameSignature && self.end == EarlierEnd::Proven
    }

    /// The day it was opened.
    pub(crate) fn day(&self) -> String {
        self.case.task.timing.started_at.strftime("%Y-%m-%d").to_string()
    }

    fn used(&self) -> UsedCase {
        UsedCase {
            slug: self.case.task.slug.chars().take(60).collect(),
            started_at: self.case.task.timing.started_at,
            likeness: self.likeness,
            end: self.end,
            fixer: self.case.fix.fixer.as_ref().map(|name| name.chars().take(60).collect()),
        }
    }
}

/// Where the repository lives, as far as it or the task says.
pub(crate) fn address(repository: &Repository, inputs: &Inputs) -> Option<String> {
    repository.address().or_else(|| inputs.task.repository())
}

/// The cases that count, most telling first.
fn sorted(read: CaseFolder, inputs: &Inputs, counts: impl Fn(&StoredCase) -> bool) -> Earlier {
    let mut record = EarlierCases {
        unreadable: u32::try_from(read.unreadable.len()).unwrap_or(u32::MAX),
        ..EarlierCases::default()
    };
    let traits = FailureTraits::of(inputs.failure.as_ref(), &inputs.reproduction);
    let mut cases = Vec::new();
    for case in read.cases {
        if !counts(&case) {
            record.of_others += 1;
            continue;
        }
        let Some(likeness) = traits.likeness(&case.traits()) else {
            record.unlike += 1;
            continue;
        };
        let patch = case.judged_patch().and_then(|bytes| Patch::from_bytes(bytes).ok());
        // Proven was a patch, and this is not the one.
        let end = match case.end() {
            EarlierEnd::Proven if patch.is_none() => EarlierEnd::Unproven,
            end => end,
        };
        cases.push(LikeCase { likeness, end, case, patch });
    }
    cases.sort_by_key(|like| (Reverse(like.likeness), like.end != EarlierEnd::Proven));
    Earlier { cases, record: Some(record) }
}

/// Whether a case is of this repository: by its address, and where one of the two has none, by its base.
fn is_of_here(case: &StoredCase, here: Option<&str>, repository: &Repository) -> bool {
    if let (Some(here), Some(there)) = (here, case.repository()) {
        return here == there;
    }
    let base = case.fix.base.as_deref().or(case.reproduction.base.as_deref());
    // Names such as HEAD are commits of every repository.
    let is_id = |base: &&str| base.len() >= 40 && base.bytes().all(|byte| byte.is_ascii_hexdigit());
    base.filter(is_id).is_some_and(|base| repository.has_commit(base))
}
