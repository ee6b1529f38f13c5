//! Tests beside those in question that changes were seen to break. What breaks one of them again is told by a run of that test,
//! where all tests beside would take many times as long.
//!
//! Promise: a test is only here after it passed alone on the base.

use std::cell::RefCell;
use std::rc::Rc;

use regreen_case::{Framework, TestTarget};
use regreen_proof::CountedRun;

use crate::harm::Base;

/// Of the tests that a change breaks, so many are kept: most break together.
const OF_A_CHANGE: usize = 3;
/// So many runs of them are worth it before all tests beside are looked at.
const MOST: usize = 4;

/// What is known of them.
#[derive(Default)]
pub(crate) struct KillingTests {
    /// Named by the gate, and not looked at yet.
    named: RefCell<Vec<TestTarget>>,
    /// As they are without a candidate; what killed last first.
    known: RefCell<Vec<Rc<Base>>>,
}

impl KillingTests {
    /// The gate saw a change break them.
    pub(crate) fn name(&self, framework: Framework, ids: &[String]) {
        let target = |id: &String| TestTarget { framework, id: id.clone(), file: None, suite: None };
        self.named.borrow_mut().extend(ids.iter().take(OF_A_CHANGE).map(target));
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.named.borrow().is_empty() && self.known.borrow().is_empty()
    }

    /// What was named since this was asked last.
    pub(crate) fn take_named(&self) -> Vec<TestTarget> {
        self.named.take()
    }

    /// Keeps them as they are on the base.
    pub(crate) fn keep(&self, base: Rc<Base>) {
        let mut known = self.known.borrow_mut();
        known.retain(|one| one.command.argv != base.command.argv);
        known.insert(0, base);
        known.truncate(MOST);
    }

    /// All that are known.
    pub(crate) fn known(&self) -> Vec<Rc<Base>> {
        self.known.borrow().clone()
    }
}

/// The first of the tests called so, as the run on the base names them.
pub(crate) fn targets<'a>(
    framework: Framework,
    base: &'a CountedRun,
    is_one: impl Fn(&str) -> bool + 'a,
) -> Vec<TestTarget> {
    let of = base.results.iter().filter(|result| is_one(&result.id)).take(OF_A_CHANGE);
    of.map(|result| TestTarget { framework, id: result.id.clone(), file: None, suite: result.suite.clone() })
        .collect()
}
