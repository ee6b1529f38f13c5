//! Reads the output of a local run of one framework with that framework's parsers alone: no CI around it,
//! no steps, no causes.

use regreen_case::Framework;

use crate::findings::Findings;
use crate::framing::each_piece;
use crate::lanes::Lanes;
use crate::line::{Above, Line};
use crate::prefix::without_prefix;
use crate::stream::Sink;

/// Whether a run of one of them can look like a run of the other: nose prints methods as unittest does.
fn is_kin(one: Framework, other: Framework) -> bool {
    let of_unittest = |framework| matches!(framework, Framework::Unittest | Framework::Nose);
    of_unittest(one) && of_unittest(other)
}

/// Reads one output.
pub(crate) struct Output {
    lanes: Lanes,
    findings: Findings,
}

impl Output {
    pub(crate) fn new(framework: Framework) -> Self {
        let lanes = Lanes::new(|entry| entry.framework == framework || is_kin(entry.framework, framework));
        Output { lanes, findings: Findings::default() }
    }

    /// What was found, once the output is over.
    pub(crate) fn finish(self) -> Findings {
        self.findings
    }
}

impl Sink for Output {
    fn wants_all(&self) -> bool {
        self.lanes.is_awake()
    }

    fn line(&mut self, raw: &[u8], number: u64, above: Above<'_>, hit: bool) {
        each_piece(raw, |text| {
            let (speaker, text) = without_prefix(text);
            let line = Line { text, number, above };
            self.lanes.line(speaker, line, hit, &mut self.findings);
        });
    }

    fn end(&mut self, _lines: u64, _above: Above<'_>) {
        self.lanes.end(&mut self.findings);
    }
}
