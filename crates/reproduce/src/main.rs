//! Program of phase 2; everything it does is in the library.

fn main() -> std::process::ExitCode {
    regreen_reproduce::cli::main()
}
