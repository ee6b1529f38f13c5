//! The report as the runner shows it: outputs of the step and the job summary.

use regreen_runner::{Outputs, RunnerError};

use crate::write::Written;

/// Publishes both; without a runner nothing happens.
pub(crate) fn publish(written: &Written) -> Result<(), RunnerError> {
    let report = &written.report;
    let mut outputs = Outputs::new();
    outputs.set("status", crate::facts::word(&report.status));
    outputs.set("ending", report.ending.name());
    outputs.set("case", written.case.display().to_string());
    outputs.set("report", written.markdown_path.display().to_string());
    outputs.set("pull-request", report.pull_request.clone().unwrap_or_default());
    outputs.set("duration", format!("{:.0}", report.duration_s));
    outputs.publish()?;
    regreen_runner::summary(&written.markdown)
}
