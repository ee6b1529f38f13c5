//! The one command with which a reviewer sees the evidence again.

use regreen_case::TestCommand;

/// `git fetch … && git checkout … && pytest …`, for a shell. `local`: the branch is in this very
/// repository.
pub(crate) fn command(test: &TestCommand, branch: &str, local: bool) -> String {
    let mut line = if local {
        format!("git checkout --detach {} && ", quote(branch))
    } else {
        format!("git fetch origin {} && git checkout FETCH_HEAD && ", quote(branch))
    };
    if !test.cwd.is_empty() && test.cwd != "." {
        line.push_str(&format!("cd {} && ", quote(&test.cwd)));
    }
    for (name, value) in &test.env {
        line.push_str(&format!("{name}={} ", quote(value)));
    }
    let mut argv = test.argv.iter();
    if let Some(program) = argv.next() {
        // Where a program lies on this machine is of no use on another.
        let name =
            if program.starts_with('/') { program.rsplit('/').next().unwrap_or(program) } else { program };
        line.push_str(&quote(name));
    }
    for argument in argv {
        line.push(' ');
        line.push_str(&quote(argument));
    }
    line
}

fn quote(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use regreen_case::Framework;

    #[test]
    fn it_can_be_pasted_into_a_shell() {
        let test = TestCommand {
            framework: Framework::Pytest,
            argv: ["/x/.venv/bin/python", "-m", "pytest", "t.py::test_a[it's]"].map(str::to_owned).to_vec(),
            cwd: "sub dir".to_owned(),
            env: [("TZ".to_owned(), "UTC".to_owned())].into(),
        };
        assert_eq!(
            command(&test, "fix/a-1", false),
            "git fetch origin fix/a-1 && git checkout FETCH_HEAD && cd 'sub dir' && TZ=UTC python -m pytest 't.py::test_a[it'\\''s]'"
        );
        assert!(command(&test, "fix/a-1", true).starts_with("git checkout --detach fix/a-1 && cd "));
    }
}
