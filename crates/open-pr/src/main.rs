//! Program of phase 5; everything it does is in the library.

fn main() -> std::process::ExitCode {
    regreen_open_pr::main()
}
