//! The case: the directory of typed documents that one phase hands to the next.
//!
//! Ground floor of the house: knows no other crate. Nouns only (plain data), the directory that
//! stores them ([`CaseDir`]), the names everybody shares (phases, endings, statuses), the failure
//! [`Signature`] with its comparison, and the [`Redactor`] that every stored text passes through.

mod analysis;
mod case_folder;
mod conditions;
mod confidence;
mod confinement;
mod culprit;
mod ending;
mod failure;
mod fix;
mod framework;
mod layout;
mod learnt;
mod likeness;
mod metric;
mod owner;
mod phase;
mod pull_request;
mod redact;
mod repeats;
mod report;
mod reproduction;
mod run_reference;
mod signature;
mod store;
mod task;
mod test_command;
mod timing;
mod verification;

pub use analysis::{Analysis, Confidence};
pub use case_folder::{CaseFolder, MOST_EARLIER_CASES, StoredCase};
pub use conditions::Conditions;
pub use confidence::{BehaviourDifference, BehaviourGroup, ConfidenceLevel, SearchConfidence};
pub use confinement::{Confinement, SandboxMode};
pub use culprit::{Bisection, Culprit};
pub use ending::{Ending, Status};
pub use failure::{
    Cause, CiCommand, ContainerRole, Diagnostic, FailedContainer, FailedJob, FailedTest, Failure,
    FailureStatus, Frame, Infrastructure, InfrastructureKind, LogFile, LogPosition, RunFacts, Tally,
};
pub use fix::{Attempt, AttemptOutcome, Cost, Fix, FixStatus, PatchFile};
pub use framework::Framework;
pub use layout::Layout;
pub use learnt::{EarlierCases, EarlierEnd, UsedCase};
pub use likeness::{FailureTraits, Likeness};
pub use metric::{Metric, Preset};
pub use owner::{OWNED_PREFIX, is_abandoned, owned_prefix};
pub use phase::Phase;
pub use pull_request::{CiStart, Person, PullRequest, PullRequestStatus, RecommendedWorkflow};
pub use redact::{MASK, Redactor};
pub use repeats::{RepeatedRun, Repeats};
pub use report::{PhaseReport, Report};
pub use reproduction::{Difference, Overlay, Reproduction, ReproductionStatus, Trial};
pub use run_reference::{RunReference, RunUrlError};
pub use signature::{Grade, Signature, neutralise};
pub use store::{CaseDir, CaseError, Document, SCHEMA_VERSION};
pub use task::{Limits, PerformanceGoal, Source, Target, Task, WorkKind};
pub use test_command::{TestCommand, TestTarget};
pub use timing::Timing;
pub use verification::{
    Bound, FailureRate, Finding, FindingKind, HunkPlace, Interval, Minimisation, NeighbourRerun, Neighbours,
    PerformanceResult, RunsNeeded, Severity, Shard, Stage, Verification, VerificationStatus,
};
