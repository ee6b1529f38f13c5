//! RSpec and Minitest.

use crate::bench::Bench;

#[test]
fn rspec() {
    let mut bench = Bench::of("ruby");
    if !bench.has(&["rspec", "--version"]) {
        return;
    }
    for style in
        [&[][..], &["--format", "documentation"], &["--force-color"], &["--order", "rand:7", "--backtrace"]]
    {
        let argv = [&["rspec"][..], style].concat();
        for variant in ["red", "green"] {
            bench.check(variant, &argv);
        }
    }
    bench.finish();
}

#[test]
fn minitest() {
    let mut bench = Bench::of("ruby");
    if !bench.has(&["ruby", "-e", "require 'minitest'"]) {
        return;
    }
    for style in [&[][..], &["--verbose"], &["--seed", "7"]] {
        let argv = [&["ruby", "test/shop_test.rb"][..], style].concat();
        for (section, variant) in [("minitest", "red"), ("green", "green")] {
            bench.check_as(section, variant, &argv);
        }
    }
    bench.finish();
}
