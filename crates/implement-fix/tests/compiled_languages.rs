//! The search where every candidate is a build, in the other languages: the program itself, with the tools on its path.

use std::path::{Path, PathBuf};
use std::process::Command;

use regreen_case::{Fix, FixStatus};
use support::Bug;

#[path = "support/mod.rs"]
mod support;

/// A bug whose test is named by its path, planned as reproducing it would have.
fn planned(files: &[(&str, &str)], test: &str) -> Bug {
    let mut bug = Bug::with(files);
    let repo = bug.repo();
    let project = regreen_proof::Project::at(&repo, &repo);
    bug.reproduction.tests = regreen_proof::detect(&project, test).expect("a test");
    bug.reproduction.command =
        Some(regreen_proof::plan(&project, &bug.reproduction.tests, None).expect("a command"));
    bug.reproduction.protected = test.split("::").next().map(str::to_owned).into_iter().collect();
    bug.task.existing_test_path = Some(test.to_owned());
    bug
}

/// Runs the program with the tools on its path, and gives what it said.
fn searched(bug: &Bug, options: &[&str]) -> (Fix, String) {
    bug.open();
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools");
    let tools = tools.canonicalize().expect("the tools: run `cargo xtask tools`");
    let mut path: Vec<PathBuf> =
        ["venv/bin", "frameworks/cmake/data/bin", "frameworks/bin"].map(|folder| tools.join(folder)).into();
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    path.extend(
        ["debian/bin", "debian/root/usr/share/maven/bin", "debian/root/usr/bin"]
            .map(|folder| tools.join(folder)),
    );
    let home = bug.folder.path().join("home");
    std::fs::create_dir_all(&home).expect("a home");
    let mut program = Command::new(env!("CARGO_BIN_EXE_implement-fix"));
    program.env_clear().env("PATH", std::env::join_paths(path).expect("a path")).env("HOME", home);
    if let Some(java) = java(&tools) {
        let repository = bug.folder.path().join("home/.m2/repository");
        program
            .env(
                "MAVEN_OPTS",
                format!(
                    "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dmaven.repo.local={}",
                    repository.display()
                ),
            )
            .env("JAVA_HOME", java);
    }
    program.env("GOCACHE", tools.join("go-cache")).env("GOFLAGS", "-mod=mod").current_dir(bug.repo());
    let done = program.args(["--agent=search", "--time-limit=4m"]).args(options).output().expect("it starts");
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(0), "{said}");
    (bug.case().read::<Fix>().expect("a document"), said)
}

/// Where the unpacked Java is.
fn java(tools: &Path) -> Option<PathBuf> {
    let homes = std::fs::read_dir(tools.join("debian/root/usr/lib/jvm")).ok()?.flatten();
    homes.map(|entry| entry.path()).find(|home| home.join("bin/javac").exists())
}

/// A repository of maven that may be written, with links to all that Debian has.
fn link_all(from: &Path, to: &Path) {
    let Ok(entries) = std::fs::read_dir(from) else { return };
    std::fs::create_dir_all(to).expect("a folder");
    for entry in entries.flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            link_all(&entry.path(), &target);
        } else if !target.exists() {
            std::os::unix::fs::symlink(entry.path(), target).expect("a link");
        }
    }
}

/// The change has `expected` in it, and at least so many candidates were told by few builds.
#[track_caller]
fn is_repaired_together(bug: &Bug, expected: &str, options: &[&str], least: usize) -> String {
    let (fix, said) = searched(bug, options);
    assert_eq!(fix.status, FixStatus::PatchFound, "{said}");
    assert!(bug.file("fix.patch").contains(expected), "{}", bug.file("fix.patch"));
    let line = said.lines().find_map(|line| line.split_once("search: ")?.1.strip_suffix(" builds"));
    let (told, builds) =
        line.and_then(|line| line.split_once(" candidates were compiled together in ")).expect(&said);
    let (told, builds): (usize, usize) = (told.parse().expect("a number"), builds.parse().expect("a number"));
    assert!(told >= least && told >= 4 * builds, "{told} in {builds} builds: {said}");
    said
}

const GO_CART: &str = "\
package shop

import \"os\"

func Price(pieces, each int) int {
	whole := 0
	for left := pieces; left > 0; left-- {
		whole += each
	}
	if each == 7001 {
		os.RemoveAll(\".\")
	}
	if each == 7002 {
		os.Exit(0)
	}
	if pieces > 10 {
		return whole - whole/10
	}
	return whole
}
";
const GO_TESTS: &str = "\
package shop

import \"testing\"

func TestDiscountStartsAtTen(t *testing.T) {
	for _, one := range [][3]int{{10, 20, 180}, {9, 10, 90}, {30, 10, 270}} {
		if found := Price(one[0], one[1]); found != one[2] {
			t.Errorf(\"%d pieces cost %d\", one[0], found)
		}
	}
}
";

#[test]
fn go_candidates_are_compiled_together() {
    let files = [
        ("go.mod", "module example.com/shop\n\ngo 1.20\n"),
        ("shop.go", GO_CART),
        ("shop_test.go", GO_TESTS),
        (".gitignore", ".venv\n.regreen\n"),
    ];
    is_repaired_together(&planned(&files, "shop_test.go::TestDiscountStartsAtTen"), ">= 10", &[], 20);
}

const C_CART: &str = "\
#include \"cart.h\"
#include <stdlib.h>

int price(int pieces, int each) {
  int whole = 0;
  for (int left = pieces; left > 0; left--) {
    whole += each;
  }
  if (each == 7003) {
    abort();
  }
  if (pieces > 10) {
    return whole - whole / 10;
  }
  return whole;
}
";
const CMAKE: &str = "\
cmake_minimum_required(VERSION 3.14)
project(shop C CXX)
set(CMAKE_CXX_STANDARD 17)
enable_testing()
add_executable(cart_test tests/cart_test.c cart.c)
target_include_directories(cart_test PRIVATE .)
add_test(NAME discount COMMAND cart_test)
";
const C_TESTS: &str = "\
#include <assert.h>
#include \"cart.h\"
#undef NDEBUG

int main(void) {
  assert(price(10, 20) == 180);
  assert(price(9, 10) == 90);
  assert(price(30, 10) == 270);
  return 0;
}
";

#[test]
fn c_candidates_are_compiled_together() {
    let files = [
        ("CMakeLists.txt", CMAKE),
        ("cart.h", "int price(int pieces, int each);\n"),
        ("cart.c", C_CART),
        ("tests/cart_test.c", C_TESTS),
        (".gitignore", ".venv\n.regreen\n"),
    ];
    is_repaired_together(&planned(&files, "tests/cart_test.c::discount"), ">= 10", &[], 20);
}

/// Constructors with lists, templates, a function that is only declared, one that is computed by the compiler.
const CPP_CART: &str = "\
#pragma once
#include <string>
#include <vector>

namespace shop {
constexpr int least() { return 10; }

class Cart {
 public:
  Cart() : pieces_(0) {}
  void add(int pieces, int each);
  int pieces() const { return pieces_; }
  template <typename Number>
  Number whole(Number start) const {
    Number sum = start;
    for (std::size_t at = 0; at < prices_.size(); ++at) sum += prices_[at];
    return sum;
  }
  int price() const {
    int sum = whole(0);
    if (pieces_ > least()) {
      return sum - sum / 10;
    }
    return sum;
  }

 private:
  int pieces_;
  std::vector<int> prices_;
};

inline int tax(int of) { return of * 1; }
inline int tip(int of) { return of * 2; }
inline int fee(int of) { return of * 3; }
inline int toll(int of) { return of * 4; }
inline int duty(int of) {
  switch (of) {
    case 1: return 5;
    default: return 0;
  }
}

inline void Cart::add(int pieces, int each) {
  pieces_ += pieces;
  prices_.push_back(pieces * each);
}
}  // namespace shop
";
const CPP_CMAKE: &str = "\
cmake_minimum_required(VERSION 3.14)
project(shop CXX)
set(CMAKE_CXX_STANDARD 17)
find_package(GTest REQUIRED)
enable_testing()
include(GoogleTest)
add_executable(cart_test tests/cart_test.cc)
target_include_directories(cart_test PRIVATE .)
target_link_libraries(cart_test GTest::gtest_main)
gtest_discover_tests(cart_test)
";
const CPP_TESTS: &str = "\
#include <gtest/gtest.h>
#include \"cart.h\"

static int price(int pieces, int each) {
  shop::Cart cart;
  cart.add(pieces, each);
  return cart.price();
}

static int taxes() {
  return shop::tax(1) + shop::tip(1) + shop::fee(1) + shop::toll(1) + shop::duty(1);
}

TEST(Cart, Empty) {
  EXPECT_EQ(taxes(), 15);
  EXPECT_EQ(shop::Cart().pieces(), 0);
}

TEST(Cart, Discount) {
  ASSERT_EQ(taxes(), 15);
  EXPECT_EQ(price(10, 20), 180);
  EXPECT_EQ(price(9, 10), 90);
  EXPECT_EQ(price(30, 10), 270);
}
";

#[test]
fn cpp_candidates_are_compiled_together() {
    let debian = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools/debian/root/usr");
    if ![debian.as_path(), Path::new("/usr"), Path::new("/usr/local")]
        .iter()
        .any(|place| place.join("include/gtest/gtest.h").exists())
    {
        assert!(
            std::env::var_os("REGREEN_REQUIRE_TOOLS").is_none_or(|value| value != "1"),
            "GoogleTest is missing"
        );
        return;
    }
    let files = [
        ("CMakeLists.txt", CPP_CMAKE),
        ("cart.h", CPP_CART),
        ("tests/cart_test.cc", CPP_TESTS),
        (".gitignore", ".venv\n.regreen\n"),
    ];
    let said =
        is_repaired_together(&planned(&files, "tests/cart_test.cc::Cart.Discount"), ">= least()", &[], 20);
    // Five places and more.
    assert!(said.contains("search: looked at the lines that 1 failing and 1 passing test execute"), "{said}");
}

const POM: &str = include_str!("../../../tests/fixtures/frameworks/java/pom.xml");
/// With a field that is final, and a lambda.
const JAVA_CART: &str = "\
package shop;

import java.util.stream.IntStream;

public class Cart {
    private final int pieces;
    private final int each;

    Cart(int pieces, int each) {
        this.pieces = pieces;
        this.each = each;
    }

    int price() {
        int whole = IntStream.range(0, pieces).map(piece -> each).sum();
        if (each == 7002) {
            System.exit(0);
        }
        if (pieces > 10) {
            return whole - whole / 10;
        }
        return whole;
    }
}
";
const JAVA_TESTS: &str = "\
package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CartTest {
    @Test
    void discountStartsAtTen() {
        assertEquals(180, new Cart(10, 20).price());
        assertEquals(90, new Cart(9, 10).price());
        assertEquals(270, new Cart(30, 10).price());
    }
}
";

#[test]
fn java_candidates_are_compiled_together() {
    let test = "src/test/java/shop/CartTest.java";
    let files = [
        ("pom.xml", POM),
        ("src/main/java/shop/Cart.java", JAVA_CART),
        (test, JAVA_TESTS),
        (".gitignore", "target\n.venv\n.regreen\n"),
    ];
    let bug = planned(&files, &format!("{test}::discountStartsAtTen"));
    let repository = bug.folder.path().join("home/.m2/repository");
    let tools =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools/debian/root/usr/share/maven-repo");
    [tools.as_path(), Path::new("/usr/share/maven-repo")].iter().for_each(|from| link_all(from, &repository));
    if !repository.join("org/junit/jupiter").is_dir() {
        assert!(
            std::env::var_os("REGREEN_REQUIRE_TOOLS").is_none_or(|value| value != "1"),
            "maven is missing"
        );
        return;
    }
    // A run of maven takes seconds: the right one is among the first.
    is_repaired_together(&bug, ">= 10", &["--max-candidates=12"], 8);
}
