//! Lines with which build tools of compiled languages repeat that something below them failed.

use super::rule::{Rule, noise, wrapper};

pub(super) const RULES: &[Rule] = &[
    // Build tools.
    wrapper(
        "make",
        "*** [",
        r"^(?:\S*make(?:\.exe)?)(?:\[\d+\])?: \*\*\* \[.*\] (?:Error|Segmentation|Terminated|Killed|Aborted|Interrupt)",
        "make[1]: *** [Makefile:3: all] Error 2",
    ),
    wrapper(
        "make",
        "*** Waiting for",
        r"\*\*\* Waiting for unfinished jobs",
        "make: *** Waiting for unfinished jobs....",
    ),
    wrapper(
        "make",
        "not remade because",
        r"not remade because of errors",
        "make: Target 'all' not remade because of errors.",
    ),
    noise(
        "make",
        "(ignored)",
        r"^\S*make(?:\[\d+\])?: .*\(ignored\)$",
        "make: [Makefile:3: clean] Error 1 (ignored)",
    ),
    wrapper(
        "ninja",
        "ninja: build stopped",
        r"^ninja: build stopped",
        "ninja: build stopped: subcommand failed.",
    ),
    wrapper(
        "ninja",
        "FAILED: ",
        r"^FAILED: (?:\[code=\d+\] )?[\w./-]+\.\w+\s|^FAILED: (?:\[code=\d+\] )?[\w./+-]+$",
        "FAILED: CMakeFiles/a.dir/a.c.o",
    ),
    wrapper(
        "cmake",
        "onfiguring incomplete",
        r"^-- (?:Configuring|Generating) (?:incomplete|done, errors)",
        "-- Configuring incomplete, errors occurred!",
    ),
    wrapper(
        "cmake",
        "CMakeError.log¦CMakeOutput.log¦CMakeConfigureLog",
        r"^\s*(?:See also )?\S*CMake(?:Error|Output|ConfigureLog)\.",
        "See also \"/w/build/CMakeFiles/CMakeError.log\".",
    ),
    wrapper(
        "ld",
        "exit status",
        r"^collect2: (?:fatal )?error: ld (?:returned|terminated)",
        "collect2: error: ld returned 1 exit status",
    ),
    wrapper(
        "ld",
        "linker command failed",
        r"linker command failed with exit code",
        "clang: error: linker command failed with exit code 1 (use -v to see invocation)",
    ),
    wrapper(
        "bazel",
        "FAILED: Build did NOT",
        r"^(?:FAILED|ERROR): Build (?:did NOT|failed)",
        "FAILED: Build did NOT complete successfully",
    ),
    wrapper(
        "bazel",
        "failed to build",
        r"^Target //\S+ failed to build|^ERROR: .*Build did NOT",
        "Target //a:b failed to build",
    ),
    // Rust.
    wrapper(
        "cargo",
        "ould not compile",
        r"^error: (?:could|Could) not compile",
        "error: could not compile `a` (lib) due to 1 previous error",
    ),
    wrapper(
        "rustc",
        "aborting due to",
        r"^error: aborting due to",
        "error: aborting due to 2 previous errors",
    ),
    wrapper(
        "cargo",
        "test failed, to rerun¦doctest failed¦target failed¦targets failed",
        r"^error: (?:\d+ targets? failed|test failed|doctest failed|bench failed)",
        "error: test failed, to rerun pass `--lib`",
    ),
    wrapper(
        "cargo",
        "process didn't exit",
        r"process didn't exit successfully",
        "  process didn't exit successfully: `rustc a` (exit status: 1)",
    ),
    wrapper(
        "cargo",
        "build failed",
        r"^(?:error|warning): build failed",
        "warning: build failed, waiting for other jobs to finish...",
    ),
    wrapper(
        "rustc",
        "rustc --explain¦detailed explanations",
        r"^(?:For more information about (?:this|an) error|Some errors have detailed)",
        "For more information about this error, try `rustc --explain E0425`.",
    ),
    noise(
        "rustc",
        "RUST_BACKTRACE",
        r"run with `RUST_BACKTRACE",
        "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
    ),
];
