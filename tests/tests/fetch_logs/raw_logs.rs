//! Raw logs in all their forms, and what must not get into the case with them.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use regreen_case::{Ending, FailureStatus, Source};
use regreen_tests::log_text::{PYTEST_FAILURE, job_log, pytest_failure};
use regreen_tests::{LoopbackGitHub, Program};

use super::place::{Place, against, holds, names_the_test, server};

fn zipped(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(bytes).unwrap();
    gz.finish().unwrap()
}

#[test]
fn raw_logs_come_as_file_text_zip_gzip_and_standard_input() {
    let log = pytest_failure();
    let place = Place::new();
    let file = place.file("ci.log", &log);
    let _ = place.prompted(&["--raw-logs"]).arg(file).run().exits(0);
    names_the_test(&place, "logs/raw.log");

    let _ = place.prompted(&["--raw-logs", "-"]).stdin(log.clone()).run().exits(0);
    names_the_test(&place, "logs/raw.log");
    assert!(matches!(place.task().source, Source::RawLogs { origin } if origin == "stdin"));

    let zip = zipped(&[("0_build.txt", &log), ("build/system.txt", "x"), ("build/2_Run tests.txt", &log)]);
    let file = place.file("logs_12.zip", &zip);
    let _ = place.prompted(&["--raw-logs"]).arg(file).run().exits(0);
    names_the_test(&place, "logs/01-0-build.log");
    assert_eq!(place.failure().logs.len(), 1, "each log once");

    let _ = place.prompted(&["--raw-logs=-"]).stdin(zip).run().exits(0);
    names_the_test(&place, "logs/01-0-build.log");

    let file = place.file("ci.log.gz", gzipped(log.as_bytes()));
    let _ = place.prompted(&["--raw-logs"]).arg(file).run().exits(0);
    names_the_test(&place, "logs/raw.log");

    let info = serde_json::json!({ "deterministic": true, "prompt": "Fix it well please", "raw-logs": log });
    let _ = place.info(&info.to_string()).exits(0);
    names_the_test(&place, "logs/raw.log");
    assert!(matches!(place.task().source, Source::RawLogs { origin } if origin == "inline"));
}

#[test]
fn a_path_in_info_json_is_found_beside_it() {
    let place = Place::new();
    std::fs::create_dir(place.path("inputs")).unwrap();
    place.file("inputs/ci.log", pytest_failure());
    let info = place
        .file("inputs/info.json", r#"{"deterministic": true, "prompt": "Fix median", "raw-logs": "ci.log"}"#);
    let _ = place.program().arg("--info").arg(info).run().exits(0);
    names_the_test(&place, "logs/raw.log");
}

#[test]
fn empty_and_abusive_logs_are_told() {
    let place = Place::new();
    let empty = place.file("ci.log", "");
    let _ = place.prompted(&["--raw-logs"]).arg(empty).run().exits(0);
    assert_eq!(
        (place.failure().status, place.failure().ending),
        (FailureStatus::NoLogs, Some(Ending::NoLogs))
    );

    let broken = place.file("broken.zip", b"PK\x03\x04 but not really");
    let _ = place.prompted(&["--raw-logs"]).arg(broken).run().exits(2).says("cannot be unpacked");

    // Nearly a thousand to one, the most that deflate can do; members of a gzip follow each other.
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gz.write_all(&[b"0".repeat(1023), b"\n".to_vec()].concat().repeat(1024)).unwrap();
    let bomb = place.file("bomb.gz", gz.finish().unwrap().repeat(66));
    let _ = place.prompted(&["--raw-logs"]).arg(bomb).run().exits(2).says("grows more than");
    assert!(!place.path("case/logs/raw.log").exists());
}

#[test]
fn secrets_never_reach_the_case() {
    let token = format!("ghp_{}", "a1B2".repeat(9));
    let body = "MIIEowIBAAKCAQEA7bq98LcFXw3Fz3cvIuPzX0000000000000000000000000000";
    let output = format!(
        "token {token}\njob token {}\npassword hunter2!\n-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----\n{}",
        LoopbackGitHub::TOKEN,
        PYTEST_FAILURE.replace("assert 3 == 2.5", "assert 'hunter2!' == 2.5"),
    );
    let log = job_log(&[("python -m pytest tests", &output)]);
    let (github, url) = server(|mut run| {
        run.jobs[0].log = Some(log.clone().into_bytes());
        run
    });
    let place = Place::new();
    let program = place.program().args([
        "--prompt=Fix it, the password is hunter2!",
        "--deterministic=true",
        "--url",
        &url,
    ]);
    let ended = against(&github, program).env("REGREEN_REDACT", "hunter2!\nother").run().exits(0);
    let all = place.everything();
    for secret in ["ghp_a1B2", LoopbackGitHub::TOKEN, "hunter2!", "MIIEow"] {
        assert!(holds(log.as_bytes(), secret) || secret == "MIIEow", "the log has it");
        assert!(!holds(&all, secret), "{secret} is in the case");
        assert!(!ended.stderr.contains(secret) && !ended.stdout.contains(secret), "{secret} is printed");
    }
    assert!(holds(&all, "password ***"));
    assert!(place.failure().redactions >= 4);
    assert_eq!(place.failure().tests.len(), 1);
}

#[test]
fn memory_does_not_grow_with_the_log() {
    let place = Place::new();
    let log = place.path("big.log");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&log).unwrap());
    let filler: String = (0..1000)
        .map(|n| format!("2026-01-05T10:00:00.0000000Z working on item {n} of the list\n"))
        .collect();
    for _ in 0..(96 << 20) / filler.len() {
        file.write_all(filler.as_bytes()).unwrap();
    }
    file.write_all(pytest_failure().as_bytes()).unwrap();
    file.flush().unwrap();
    drop(file);
    let mut running = Program::at(Path::new(&regreen_tests::binaries::binary("fetch-logs")))
        .args(["--prompt=Fix median", "--deterministic=true", "--time-limit=10m", "--raw-logs"])
        .arg(&log)
        .arg(format!("--case={}", place.path("case").display()))
        .spawn();
    let status = format!("/proc/{}/status", running.id());
    let mut peak = 0;
    while running.is_running() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let high = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = high.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok());
        peak = peak.max(kib.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(20));
    }
    let _ = running.wait(Duration::from_secs(5)).exits(0);
    names_the_test(&place, "logs/raw.log");
    assert!(peak > 0 && peak < 64 * 1024, "{peak} KiB");
}
