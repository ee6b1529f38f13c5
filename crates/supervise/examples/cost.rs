//! What supervision costs: the same short child by a bare fork, exec and wait, supervised, and supervised in
//! the sandbox; and how well supervised children that work share two cores. For `cargo xtask bench supervise`.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program to measure with")]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use regreen_supervise::{Cancel, Deadline, ProcessSpec, Sandbox, SandboxMode, run};

const ROUNDS: usize = 60;
/// Works for the processor time given, whoever else works.
const WORK: &str = "import sys, time\nend = time.process_time() + float(sys.argv[1])\n\
                    while time.process_time() < end: pass";

fn supervised(argv: &[&str], sandbox: &Sandbox) -> Duration {
    let argv = argv.iter().map(|part| (*part).to_owned()).collect();
    let mut spec = ProcessSpec::new(argv, "/", Deadline::after(Duration::from_secs(60)));
    spec.sandbox = sandbox.clone();
    let began = Instant::now();
    let outcome = run(spec, &Cancel::new()).unwrap();
    assert!(outcome.end.is_success(), "{}", outcome.tail);
    began.elapsed()
}

fn bare(argv: &[&str]) -> Duration {
    let began = Instant::now();
    let output = Command::new(argv[0]).args(&argv[1..]).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success());
    began.elapsed()
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64()
}

fn main() {
    let off = Sandbox::off();
    let confined = Sandbox::for_tools(SandboxMode::Auto);
    let short = ["sleep", "0.02"];
    let (mut plain, mut watched, mut boxed) = (Vec::new(), Vec::new(), Vec::new());
    // In turn, so that a busy machine is the same for all.
    for _ in 0..ROUNDS {
        plain.push(bare(&short));
        watched.push(supervised(&short, &off));
        boxed.push(supervised(&short, &confined));
    }
    let plain = median(plain);
    println!("bare fork/exec/wait, 20 ms child   {:>8.2} ms", plain * 1000.0);
    for (name, times) in [("supervised", watched), ("supervised, in the sandbox", boxed)] {
        let took = median(times);
        println!("{name:34} {:>8.2} ms   times bare {:>6.3}", took * 1000.0, took / plain);
    }
    let work = ["python3", "-c", WORK, "0.5"];
    let alone = median((0..5).map(|_| supervised(&work, &off)).collect());
    let together = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..5 {
                    supervised(&work, &off);
                }
            });
        }
    });
    let efficiency = 5.0 * alone / together.elapsed().as_secs_f64();
    println!("two at a time on two cores: efficiency {efficiency:.3}");
}
