//! Program of phase 6; everything it does is in the library.

fn main() -> std::process::ExitCode {
    regreen_write_report::main()
}
