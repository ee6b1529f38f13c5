//! The `implement-fix` program.

fn main() -> std::process::ExitCode {
    regreen_implement_fix::cli::main()
}
