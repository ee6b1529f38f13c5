//! Program of the conductor; everything it does is in the library.

fn main() -> std::process::ExitCode {
    regreen_regreen::main()
}
