//! The six kinds of work, each from its input to its report, through the conductor and the six
//! programs as processes. Fixes come from the embedded fixer or from a scripted agent.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere, its helpers too")]

mod kinds {
    mod case;
    mod ci_run;
    mod earlier_cases;
    mod existing_test;
    mod feature;
    mod intermittent;
    mod model;
    mod performance;
    mod raw_logs;
    mod tool_fixes;
}
