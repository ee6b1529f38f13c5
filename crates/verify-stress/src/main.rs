//! The `verify-stress` program.

fn main() -> std::process::ExitCode {
    regreen_verify_stress::cli::main()
}
