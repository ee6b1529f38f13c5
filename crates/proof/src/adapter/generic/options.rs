//! Reports that a command names in its own options.

use regreen_case::TestCommand;

use crate::results::ResultSource;

/// Options whose value is the path of a JUnit report, glued with `=` or as the next word.
const OPTIONS: &[&str] = &[
    "--junitxml",
    "--junit-xml",
    "--output-junit",
    "--log-junit",
    "--junit-report",
    "--junitfile",
    "--outputFile.junit",
];

/// The report that the command's own options name.
pub(super) fn report_of(command: &TestCommand) -> Option<ResultSource> {
    let words = &command.argv;
    let value = |option: &str| {
        words.iter().enumerate().find_map(|(at, word)| {
            let rest = word.strip_prefix(option)?;
            if rest.is_empty() {
                words.get(at + 1).cloned()
            } else {
                rest.strip_prefix('=').map(str::to_owned)
            }
        })
    };
    let gtest = value("--gtest_output").or_else(|| command.env.get("GTEST_OUTPUT").cloned());
    let gtest = gtest.and_then(|text| text.strip_prefix("xml:").map(str::to_owned));
    // Catch2, Jasmine, ESLint and many others: a reporter, and where it writes.
    let junit = value("--reporter").or_else(|| value("-r")).or_else(|| value("--format"));
    let by_reporter = junit
        .filter(|name| name == "junit")
        .and_then(|_| ["--out", "-o", "--output-file", "--outputFile"].iter().find_map(|name| value(name)));
    let found = OPTIONS.iter().find_map(|name| value(name)).or(gtest).or(by_reporter)?;
    let found = if found.ends_with('/') { format!("{found}*.xml") } else { found };
    let source = ResultSource::Junit(found.trim_start_matches("./").to_owned());
    source.check().is_ok().then_some(source)
}

#[cfg(test)]
mod tests {
    use regreen_case::Framework;

    use super::*;

    #[test]
    fn reports_are_found_in_options() {
        let found = |line: &str| {
            let command = TestCommand {
                framework: Framework::Generic,
                argv: line.split(' ').map(str::to_owned).collect(),
                cwd: String::new(),
                env: std::collections::BTreeMap::new(),
            };
            match report_of(&command) {
                Some(ResultSource::Junit(pattern)) => pattern,
                _ => String::new(),
            }
        };
        assert_eq!(found("phpunit --log-junit build/r.xml"), "build/r.xml");
        assert_eq!(found("./t --gtest_output=xml:reports/"), "reports/*.xml");
        assert_eq!(found("catch -r junit -o ./c.xml"), "c.xml");
        assert_eq!(found("catch -r console -o ./c.xml"), "");
        assert_eq!(found("x --junitxml=/tmp/r.xml"), "", "outside of the checkout");
        assert_eq!(found("make check"), "");
    }
}
