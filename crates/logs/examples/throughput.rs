//! Reads logs (plain, `.gz`, `.zip`) as fast as it can and says what it read: the program that
//! `cargo xtask bench logs` measures.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it speaks on the terminal")]

use std::fs::File;
use std::io::Read;

use flate2::read::MultiGzDecoder;
use regreen_logs::{Extraction, extract};

fn main() -> std::process::ExitCode {
    let (mut bytes, mut lines, mut tests) = (0, 0, 0);
    for path in std::env::args().skip(1) {
        match read(&path) {
            Ok(found) => {
                for one in found {
                    bytes += one.bytes;
                    lines += one.lines;
                    tests += one.tests.len();
                }
            }
            Err(error) => {
                eprintln!("error: {path}: {error}");
                return std::process::ExitCode::from(3);
            }
        }
    }
    println!("{bytes} bytes, {lines} lines, {tests} failed tests");
    std::process::ExitCode::SUCCESS
}

fn read(path: &str) -> Result<Vec<Extraction>, Box<dyn std::error::Error>> {
    let file = File::open(path)?;
    if path.ends_with(".zip") {
        let mut archive = zip::ZipArchive::new(file)?;
        return (0..archive.len()).map(|at| Ok(extract(archive.by_index(at)?, path)?)).collect();
    }
    let reader: Box<dyn Read> =
        if path.ends_with(".gz") { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    Ok(vec![extract(reader, path)?])
}
