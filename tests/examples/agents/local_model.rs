//! The fixer `model` against a real, small model on this machine. It is too small to repair anything, and
//! that is the point: what it answers must end in an honest report, whatever it is.

use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use regreen_case::{Ending, Fix, Report, Verification, VerificationStatus};
use regreen_tests::tools;

use crate::scene::{failing, phase};

/// Loading it takes a few seconds.
const READY: Duration = Duration::from_secs(120);

/// A server of the model, gone when this is.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    /// Starts llama.cpp's server on the model that its package carries.
    fn start(folder: &Path) -> Result<Self, String> {
        let model = model_below(&folder.join("lib")).ok_or("the package carries no model")?;
        let free = std::net::TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
        let port = free.local_addr().map_err(|error| error.to_string())?.port();
        drop(free);
        let child = Command::new(folder.join("bin/python"))
            .args(["-m", "llama_cpp.server", "--host", "127.0.0.1", "--port", &port.to_string()])
            .args(["--n_ctx", "2048", "--seed", "1", "--verbose", "false", "--model"])
            .arg(model)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|error| format!("the server does not start: {error}"))?;
        let mut server = Server { child, port };
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if let Ok(Some(status)) = server.child.try_wait() {
                return Err(format!("the server ended with {status}"));
            }
            if began.elapsed() > READY {
                return Err("the server does not answer".to_owned());
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Ok(id) = i32::try_from(self.child.id()) {
            let _ = killpg(Pid::from_raw(id), Signal::SIGKILL);
        }
        let _ = self.child.wait();
    }
}

/// The first file of weights below a folder.
fn model_below(folder: &Path) -> Option<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()) {
            if path.extension().is_some_and(|name| name == "gguf") {
                return Some(path);
            }
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            }
        }
    }
    None
}

/// Two attempts of the model, and the report on them. Says whether the end was honest.
pub(crate) fn run() -> bool {
    println!("| model | attempts | tokens read | tokens written | ending | honest | s |");
    println!("| --- | ---: | ---: | ---: | --- | --- | ---: |");
    let began = Instant::now();
    let server = match Server::start(&tools::workspace().join("target/tools/local-model")) {
        Ok(server) => server,
        Err(why) => {
            println!("| SmolLM2-135M | not run: {why} | | | | | |");
            return false;
        }
    };
    let (repository, case, home) = failing();
    let fixed = phase("implement-fix", &repository, &case, &home)
        .args(["--agent", "model", "--model", "smollm2", "--attempts", "2", "--time-limit", "6m"])
        .env("REGREEN_MODEL_URL", format!("http://127.0.0.1:{}/v1", server.port))
        .run();
    let _ = phase("verify-stress", &repository, &case, &home).run();
    let _ = phase("write-report", &repository, &case, &home).run();
    let (fix, report) = (case.read::<Fix>(), case.read::<Report>());
    let (Ok(fix), Ok(report)) = (fix, report) else {
        println!("| SmolLM2-135M | no report: {} | | | | | |", fixed.stderr.trim_end());
        return false;
    };
    let proven = case.read::<Verification>().is_ok_and(|one| one.status == VerificationStatus::Proven);
    let read = fix.cost.input_tokens.unwrap_or_default();
    let is_written = case.path(&report.markdown).is_file();
    // It was asked, and what it answered was told for what it is.
    let honest = read > 0
        && is_written
        && match report.ending {
            Ending::NoFixFound => fix.patch_sha256.is_none(),
            Ending::Fixed | Ending::FixedUnproven => proven,
            _ => false,
        };
    println!(
        "| SmolLM2-135M | {} | {read} | {} | {} | {} | {} |",
        fix.attempts.len(),
        fix.cost.output_tokens.unwrap_or_default(),
        report.ending.name(),
        if honest { "yes" } else { "NO" },
        began.elapsed().as_secs(),
    );
    honest
}
