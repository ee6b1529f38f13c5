//! Program of phase 1; everything it does is in the library.

fn main() -> std::process::ExitCode {
    regreen_fetch_logs::main()
}
