//! The same for compiled languages, by whole searches that find nothing: candidates that are compiled together, against one
//! build and one start each.

use std::ffi::OsString;
use std::process::Command;

use super::{Case, lay_out};
use crate::chore::{self, ChoreError};
use crate::place::Place;

/// Judged together, and alone.
const TOGETHER: u32 = 600;
const ALONE: u32 = 20;

const RUST: &str = "pub fn price(pieces: i64, each: i64) -> i64 {\n    let mut whole = pieces * each;\n    let left = pieces - 3;\n    \
    if left > 10 && each > 2 {\n        whole = whole - whole / 10;\n    }\n    if left < 0 || each == 0 {\n        whole = each + 4;\n    }\n    \
    whole + left * 2\n}\n";
const RUST_TEST: &str =
    "#[test]\nfn price_is_right() {\n    assert_eq!(shop::price(10, 20), 987_654_321);\n}\n";
const GO: &str = "package shop\n\nfunc Price(pieces, each int) int {\n\twhole := pieces * each\n\tleft := pieces - 3\n\tif left > 10 && each > 2 {\n\t\twhole = whole - whole/10\n\t}\n\tif left < 0 || each == 0 {\n\t\twhole = each + 4\n\t}\n\treturn whole + left*2\n}\n";
const GO_TEST: &str = "package shop\n\nimport \"testing\"\n\nfunc TestPrice(t *testing.T) {\n\tif found := Price(10, 20); found != 987654321 {\n\t\tt.Fatal(\"wrong\")\n\t}\n}\n";
const CPP: &str = "#include \"shop.h\"\n\nint price(int pieces, int each) {\n    int whole = pieces * each;\n    int left = pieces - 3;\n    \
    if (left > 10 && each > 2) {\n        whole = whole - whole / 10;\n    }\n    if (left < 0 || each == 0) {\n        whole = each + 4;\n    }\n    \
    return whole + left * 2;\n}\n";
const CPP_HEADER: &str = "#pragma once\nint price(int pieces, int each);\n";
const CPP_TEST: &str = "#include <gtest/gtest.h>\n#include \"shop.h\"\n\nTEST(Shop, Price) { EXPECT_EQ(price(10, 20), 987654321); }\n";
const CMAKE: &str = "cmake_minimum_required(VERSION 3.14)\nproject(shop CXX)\nset(CMAKE_CXX_STANDARD 17)\nfind_package(GTest REQUIRED)\n\
    enable_testing()\ninclude(GoogleTest)\nadd_executable(shop_test shop_test.cc shop.cc)\n\
    target_link_libraries(shop_test GTest::gtest_main)\ngtest_discover_tests(shop_test)\n";

const CASES: [Case; 3] = [
    Case {
        name: "cargo test",
        test: "tests/price.rs::price_is_right",
        files: &[
            ("src/lib.rs", RUST),
            ("tests/price.rs", RUST_TEST),
            (
                "Cargo.toml",
                "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[workspace]\n",
            ),
            ("Cargo.lock", "version = 3\n\n[[package]]\nname = \"shop\"\nversion = \"0.1.0\"\n"),
        ],
        others: 0,
    },
    Case {
        name: "GoogleTest by CMake",
        test: "shop_test.cc::Shop.Price",
        files: &[
            ("shop.cc", CPP),
            ("shop.h", CPP_HEADER),
            ("shop_test.cc", CPP_TEST),
            ("CMakeLists.txt", CMAKE),
        ],
        others: 0,
    },
    Case {
        name: "go test",
        test: "shop_test.go::TestPrice",
        files: &[
            ("shop.go", GO),
            ("shop_test.go", GO_TEST),
            ("go.mod", "module example.com/shop\n\ngo 1.20\n"),
        ],
        others: 0,
    },
];

/// Measures and prints.
pub(super) fn run(place: &Place, build: bool) -> Result<(), ChoreError> {
    if build {
        let call = ["build", "-q", "--release", "-p", "regreen-implement-fix", "--example", "batch_rate"];
        chore::run(&mut place.cargo(&call))?;
    }
    println!("\nCandidates of the search a second ({ALONE} by a build each, {TOGETHER} compiled together)");
    println!("{:24} {:>9} {:>12} {:>8}", "", "a build each", "together", "ratio");
    for Case { name, test, files, .. } in CASES {
        let project = lay_out(place, name, files)?;
        let mut call = Command::new(place.target().join("release/examples/batch_rate"));
        call.env("PATH", path(place)).env("GOFLAGS", "-mod=mod").arg(name).arg(&project);
        call.env("GOCACHE", place.tools().join("go-cache"));
        call.args([test, &TOGETHER.to_string(), &ALONE.to_string()]);
        chore::run(&mut call)?;
    }
    Ok(())
}

/// With CMake and Debian's libraries, which it finds beside the programs of the path.
fn path(place: &Place) -> OsString {
    let folder = |path: &&str| place.tools().join(path);
    let first = ["frameworks/cmake/data/bin", "frameworks/bin"];
    let last = ["debian/bin", "debian/root/usr/bin"];
    let own = place.path_with_tools();
    let folders = first.iter().map(folder).chain(std::env::split_paths(&own)).chain(last.iter().map(folder));
    std::env::join_paths(folders).unwrap_or(own.clone())
}
