//! JavaScript's runners with a look at the lines that each test executes (`line_recorder/lines.cjs`).

use regreen_case::Framework;
use serde_json::json;

use super::Runner;
use crate::adapter::Prepared;
use crate::error::ProofError;
use crate::executed_lines::Recording;
use crate::private_channel::lay_files;

/// The programs by name, and those that tell when tests begin and end.
const LINES: (&str, &str) = ("lines.cjs", include_str!("line_recorder/lines.cjs"));
const TESTS: (&str, &str) = ("tests.cjs", include_str!("line_recorder/tests.cjs"));
const TESTS_OF_JEST: (&str, &str) = ("jest_tests.cjs", include_str!("line_recorder/jest_tests.cjs"));
const TESTS_OF_VITEST: (&str, &str) = ("vitest_tests.mjs", include_str!("line_recorder/vitest_tests.mjs"));
const START_OF_VITEST: (&str, &str) = ("vitest_start.mjs", include_str!("line_recorder/vitest_start.mjs"));
const START: &str = "start.json";

/// Lays out the programs and has the call load them; `false` for a runner that they do not know.
pub(in crate::adapter) fn lay_out(
    runner: &Runner,
    recording: &Recording<'_>,
    call: &mut Prepared,
) -> Result<bool, ProofError> {
    let place = |name: &str| recording.channel.join(name).display().to_string();
    let mut told = recording.told();
    let loaded: &[(&str, &str)] = match runner.framework {
        Framework::Mocha => {
            told["runner"] = json!("mocha");
            call.argv.push(format!("--require={}", place(TESTS.0)));
            &[TESTS]
        }
        Framework::NodeTest => {
            before_all_else(call, &place(TESTS.0));
            &[TESTS]
        }
        Framework::Jest => {
            before_all_else(call, &place(TESTS_OF_JEST.0));
            &[TESTS_OF_JEST]
        }
        Framework::Vitest => {
            let Some(entry) = call.argv.iter_mut().find(|word| word.ends_with("/vitest.mjs")) else {
                return Ok(false);
            };
            let entry = std::mem::replace(entry, place(START_OF_VITEST.0));
            told["package"] = json!(entry.trim_end_matches("vitest.mjs"));
            &[TESTS_OF_VITEST, START_OF_VITEST]
        }
        _ => return Ok(false),
    };
    let told = told.to_string();
    let mut files = vec![LINES, (START, told.as_str())];
    files.extend(loaded);
    lay_files(recording.channel, &files)?;
    Ok(true)
}

fn before_all_else(call: &mut Prepared, program: &str) {
    call.argv.insert(1, format!("--require={program}"));
}
