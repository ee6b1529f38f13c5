//! Lines with which containers, runners and CI services repeat that something below them failed.

use super::rule::{Rule, weak, wrapper};

pub(super) const RULES: &[Rule] = &[
    // Containers.
    wrapper(
        "docker",
        "did not complete successfully¦failed to solve¦executor failed running",
        r#"(?:process|executor failed running) (?:\[?")/?\S*sh -c .*(?:did not complete successfully|exit code: \d+|returned a non-zero)"#,
        "ERROR: failed to solve: process \"/bin/sh -c make\" did not complete successfully: exit code: 2",
    ),
    wrapper(
        "docker",
        "RUN ",
        r"^ ?(?:------|> \[.*\] RUN |ERROR \[.*\] RUN |\s*\d+ \| >>> )",
        " > [stage 3/5] RUN make:",
    ),
    weak("docker", "failed to solve", r"^(?:ERROR|error): failed to solve: ", "ERROR: failed to solve: a: b"),
    weak(
        "docker",
        "returned a non-zero code",
        r"^The command '.*' returned a non-zero code: \d+",
        "The command '/bin/sh -c make' returned a non-zero code: 2",
    ),
    wrapper(
        "docker-compose",
        "failed to build¦exited with code",
        r"^ERROR: Service '.*' failed to build|^\S+ exited with code \d+$",
        "ERROR: Service 'web' failed to build",
    ),
    wrapper(
        "bake",
        "failed to solve: target¦ERROR: target",
        r"^ERROR: target \S+: failed to (?:solve|receive)",
        "ERROR: target app: failed to solve: x",
    ),
    // Runners.
    wrapper(
        "",
        "rocess completed with exit code",
        r"Process completed with exit code",
        "Error: Process completed with exit code 1.",
    ),
    wrapper(
        "",
        "failed with exit code¦failed because one or more",
        r"The process '.*' failed (?:with exit code|because one or more)|^(?:Error: )?(?:The )?[Cc]ommand .* failed with exit code",
        "The process '/usr/bin/git' failed with exit code 128",
    ),
    wrapper(
        "",
        "exited with ",
        r#"^The command ".*" (?:failed and )?exited with [1-9]|^\S*(?:Bash|PowerShell) exited with code|^Command exited with (?:code|non-zero)"#,
        "The command \"make\" exited with 2.",
    ),
    wrapper(
        "",
        "Your build exited with¦Job failed: exit",
        r"^(?:Done\. )?Your build exited with|Job failed: exit (?:code|status)",
        "Done. Your build exited with 1.",
    ),
    wrapper(
        "",
        "failed. Retrying¦The command \"",
        r#"^The command ".*" failed(?:\.| \d+ times)|^The command eval .* failed"#,
        "The command \"npm install\" failed. Retrying, 2 of 3.",
    ),
    wrapper(
        "",
        "ommand failed",
        r"^(?:Error|ERROR|error): [Cc]ommand failed(?: with (?:exit code|ENO\w+))?",
        "Error: Command failed: npx tsc",
    ),
    wrapper(
        "",
        "just: ¦Recipe `",
        r"^error: Recipe `.*` failed",
        "error: Recipe `test` failed on line 3 with exit code 1",
    ),
    wrapper(
        "task",
        "task: Failed to run",
        r"^task: Failed to run task",
        "task: Failed to run task \"lint\": exit status 1",
    ),
    wrapper(
        "",
        "See above¦see above",
        r"(?i)^\S* ?(?:errors?|failures?).{0,40}see above|^see above",
        "Errors occurred, see above.",
    ),
    wrapper(
        "pre-commit",
        "- exit code: ¦- duration: ¦- files were modified",
        r"^\s*- (?:exit code: \d+|duration: |files were modified)",
        "- exit code: 1",
    ),
    wrapper(
        "mage",
        "Error: running",
        r#"^Error: running "[^"]*" failed with exit code"#,
        "Error: running \"go vet\" failed with exit code 1",
    ),
];
