//! GoogleTest, Catch2 and CTest.

use crate::bench::Bench;
use crate::debian;

#[test]
fn gtest() {
    let mut bench = debian::bench("gtest");
    // Whether the header and the library are there shows when it is built.
    if !bench.has(&[
        "g++",
        "-std=c++17",
        "-O0",
        "shop.cc",
        "-o",
        "shop",
        "-lgtest_main",
        "-lgtest",
        "-lpthread",
    ]) {
        return;
    }
    for style in [&[][..], &["--gtest_color=yes"], &["--gtest_shuffle", "--gtest_random_seed=3"]] {
        let argv = [&["./shop"][..], style].concat();
        for variant in ["red", "green"] {
            bench.check(variant, &argv);
        }
    }
    for variant in ["crash", "exit"] {
        bench.check_as("crash", variant, &["./shop"]);
    }
    bench.finish();
}

#[test]
fn catch2() {
    let mut bench = debian::bench("catch2");
    // Version 3 is a library, version 2 a header; its signal handler needs a constant.
    let build = "g++ -std=c++17 -O0 -DCATCH_CONFIG_NO_POSIX_SIGNALS shop.cc -o shop -lCatch2Main -lCatch2 2>/dev/null \
                 || g++ -std=c++17 -O0 -DCATCH_CONFIG_NO_POSIX_SIGNALS shop.cc -o shop";
    if !bench.has(&["sh", "-c", build]) {
        return;
    }
    for style in [&[][..], &["--use-colour", "yes"], &["-s"], &["-d", "yes"]] {
        let argv = [&["./shop"][..], style].concat();
        for variant in ["red", "green"] {
            bench.check(variant, &argv);
        }
    }
    bench.finish();
}

#[test]
fn ctest() {
    let mut bench = Bench::of("ctest");
    if !bench.has(&["ctest", "--version"]) || !bench.has(&["ninja", "--version"]) {
        return;
    }
    for variant in ["green", "red"] {
        bench.prepare_as(variant, &["cmake", "-S", ".", "-B", variant, "-G", "Ninja"]);
        for style in [&[][..], &["-V"], &["--output-on-failure"], &["--output-on-failure", "-j2"]] {
            let argv = [&["ctest", "--test-dir", variant][..], style].concat();
            bench.check(variant, &argv);
        }
    }
    bench.finish();
}
