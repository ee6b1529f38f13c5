//! nose and nose2: reports like unittest's, with functions, generators and parameters in them.

use regreen_case::Framework;

use super::Entry;
use super::unittest::{Report, TRIGGERS};

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Nose,
    name: "nose",
    doc: "functions, generated tests and their parameters, failed imports, set-up of modules and classes",
    triggers: TRIGGERS,
    parser: || Box::new(Report::new(Framework::Nose)),
};
